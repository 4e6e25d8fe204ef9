"""What Hugging Face transformers makes of a random checkpoint that sightlab wrote.

Run from the repository root, with the versions that the golden's header names, on the checkpoint of seed 0:

    node --import tsx --input-type=module -e 'import { writeRandomCheckpoint } from "./src/model/random-checkpoint.ts"; await writeRandomCheckpoint("random-0", { seed: 0 })'
    pip install torch==2.15.0 transformers==5.23.0 safetensors==0.8.0
    python test/golden/make/random_checkpoint.py random-0

Writes test/golden/random-checkpoint.json.
"""

import json
import pathlib
import sys

import torch
import transformers

PROMPT = "Q: Where were the 1992 Olympics held?\nA: "
CHOICES = ["Barcelona, Spain.", "Grüße aus München", "no"]


def main():
    folder = sys.argv[1]
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    model = transformers.AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager"
    ).eval()
    ids = tokenizer(PROMPT, add_special_tokens=False)["input_ids"]
    with torch.no_grad():
        logits = model(input_ids=torch.tensor([ids])).logits[0, -1]
    record = {
        "header": {
            "implementation": f"transformers {transformers.__version__}, torch {torch.__version__.split('+')[0]}, float32, CPU, eager attention",
            "command": "python test/golden/make/random_checkpoint.py random-0",
        },
        "prompt": PROMPT,
        "ids": ids,
        "logits": [round(value, 6) for value in logits.tolist()],
        "choices": [{"text": text, "sumNats": score(model, tokenizer, text)} for text in CHOICES],
    }
    target = pathlib.Path(__file__).parents[1] / "random-checkpoint.json"
    target.write_text(json.dumps(record, ensure_ascii=True) + "\n")


def score(model, tokenizer, text):
    ids = tokenizer(PROMPT + text, add_special_tokens=False)["input_ids"]
    start = len(tokenizer(PROMPT, add_special_tokens=False)["input_ids"])
    with torch.no_grad():
        odds = model(input_ids=torch.tensor([ids[:-1]])).logits[0].log_softmax(-1)
    return round(sum(float(odds[place - 1, ids[place]]) for place in range(start, len(ids))), 5)


main()
