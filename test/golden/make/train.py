"""Fifty AdamW steps of PyTorch on the checkpoints test/golden/llama-{mha,gqa,tied}, all weights trained.

Run from the repository root, with the versions that the goldens' headers name, after test/golden/make/llama.py:

    pip install torch==2.15.0 transformers==5.23.0 safetensors==0.8.0
    python test/golden/make/train.py

Writes test/golden/train-{mha,gqa,tied}.json (batches, losses, gradient norms) and, for gqa and tied, the weights after
the last step as test/golden/train-{gqa,tied}.safetensors.
"""

import json
import pathlib

import safetensors.torch
import torch
import transformers

golden = pathlib.Path(__file__).parents[1]
OPTIONS = {"learningRate": 1e-3, "weightDecay": 0.01, "maxGradientNorm": 1.0, "steps": 50}


def main():
    for index, name in enumerate(["mha", "gqa", "tied"]):
        model = transformers.AutoModelForCausalLM.from_pretrained(
            golden / f"llama-{name}", dtype=torch.float32, attn_implementation="eager"
        ).train()
        batches = make_batches(torch.Generator().manual_seed(index))
        losses, norms, first = train(model, batches)
        record = {
            "header": {
                "implementation": f"transformers {transformers.__version__}, torch {torch.__version__.split('+')[0]} AdamW, float32, CPU, eager attention",
                "command": "python test/golden/make/train.py",
            },
            "options": OPTIONS,
            "batches": batches,
            "losses": losses,
            "gradientNorms": norms,
            "firstGradientNorms": first,
        }
        (golden / f"train-{name}.json").write_text(json.dumps(record) + "\n")
        if name != "mha":
            weights = {key: value.detach().clone() for key, value in model.named_parameters()}
            safetensors.torch.save_file(weights, golden / f"train-{name}.safetensors", metadata={"format": "pt"})
        print(name, losses[0], losses[-1])


def make_batches(draw):
    """Sequences of unlike length, padded on the right; the first tokens of each are a prompt that is not learnt."""
    batches = []
    for _ in range(3):
        sequences = [torch.randint(0, 259, (length,), generator=draw).tolist() for length in (14, 9)]
        batches.append(
            [{"ids": ids, "labels": [-100 if place < 3 else token for place, token in enumerate(ids)]} for ids in sequences]
        )
    return batches


def train(model, batches):
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=OPTIONS["learningRate"], weight_decay=OPTIONS["weightDecay"], betas=(0.9, 0.999), eps=1e-8
    )
    losses, norms, first = [], [], {}
    for step in range(OPTIONS["steps"]):
        batch = batches[step % len(batches)]
        width = max(len(one["ids"]) for one in batch)
        pad = lambda values, filler: values + [filler] * (width - len(values))
        loss = model(
            input_ids=torch.tensor([pad(one["ids"], 0) for one in batch]),
            attention_mask=torch.tensor([pad([1] * len(one["ids"]), 0) for one in batch]),
            labels=torch.tensor([pad(one["labels"], -100) for one in batch]),
        ).loss
        optimizer.zero_grad()
        loss.backward()
        if step == 0:
            first = {key: float(value.grad.norm()) for key, value in model.named_parameters()}
        norms.append(float(torch.nn.utils.clip_grad_norm_(model.parameters(), OPTIONS["maxGradientNorm"])))
        optimizer.step()
        losses.append(float(loss.detach()))
    return losses, norms, first


main()
