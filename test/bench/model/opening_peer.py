"""transformers' side of part (e): opens the checkpoint and reads one weight."""

import json
import os
import re
import sys
import time

import torch
import transformers


def own_bytes():
    return 1024 * int(re.search(r"RssAnon:\s+(\d+)", open("/proc/self/status").read())[1])


folder = sys.argv[1]
transformers.LlamaForCausalLM
before = own_bytes()
began = time.perf_counter()
model = transformers.LlamaForCausalLM.from_pretrained(folder, dtype=torch.float32)
float(model.model.embed_tokens.weight[0, 0])
milliseconds = (time.perf_counter() - began) * 1000
file_bytes = os.path.getsize(os.path.join(folder, "model.safetensors"))
print(json.dumps({"milliseconds": milliseconds, "grownBytes": own_bytes() - before, "fileBytes": file_bytes}))
