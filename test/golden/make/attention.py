"""What each head of Hugging Face transformers' eager attention takes from each token, on test/golden/llama-gqa.

Run from the repository root, with the versions that the golden's header names, after test/golden/make/llama.py:

    pip install torch==2.15.0 transformers==5.23.0 safetensors==0.8.0
    python test/golden/make/attention.py

Writes test/golden/attention.json.
"""

import json
import pathlib

import torch
import transformers

golden = pathlib.Path(__file__).parents[1]


def main():
    model = transformers.AutoModelForCausalLM.from_pretrained(
        golden / "llama-gqa", dtype=torch.float32, attn_implementation="eager"
    ).eval()
    ids = torch.randint(0, 259, (1, 9), generator=torch.Generator().manual_seed(8))
    with torch.no_grad():
        layers = model(input_ids=ids, output_attentions=True).attentions
    header = {
        "implementation": f"transformers {transformers.__version__}, torch {torch.__version__.split('+')[0]}, float32, CPU, eager attention",
        "command": "python test/golden/make/attention.py",
    }
    weights = [[[round(value, 7) for value in head.flatten().tolist()] for head in layer[0]] for layer in layers]
    text = json.dumps({"header": header, "ids": ids[0].tolist(), "layers": weights})
    (golden / "attention.json").write_text(text + "\n")


main()
