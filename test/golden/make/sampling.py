"""What Hugging Face transformers makes of logits before it draws a token, and which logits processors it applies in which order.

Run from the repository root, with the versions that the golden's header names:

    pip install torch==2.15.0 transformers==5.23.0
    python test/golden/make/sampling.py

Writes test/golden/sampling.json.
"""

import json
import pathlib

import torch
import transformers

golden = pathlib.Path(__file__).parents[1]
OPTIONS = [
    {},
    {"temperature": 0.7},
    {"temperature": 2.5},
    {"top_k": 1},
    {"top_k": 5},
    {"top_k": 200},
    {"top_p": 0.9},
    {"top_p": 0.05},
    {"top_k": 8, "top_p": 0.6},
    {"temperature": 0.5, "top_k": 10, "top_p": 0.8},
    {"temperature": 3.0, "top_k": 3, "top_p": 0.95},
]


def main():
    draw = torch.Generator().manual_seed(5)
    config = transformers.LlamaConfig(
        vocab_size=40, hidden_size=8, intermediate_size=8, num_hidden_layers=1, num_attention_heads=1, eos_token_id=2
    )
    model = transformers.LlamaForCausalLM(config)
    cases = []
    for options in OPTIONS:
        for ties in (False, True):
            logits = 2 * torch.randn(1, 40, generator=draw)
            if ties:
                logits = logits.round()
            chosen = transformers.GenerationConfig(**{"do_sample": True, "top_k": 0, "eos_token_id": 2, **options})
            chosen.validate()
            prepared, _ = model._prepare_generation_config(chosen)
            processors = model._get_logits_processor(generation_config=prepared, input_ids_seq_length=1, device="cpu")
            odds = torch.softmax(processors(torch.zeros(1, 1, dtype=torch.long), logits), dim=-1)
            cases.append(
                {
                    "options": options,
                    "logits": logits[0].tolist(),
                    "processors": [type(processor).__name__ for processor in processors],
                    # Of equally likely tokens the package cuts off any; only how likely the kept ones are is compared.
                    "sortedOdds": sorted(odds[0].double().tolist(), reverse=True),
                    "odds": None if ties else odds[0].double().tolist(),
                }
            )
    header = {
        "implementation": f"transformers {transformers.__version__}, torch {torch.__version__.split('+')[0]}, float32, CPU",
        "command": "python test/golden/make/sampling.py",
    }
    (golden / "sampling.json").write_text(json.dumps({"header": header, "cases": cases}) + "\n")


main()
