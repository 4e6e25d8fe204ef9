"""Writes test/golden/numpy-random.json from NumPy's own legacy generator.

Run: python3 test/golden/make/numpy_random.py
"""
import json
import pathlib

import numpy

cases = []
for seed in (0, 42, 2**32 - 1):
    numpy.random.seed(seed)
    case = {"seed": seed}
    case["choice"] = [[n, k, numpy.random.choice(n, k, replace=False).tolist()] for n, k in ((1, 1), (12, 12), (214354, 8))]
    case["integer"] = [[n, int(numpy.random.choice(list(range(n))))] for n in (1, 2, 3, 5, 5, 5, 100, 1000)]
    cases.append(case)
header = {"implementation": f"numpy {numpy.__version__}", "command": "python3 test/golden/make/numpy_random.py"}
target = pathlib.Path(__file__).parents[1] / "numpy-random.json"
target.write_text(json.dumps({"header": header, "cases": cases}) + "\n")
