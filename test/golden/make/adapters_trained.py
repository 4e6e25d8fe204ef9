"""What Hugging Face transformers and PEFT compute with adapters and checkpoints that our code trained, saved and merged.

Run from the repository root, with the versions that the golden's header names; the folders are made by `trainAdapters` of
scripts/goldens/trained-adapters.mjs, which `npm run goldens -- --check adapters-trained` calls:

    pip install torch==2.15.0 transformers==5.23.0 peft==0.21.2 safetensors==0.8.0
    python test/golden/make/adapters_trained.py trained

Writes test/golden/adapters-trained.json: logits of a few tokens.
"""

import json
import pathlib
import sys

import peft
import torch
import transformers

golden = pathlib.Path(__file__).parents[1]
base = golden / "llama-gqa"
folder = pathlib.Path(sys.argv[1])


def opened(path):
    return transformers.AutoModelForCausalLM.from_pretrained(path, dtype=torch.float32, attn_implementation="eager")


def main():
    ids = json.loads((golden / "train-gqa.json").read_text())["batches"][0][0]["ids"][:6]
    models = {
        "full": opened(folder / "full"),
        "adapter": peft.PeftModel.from_pretrained(opened(base), folder / "adapter"),
        "whole": peft.PeftModel.from_pretrained(opened(base), folder / "whole"),
        "merged": opened(folder / "merged"),
    }
    logits = {}
    for name, model in models.items():
        with torch.no_grad():
            rows = model.eval()(input_ids=torch.tensor([ids])).logits[0].tolist()
        logits[name] = [[round(value, 6) for value in row] for row in rows]
    header = {
        "implementation": f"peft {peft.__version__}, transformers {transformers.__version__}, torch {torch.__version__.split('+')[0]}, float32, CPU, eager attention",
        "command": "python test/golden/make/adapters_trained.py trained",
    }
    text = json.dumps({"header": header, "ids": ids, "logits": logits}, separators=(",", ":")).replace("],[", "],\n[")
    (golden / "adapters-trained.json").write_text(text + "\n")


main()
