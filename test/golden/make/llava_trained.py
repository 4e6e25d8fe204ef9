"""What Hugging Face transformers computes with LLaVAs that our code trained and saved.

Run from the repository root, with the versions that the golden's header names; the folders are made by `trainLlavas` of
scripts/goldens/trained-llavas.mjs, which `npm run goldens -- --check llava-trained` calls:

    pip install torch==2.15.0 transformers==5.23.0 safetensors==0.8.0 pillow==13.0.0
    python test/golden/make/llava_trained.py trained

Writes test/golden/llava-trained.json: the logits of the prompts of test/golden/llava-{hf,tiny,paper}.json.
"""

import json
import pathlib
import sys

import PIL
import torch
import transformers

from saved_llava import open_saved

golden = pathlib.Path(__file__).parent.parent
STEP = 27  # of the vocabulary, one logit in so many is kept


def check(name, folder):
    keys, answers = open_saved(name, folder, json.loads((golden / f"llava-{name}.json").read_text()))
    prompts = [
        {
            "text": prompt["text"], "images": prompt["images"], "length": len(logits),
            "logits": [[round(value, 6) for value in row] for row in logits[:, ::STEP].tolist()],
        }
        for prompt, logits in answers
    ]
    return {**keys, "prompts": prompts}


def main():
    header = {
        "implementation": f"transformers {transformers.__version__}, torch {torch.__version__.split('+')[0]}, Pillow {PIL.__version__}, float32, CPU, eager attention",
        "command": "python test/golden/make/llava_trained.py trained",
    }
    checks = {name: check(name, pathlib.Path(sys.argv[1]) / name) for name in ("hf", "tiny", "paper")}
    record = {"header": header, "step": STEP, "checkpoints": checks}
    (golden / "llava-trained.json").write_text(json.dumps(record, separators=(",", ":")).replace("],[", "],\n[") + "\n")


main()
