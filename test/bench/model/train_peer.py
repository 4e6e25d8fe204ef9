"""The peer's side of part (c): PyTorch eager with transformers and PEFT; answers "start", "step" and "peak".

"start" tries its settings (attention, AdamW as a loop or fused) and keeps the fastest.
"""

import json
import resource
import sys
import time

import torch
import transformers

setting = json.loads(sys.argv[1])
size = setting["size"]
torch.set_num_threads(2)


def open_model(attention):
    model = transformers.AutoModelForCausalLM.from_pretrained(
        setting["folder"], dtype=torch.float32, attn_implementation=attention
    )
    if setting["mode"] == "lora":
        import peft

        torch.manual_seed(0)
        model = peft.get_peft_model(
            model,
            peft.LoraConfig(
                r=setting["rank"],
                lora_alpha=16,
                lora_dropout=0.0,
                task_type="CAUSAL_LM",
                target_modules=["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"],
            ),
        )
    return model.train()


def start(attention, fused):
    model = open_model(attention)
    trained = [p for p in model.parameters() if p.requires_grad]
    return model, torch.optim.AdamW(trained, lr=1e-4, weight_decay=0.0, fused=fused)


rows = [
    [(b * 7919 + t * 104729 + 17 * t * t) % size["vocabularySize"] for t in range(size["length"])]
    for b in range(size["batch"])
]
ids = torch.tensor(rows)


def step(model, optimizer):
    loss = model(input_ids=ids, labels=ids, use_cache=False).loss
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return float(loss.detach())


def times(count, action):
    seconds = []
    for _ in range(count):
        began = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - began)
    return sorted(seconds)[count // 2]


best = None
for line in sys.stdin:
    request = json.loads(line)
    if request["do"] == "start":
        found = {}
        for attention in ["sdpa", "eager"]:
            for fused in [False, True]:
                model, optimizer = start(attention, fused)
                step(model, optimizer)
                found[attention, fused] = times(2 if size["hiddenSize"] > 256 else 5, lambda: step(model, optimizer))
                del model, optimizer
        (attention, fused), _ = min(found.items(), key=lambda item: item[1])
        best = start(attention, fused)
        step(*best)
        print(json.dumps({"attention": attention, "fused": fused}), flush=True)
    elif request["do"] == "step":
        losses = []
        seconds = times(request["count"], lambda: losses.append(step(*best)))
        print(json.dumps({"seconds": seconds, "loss": losses[-1]}), flush=True)
    else:
        print(json.dumps({"bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}), flush=True)
