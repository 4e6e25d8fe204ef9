"""Writes test/golden/paper-draws.json: which questions and demonstrations the paper's VQAv2 evaluation draws.

Run: python3 test/golden/make/paper_draws.py   (needs numpy)

The calls are those of UCSC-VLAA/Sight-Beyond-Text@47f96a3 llava/eval/mmoverall/evaluate.py: setup_seed, get_random_indices,
prepare_eval_samples_and_dataset, sample_batch_demos_from_query_set.
"""
import json
import pathlib
import random

import numpy

SEED, QUESTIONS, POOL, ASKED, SHOTS = 42, 7500, 2048, 5000, 3
numpy.random.seed(SEED)
random.seed(SEED)
numpy.random.seed(SEED)
indices = numpy.random.choice(QUESTIONS, ASKED + POOL, replace=False)
pool = [int(index) for index in indices[:POOL]]
asked = [int(index) for index in indices[POOL:]]
demonstrations = [random.sample(pool, SHOTS) for _ in asked]
kept = [0, 1, 2, 3, 4, 2500, 4998, 4999]
target = pathlib.Path(__file__).parents[1] / "paper-draws.json"
header = {"implementation": f"numpy {numpy.__version__}, CPython's random", "command": "python3 test/golden/make/paper_draws.py"}
draws = [[place, asked[place], demonstrations[place]] for place in kept]
target.write_text(json.dumps({"header": header, "seed": SEED, "questions": QUESTIONS, "asked": ASKED, "draws": draws}) + "\n")
