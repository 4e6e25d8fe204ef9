"""What Hugging Face transformers reads from LLaVA checkpoints that our code saved.

Run from the repository root, with the versions that the golden's header names:

    pip install torch==2.15.0 transformers==5.23.0 safetensors==0.8.0 pillow==13.0.0
    node --input-type=module -e 'import { saveCheckpoint } from "sightlab"; for (const name of ["hf", "tiny", "paper"])
      await saveCheckpoint(`saved/${name}`, { from: `test/golden/llava-${name}`, changed: new Map() });'
    python test/golden/make/llava_saved.py saved

Writes test/golden/llava-saved.json: the SHA-256 of each file that was read, and the largest difference of the logits from
those of test/golden/llava-*.json, which came from the checkpoints before they were saved.
"""

import hashlib
import json
import pathlib
import sys

import PIL
import torch
import transformers

from saved_llava import answers, open_saved

golden = pathlib.Path(__file__).parent.parent


def check(name, folder):
    record = json.loads((golden / f"llava-{name}.json").read_text())
    model, keys = open_saved(folder)
    worst = max(
        float((logits[:, :: record["step"]] - torch.tensor(prompt["logits"])).abs().max())
        for prompt, logits in answers(model, folder, record, marks_pictures=name == "paper")
    )
    return {
        "worstLogit": float(f"{worst:.2g}"),
        **keys,
        "sha256": {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())},
    }


def main():
    header = {
        "implementation": f"transformers {transformers.__version__}, torch {torch.__version__.split('+')[0]}, Pillow {PIL.__version__}, float32, CPU, eager attention",
        "command": "python test/golden/make/llava_saved.py saved",
    }
    checks = {name: check(name, pathlib.Path(sys.argv[1]) / name) for name in ("hf", "tiny", "paper")}
    (golden / "llava-saved.json").write_text(json.dumps({"header": header, "checkpoints": checks}, indent=1) + "\n")


main()
