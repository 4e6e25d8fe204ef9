"""Makes test/golden/torch/: small checkpoints written by torch.save, and what torch reads back from them.

Run with: python test/golden/make/torch_checkpoint.py test/golden/torch   (needs torch)
"""

import collections
import json
import os
import sys

import torch

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
torch.manual_seed(0)
base = torch.randn(6, 4)
state = collections.OrderedDict(
    [
        ("model.weight", base),
        ("model.transposed", base.t()),
        ("model.row", base[2]),
        ("model.tied", base),
        ("model.half", torch.randn(3, 2).half()),
        ("model.bf16", torch.randn(2, 3).bfloat16()),
        ("model.double", torch.randn(2).double()),
        ("model.long", torch.tensor([1, -2, 2**40])),
        ("model.bool", torch.tensor([True, False])),
        ("model.scalar", torch.tensor(3.5)),
        ("model.empty", torch.zeros(0, 4)),
    ]
)
state._metadata = collections.OrderedDict(version=1)
files = {
    "state.bin": state,
    "nested.pth": {"epoch": 3, "lr": 2e-5, "name": "né", "done": False, "none": None, "state": {"w": torch.nn.Parameter(torch.ones(2, 2))}, "list": [torch.arange(3), -7]},
    "function.pt": {"f": os.path.join, "w": torch.ones(1)},
}
golden = {}


def walk(value, path, out):
    if isinstance(value, torch.Tensor):
        out[path] = {"dtype": str(value.dtype), "shape": list(value.shape), "strides": list(value.stride()), "contiguous": value.is_contiguous(), "values": value.detach().double().flatten().tolist()}
    elif isinstance(value, dict):
        for key, item in value.items():
            walk(item, f"{path}.{key}" if path else str(key), out)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            walk(item, f"{path}.{index}", out)


for name, value in files.items():
    torch.save(value, os.path.join(folder, name))
    golden[name] = {}
    walk(value, "", golden[name])
legacy, weights = os.path.join(folder, "legacy.bin"), torch.ones(2)
torch.save({"w": weights}, legacy, _use_new_zipfile_serialization=False)
# The format's name for a storage is its address, another in each run: it becomes "1".
address = str(weights.untyped_storage()._cdata).encode()
unicode = lambda text: b"X" + len(text).to_bytes(4, "little") + text
with open(legacy, "rb") as file:
    saved = file.read()
assert saved.count(address) == saved.count(unicode(address)) == 2
with open(legacy, "wb") as file:
    file.write(saved.replace(unicode(address), unicode(b"1")))
assert torch.load(legacy)["w"].equal(weights)
with open(os.path.join(folder, "expected.json"), "w") as out:
    json.dump({"header": {"implementation": f"torch {torch.__version__}", "command": "python test/golden/make/torch_checkpoint.py test/golden/torch"}, "files": golden}, out, indent=1)
