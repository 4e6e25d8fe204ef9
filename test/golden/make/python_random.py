"""Writes test/golden/python-random.json from CPython's own random module.

Run: python3 test/golden/make/python_random.py
"""
import json
import pathlib
import random
import sys

SEEDS = [0, 1, 42, -7, 2**32, 2**64 + 5, "", "I helped my neighbour", "Grüße – 漢字 🙂"]


def case(seed):
    shuffled = list(range(50))
    rnd = random.Random(seed)
    out = {"seed": seed if isinstance(seed, str) else None, "integer": str(seed) if isinstance(seed, int) else None}
    out["random"] = [rnd.random() for _ in range(5)]
    out["getrandbits"] = [[k, rnd.getrandbits(k)] for k in (1, 2, 7, 31, 32, 33, 40, 53)]
    out["randbelow"] = [[n, rnd._randbelow(n)] for n in (1, 2, 3, 10, 817, 2**31, 2**40 + 3)]
    rnd.shuffle(shuffled)
    out["shuffle"] = shuffled
    out["sample"] = [[n, k, rnd.sample(range(n), k)] for n, k in ((5, 5), (21, 3), (22, 3), (100, 6), (100, 40), (7473, 8), (3, 0))]
    for _ in range(700):
        rnd.random()
    out["later"] = [rnd.random() for _ in range(3)]
    return out


target = pathlib.Path(__file__).parents[1] / "python-random.json"
target.write_text(
    json.dumps(
        {
            "header": {
                "implementation": "CPython " + sys.version.split()[0],
                "command": "python3 test/golden/make/python_random.py",
            },
            "cases": [case(seed) for seed in SEEDS],
        },
        indent=1,
    )
    + "\n"
)
