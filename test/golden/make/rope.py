"""What Hugging Face transformers computes with each kind of rotary embedding, on the checkpoint test/golden/llama-gqa.

Run from the repository root, with the versions that the golden's header names, after test/golden/make/llama.py:

    pip install torch==2.15.0 transformers==5.23.0 safetensors==0.8.0
    python test/golden/make/rope.py

Writes test/golden/rope.json: logits after the last of 90 tokens.
"""

import json
import pathlib

import torch
import transformers

golden = pathlib.Path(__file__).parents[1]
KINDS = [
    {"rope_type": "default", "rope_theta": 500.0},
    {"rope_type": "linear", "rope_theta": 500.0, "factor": 3.0},
    {"rope_type": "dynamic", "rope_theta": 500.0, "factor": 4.0},
    {
        "rope_type": "llama3", "rope_theta": 500.0, "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
        "original_max_position_embeddings": 32,
    },
    {"rope_type": "yarn", "rope_theta": 500.0, "factor": 4.0, "original_max_position_embeddings": 24},
    {
        "rope_type": "yarn", "rope_theta": 500.0, "factor": 6.0, "original_max_position_embeddings": 48, "beta_fast": 8.0,
        "beta_slow": 2.0, "mscale": 0.7, "mscale_all_dim": 1.2, "truncate": False,
    },
    {
        "rope_type": "yarn", "rope_theta": 500.0, "factor": 2.0, "original_max_position_embeddings": 48,
        "attention_factor": 1.4,
    },
]
DYNAMIC = {"rope_type": "dynamic", "rope_theta": 500.0, "factor": 4.0}


def load(parameters, **change):
    config = transformers.AutoConfig.from_pretrained(golden / "llama-gqa", **change)
    config.rope_parameters = dict(parameters)
    return transformers.AutoModelForCausalLM.from_pretrained(
        golden / "llama-gqa", config=config, dtype=torch.float32, attn_implementation="eager"
    ).eval()


def beyond(ids):
    """Dynamic rotation beyond the trained context: one pass, and a generation that crosses it."""
    with torch.no_grad():
        logits = load(DYNAMIC, max_position_embeddings=32)(input_ids=torch.tensor([ids])).logits[0, -1]
        model = load(DYNAMIC, max_position_embeddings=32)
        prompt = torch.tensor([ids[:28]])
        options = dict(attention_mask=torch.ones_like(prompt), max_new_tokens=24, do_sample=False, use_cache=True)
        written = model.generate(prompt, **options)[0, 28:]
    return {
        "max_position_embeddings": 32,
        "rope_parameters": DYNAMIC,
        "logits": [round(value, 6) for value in logits.tolist()],
        "promptLength": 28,
        "written": written.tolist(),
    }


def main():
    ids = torch.randint(0, 259, (90,), generator=torch.Generator().manual_seed(3)).tolist()
    cases = []
    for parameters in KINDS:
        model = load(parameters)
        with torch.no_grad():
            logits = model(input_ids=torch.tensor([ids])).logits[0, -1]
        cases.append({"rope_parameters": parameters, "logits": [round(value, 6) for value in logits.tolist()]})
    header = {
        "implementation": f"transformers {transformers.__version__}, torch {torch.__version__.split('+')[0]}, float32, CPU, eager attention",
        "command": "python test/golden/make/rope.py",
    }
    lines = ",\n".join(json.dumps(case) for case in cases)
    text = f'{{"header":{json.dumps(header)},\n"ids":{json.dumps(ids)},\n"cases":[\n{lines}\n],\n"beyond":{json.dumps(beyond(ids))}}}\n'
    (golden / "rope.json").write_text(text)


main()
