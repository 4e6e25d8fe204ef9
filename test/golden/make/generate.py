"""Greedy generation of Hugging Face transformers from the checkpoints test/golden/llama-{mha,gqa,tied,qwen2}.

Run from the repository root, with the versions that the golden's header names, after test/golden/make/llama.py:

    pip install torch==2.15.0 transformers==5.23.0 safetensors==0.8.0
    python test/golden/make/generate.py

Writes test/golden/generate.json: 20 prompts a checkpoint, one by one, 20 new tokens at most.
"""

import json
import pathlib

import torch
import transformers

golden = pathlib.Path(__file__).parents[1]
NEW_TOKENS = 20


def main():
    checkpoints = {}
    for name in ["mha", "gqa", "tied", "qwen2"]:
        model = transformers.AutoModelForCausalLM.from_pretrained(
            golden / f"llama-{name}", dtype=torch.float32, attn_implementation="eager"
        ).eval()
        draw = torch.Generator().manual_seed(11)
        cases = []
        for index in range(20):
            length = 1 + (index * 7) % 60
            prompt = torch.randint(3, 259, (length,), generator=draw).tolist()
            with torch.no_grad():
                ids = model.generate(
                    torch.tensor([prompt]), max_new_tokens=NEW_TOKENS, do_sample=False, pad_token_id=0, use_cache=True
                )[0].tolist()
            cases.append({"prompt": prompt, "written": ids[length:]})
        checkpoints[name] = cases
    header = {
        "implementation": f"transformers {transformers.__version__}, torch {torch.__version__.split('+')[0]}, float32, CPU, eager attention",
        "command": "python test/golden/make/generate.py",
    }
    record = {"header": header, "newTokens": NEW_TOKENS, "checkpoints": checkpoints}
    (golden / "generate.json").write_text(json.dumps(record) + "\n")
    print({name: [len(set(case["written"])) for case in cases] for name, cases in checkpoints.items()})
    print({name: [case["written"][-1] for case in cases if len(case["written"]) < 20] for name, cases in checkpoints.items()})


main()
