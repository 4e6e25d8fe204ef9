"""Greedy generation of Hugging Face transformers from the checkpoints test/golden/llama-{mha,gqa,tied,qwen2}.

Run from the repository root, with the versions that the golden's header names, after test/golden/make/llama.py:

    pip install torch==2.15.0 transformers==5.23.0 safetensors==0.8.0
    python test/golden/make/generate.py

Writes test/golden/generate.json: 20 prompts a checkpoint, one by one and in batches of 8, 20 new tokens at most. Prompts are
drawn until there are 20 whose continuations have at least 10 distinct tokens; in batches they are padded on the left.
"""

import json
import pathlib

import torch
import transformers

golden = pathlib.Path(__file__).parents[1]
NEW_TOKENS = 20


def generate(model, prompts):
    width = max(map(len, prompts))
    padded = torch.tensor([[0] * (width - len(prompt)) + prompt for prompt in prompts])
    mask = torch.tensor([[0] * (width - len(prompt)) + [1] * len(prompt) for prompt in prompts])
    with torch.no_grad():
        ids = model.generate(
            padded, attention_mask=mask, max_new_tokens=NEW_TOKENS, do_sample=False, pad_token_id=0, use_cache=True
        )
    return ids[:, width:].tolist()


def main():
    checkpoints = {}
    for name in ["mha", "gqa", "tied", "qwen2"]:
        model = transformers.AutoModelForCausalLM.from_pretrained(
            golden / f"llama-{name}", dtype=torch.float32, attn_implementation="eager"
        ).eval()
        draw = torch.Generator().manual_seed(11)
        cases = []
        for index in range(2000):
            length = 1 + (index * 7) % 60
            prompt = torch.randint(3, 259, (length,), generator=draw).tolist()
            written = generate(model, [prompt])[0]
            if len(set(written)) >= 10:
                cases.append({"prompt": prompt, "written": written})
            if len(cases) == 20:
                break
        assert len(cases) == 20, name
        for start in range(0, 20, 8):
            batch = cases[start : start + 8]
            together = generate(model, [case["prompt"] for case in batch])
            for case, written in zip(batch, together):
                assert case["written"] == written[: len(case["written"])], "a batch gives what single prompts give"
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
