"""What Hugging Face transformers reads from LLaVA checkpoints that our code saved.

Run from the repository root, with the versions that the golden's header names:

    pip install torch==2.15.0 transformers==5.23.0 safetensors==0.8.0 pillow==13.0.0
    node --input-type=module -e 'import { saveCheckpoint } from "sightlab"; for (const name of ["hf", "tiny", "paper"])
      await saveCheckpoint(`saved/${name}`, { from: `test/golden/llava-${name}`, changed: new Map() });'
    python test/golden/make/llava_saved.py saved

Writes test/golden/llava-saved.json: the SHA-256 of each file that was read, and the largest difference of the logits from
those of test/golden/llava-*.json, which came from the checkpoints before they were saved.
"""

import base64
import hashlib
import io
import json
import pathlib
import sys

import PIL
import torch
import transformers
from PIL import Image

golden = pathlib.Path(__file__).parent.parent


def check(name, folder):
    record = json.loads((golden / f"llava-{name}.json").read_text())
    pictures = [Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB") for data in record["pictures"]]
    model, info = transformers.LlavaForConditionalGeneration.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager", output_loading_info=True
    )
    processor = transformers.AutoProcessor.from_pretrained(folder)
    worst = 0.0
    for prompt in record["prompts"]:
        text = prompt["text"]
        if prompt["images"]:
            text = text.replace("<image>", "<im_start><image><im_end>") if name == "paper" else text
            inputs = processor(text=[text], images=[pictures[i] for i in prompt["images"]], return_tensors="pt")
        else:
            inputs = {"input_ids": torch.tensor([processor.tokenizer.encode(text, add_special_tokens=False)])}
        with torch.no_grad():
            logits = model.eval()(**inputs).logits[0, :, :: record["step"]]
        worst = max(worst, float((logits - torch.tensor(prompt["logits"])).abs().max()))
    return {
        "worstLogit": float(f"{worst:.2g}"),
        "missing": sorted(info["missing_keys"]),
        "unexpected": sorted(info["unexpected_keys"]),
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
