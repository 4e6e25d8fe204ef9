"""Writes test/golden/gsm8k-present.json: how lm-evaluation-harness finds and compares the number of an answer.

Run: python3 test/golden/make/gsm8k_present.py   (needs lm_eval; its own gsm8k.yaml, filters and exact_match)
"""
import json
import pathlib
import random

import lm_eval
import yaml
from lm_eval.api.metrics import exact_match_hf_evaluate
from lm_eval.filters.extraction import RegexFilter

task = yaml.safe_load((pathlib.Path(lm_eval.__file__).parent / "tasks/gsm8k/gsm8k.yaml").read_text())
(metric,) = task["metric_list"]
options = {name: metric[name] for name in ("ignore_case", "ignore_punctuation", "regexes_to_ignore")}
filters = {
    entry["name"]: RegexFilter(**{key: value for key, value in entry["filter"][0].items() if key != "function"})
    for entry in task["filter_list"]
}
random.seed(20)
numbers = ["7", "70", "1,200", "-3", "$5", "0.5", "12.", "$1,234.50", "007", "٣", "1.2.3", "5-2", ",", "..", "$"]
words = ["So", "the answer is", "####", "#### ", "=", "<<3+4=7>>", "\n", "dollars.", " ", "A:", "####  ", "\t", "%", "No"]


def text():
    return " ".join(random.choice(random.choice([numbers, words])) for _ in range(random.randrange(0, 9)))


answers = ["7", "70", "1,200", "-3", "5", "0.5", "12", "1234.50", "1,234.50"]
cases = []
while len(cases) < 600:
    answer = f"It is <<1+1=2>>2 so.\n#### {random.choice(answers)}"
    response = text() if random.random() < 0.6 else f"{text()} #### {random.choice(answers)}{random.choice(['', '.', chr(10), ' apples'])}"
    scores = []
    for name in ("strict-match", "flexible-extract"):
        ((found,),) = filters[name].apply([[response]], [{}])
        scores.append(int(exact_match_hf_evaluate([found], [answer], **options)["exact_match"]))
    if sum(scores) == 0 and random.random() < 0.6:
        continue
    cases.append([answer, response, *scores])

target = pathlib.Path(__file__).parents[1] / "gsm8k-present.json"
header = {
    "implementation": f"lm_eval {lm_eval.__version__}: tasks/gsm8k/gsm8k.yaml version {task['metadata']['version']}",
    "command": "python3 test/golden/make/gsm8k_present.py",
    "cases": "answer, response, strict, flexible",
}
lines = ",\n".join(json.dumps(case) for case in cases)
target.write_text(f'{{"header": {json.dumps(header)},\n"cases": [\n{lines}\n]}}\n')
print(len(cases), sum(case[2] for case in cases), sum(case[3] for case in cases))
