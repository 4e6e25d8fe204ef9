"""Batches and AdamW steps of PyTorch, for the makers of goldens about training."""

import torch

PAD, UNLEARNT = 0, -100


def make_batches(draw):
    """Sequences of unlike length; the first tokens of each are a prompt that is not learnt."""
    batches = []
    for _ in range(3):
        sequences = [torch.randint(0, 259, (length,), generator=draw).tolist() for length in (14, 9)]
        batches.append(
            [{"ids": ids, "labels": [UNLEARNT if place < 3 else token for place, token in enumerate(ids)]} for ids in sequences]
        )
    return batches


def padded(batch):
    """A batch as a model of transformers takes it, padded on the right."""
    width = max(len(one["ids"]) for one in batch)
    pad = lambda values, filler: values + [filler] * (width - len(values))
    return {
        "input_ids": torch.tensor([pad(one["ids"], PAD) for one in batch]),
        "attention_mask": torch.tensor([pad([1] * len(one["ids"]), 0) for one in batch]),
        "labels": torch.tensor([pad(one["labels"], UNLEARNT) for one in batch]),
    }


def take_steps(model, batches, *, steps, learning_rate, weight_decay=0.0, longest=float("inf"), inputs=padded, before=lambda step: None):
    """Trains what requires a gradient: loss and gradient's norm of each step, the first's norms by tensor."""
    trained = {key: value for key, value in model.named_parameters() if value.requires_grad}
    optimizer = torch.optim.AdamW(trained.values(), lr=learning_rate, weight_decay=weight_decay, betas=(0.9, 0.999), eps=1e-8)
    record = {"losses": [], "gradientNorms": [], "firstGradientNorms": {}}
    for step in range(steps):
        before(step)
        loss = model(**inputs(batches[step % len(batches)])).loss
        optimizer.zero_grad()
        loss.backward()
        if step == 0:
            record["firstGradientNorms"] = {key: float(value.grad.norm()) for key, value in trained.items() if value.grad is not None}
        record["gradientNorms"].append(float(torch.nn.utils.clip_grad_norm_(trained.values(), longest)))
        optimizer.step()
        record["losses"].append(float(loss.detach()))
    return record
