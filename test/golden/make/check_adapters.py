"""Opens what this library trained, saved and merged in Hugging Face transformers and PEFT, and compares the logits.

Run from the repository root, with the versions that lora.py names, after `npm ci`:

    python test/golden/make/check_adapters.py

Prints the largest difference for each; ends with an error where one is 1e-4 or more.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

import peft
import torch
import transformers

here = pathlib.Path(__file__).parent


def opened(folder):
    return transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()


def main():
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["node", "--import", "tsx", str(here / "adapters.ts"), folder], check=True)
        folder = pathlib.Path(folder)
        record = json.loads((folder / "logits.json").read_text())
        base, ids = record["base"], torch.tensor([record["ids"]])
        models = {
            "base": lambda: opened(base),
            "adapter": lambda: peft.PeftModel.from_pretrained(opened(base), folder / "adapter").eval(),
            "whole": lambda: peft.PeftModel.from_pretrained(opened(base), folder / "whole").eval(),
            "merged": lambda: opened(folder / "merged"),
            "full": lambda: opened(folder / "full"),
        }
        print(f"peft {peft.__version__}, transformers {transformers.__version__}, torch {torch.__version__}")
        worst, first = 0.0, None
        for name, make in models.items():
            with torch.no_grad():
                logits = make()(input_ids=ids).logits[0].flatten()
            ours = torch.tensor(record["logits"][name])
            first = ours if first is None else first
            difference = float((logits - ours).abs().max())
            print(f"{name}: differs by {difference:.2e} at most; from the base by {float((ours - first).abs().max()):.2e}")
            worst = max(worst, difference)
    sys.exit(0 if worst < 1e-4 else f"expected less than 1e-4, got {worst}")


main()
