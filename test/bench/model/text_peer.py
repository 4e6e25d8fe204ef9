"""The peers' side of the parts that read text: answers "harness", "score", "decode" and "peak".

"harness" is lm-evaluation-harness's own HFLM, "score" and "decode" are plain transformers. Batch sizes are the caller's.
"""

import json
import resource
import sys
import time

import torch
import transformers

folder = sys.argv[1]
torch.set_num_threads(2)
kept = {}


def model():
    if "model" not in kept:
        loaded = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
        kept["model"] = loaded.eval()
        kept["tokenizer"] = transformers.AutoTokenizer.from_pretrained(folder)
    return kept["model"], kept["tokenizer"]


def harness(requests, size):
    from lm_eval.api.instance import Instance
    from lm_eval.models.huggingface import HFLM

    loaded, tokenizer = model()
    lm = HFLM(pretrained=loaded, tokenizer=tokenizer, batch_size=size)
    instances = [
        Instance(request_type="loglikelihood", doc={}, arguments=(one["context"], one["continuation"]), idx=i)
        for i, one in enumerate(requests)
    ]
    began = time.perf_counter()
    found = lm.loglikelihood(instances, disable_tqdm=True)
    return time.perf_counter() - began, [nats for nats, _ in found]


@torch.no_grad()
def score(requests, size):
    loaded, tokenizer = model()
    began = time.perf_counter()
    encoded = []
    for place, one in enumerate(requests):
        whole = tokenizer.encode(one["context"] + one["continuation"], add_special_tokens=False)
        context = tokenizer.encode(one["context"], add_special_tokens=False)
        encoded.append((whole, len(context), place))
    encoded.sort(key=lambda item: -len(item[0]))
    nats = [0.0] * len(requests)
    for start in range(0, len(encoded), size):
        batch = encoded[start : start + size]
        width = max(len(whole) for whole, _, _ in batch) - 1
        ids = torch.zeros(len(batch), width, dtype=torch.long)
        mask = torch.zeros(len(batch), width, dtype=torch.long)
        for row, (whole, _, _) in enumerate(batch):
            ids[row, : len(whole) - 1] = torch.tensor(whole[:-1])
            mask[row, : len(whole) - 1] = 1
        logits = loaded(input_ids=ids, attention_mask=mask, use_cache=False).logits
        for row, (whole, context, place) in enumerate(batch):
            odds = torch.log_softmax(logits[row, context - 1 : len(whole) - 1], dim=-1)
            nats[place] = float(odds.gather(1, torch.tensor(whole[context:])[:, None]).sum())
    return time.perf_counter() - began, nats


@torch.no_grad()
def decode(requests):
    loaded, tokenizer = model()
    tokenizer.padding_side = "left"
    began = time.perf_counter()
    encoded = tokenizer([one["context"] for one in requests], return_tensors="pt", padding=True, add_special_tokens=False)
    width = encoded["input_ids"].shape[1]
    ids = loaded.generate(
        input_ids=encoded["input_ids"],
        attention_mask=encoded["attention_mask"],
        max_new_tokens=requests[0]["maxNewTokens"],
        do_sample=False,
        use_cache=True,
        pad_token_id=0,
    )[:, width:]
    seconds = time.perf_counter() - began
    return seconds, int((ids != 0).sum()), tokenizer.batch_decode(ids, skip_special_tokens=True)


transformers.logging.set_verbosity_error()
for line in sys.stdin:
    request = json.loads(line)
    if request["do"] == "peak":
        answer = {"bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}
    elif request["do"] == "decode":
        seconds, tokens, texts = decode(request["requests"])
        answer = {"seconds": seconds, "tokens": tokens, "texts": texts}
    else:
        run = harness if request["do"] == "harness" else score
        seconds, nats = run(request["requests"], request["size"])
        answer = {"seconds": seconds, "nats": nats}
    print(json.dumps(answer), flush=True)
