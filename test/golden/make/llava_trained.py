"""What Hugging Face transformers and PEFT compute with LLaVAs and an adapter that our code trained, saved and merged.

Run from the repository root, with the versions that the golden's header names; the folders are made by `trainLlavas` of
scripts/goldens/trained-llavas.mjs, which `npm run goldens -- --check llava-trained` calls:

    pip install torch==2.15.0 transformers==5.23.0 peft==0.21.2 safetensors==0.8.0 pillow==13.0.0
    python test/golden/make/llava_trained.py trained

Writes test/golden/llava-trained.json: the logits of the prompts of test/golden/llava-{hf,tiny,paper}.json.
"""

import json
import pathlib
import sys

import peft
import PIL
import torch
import transformers

from saved_llava import STEP, open_saved, prompts_of

golden = pathlib.Path(__file__).parent.parent
trained = pathlib.Path(sys.argv[1])


def read(name):
    return json.loads((golden / f"llava-{name}.json").read_text())


def check(name, prompts):
    model, keys = open_saved(trained / name)
    return {**keys, "prompts": prompts_of(model, trained / name, read(prompts), marks_pictures=name == "paper")}


def check_adapter():
    """Our adapter, with the projector in it, as PEFT lays it over the LLaVA that it was trained on."""
    base, _ = open_saved(golden / "llava-hf")
    model = peft.PeftModel.from_pretrained(base, trained / "adapter")
    found = {key: value for key, value in model.named_parameters() if "lora_B" in key}
    assert len(found) == 14 and all(float(value.abs().max()) > 0 for value in found.values()), "every matrix was adapted"
    return {"missing": [], "unexpected": [], "prompts": prompts_of(model, golden / "llava-hf", read("hf"))}


def main():
    header = {
        "implementation": f"transformers {transformers.__version__}, peft {peft.__version__}, torch {torch.__version__.split('+')[0]}, Pillow {PIL.__version__}, float32, CPU, eager attention",
        "command": "python test/golden/make/llava_trained.py trained",
    }
    checks = {name: check(name, name) for name in ("hf", "tiny", "paper")}
    checks |= {"merged": check("merged", "hf"), "adapter": check_adapter()}
    record = {"header": header, "step": STEP, "checkpoints": checks}
    (golden / "llava-trained.json").write_text(json.dumps(record, separators=(",", ":")).replace("],[", "],\n[") + "\n")


main()
