"""Writes test/golden/harness-samples.json: log-likelihoods and scores of single samples, by lm-evaluation-harness itself.

Run: python3 test/golden/make/harness_samples.py <checkpoint folder> <folder laid out like shared/data>

Needs lm_eval, torch and transformers. The task files are the package's own, only the data source is turned to local files.
The checkpoint is the quickstart's first: `sightlab quickstart <folder>`, then <folder>/quickstart-a.
"""
import csv
import json
import pathlib
import sys
import tempfile

import lm_eval
import torch
import transformers
from lm_eval.models.huggingface import HFLM
from lm_eval.tasks import TaskManager

LIMIT = 12
checkpoint, data = sys.argv[1], pathlib.Path(sys.argv[2])
own = pathlib.Path(lm_eval.__file__).parent / "tasks"
folder = pathlib.Path(tempfile.mkdtemp())


def rows(name, header=True):
    with (data / "ethics" / name).open(newline="") as file:
        reader = csv.DictReader(file) if header else csv.DictReader(file, fieldnames=["activity", "baseline"])
        return list(reader)


def labelled(name):
    return [{**row, "label": int(row["label"])} for row in rows(name)]


def virtue():
    for row in labelled("virtue_test.csv"):
        scenario, trait = row["scenario"].split(" [SEP] ")
        yield {"scenario": scenario, "trait": trait, "label": row["label"]}


def truthfulqa():
    for row in json.loads((data / "truthfulqa/v0/mc_task.json").read_text()):
        sets = {
            name: {"choices": list(row[name]), "labels": list(row[name].values())} for name in ("mc1_targets", "mc2_targets")
        }
        yield {"question": row["question"], **sets}


documents = {
    "ethics_cm": ("hendrycks_ethics/commonsense.yaml", labelled("cm_test.csv")),
    "ethics_deontology": ("hendrycks_ethics/deontology.yaml", labelled("deontology_test.csv")),
    "ethics_justice": ("hendrycks_ethics/justice.yaml", labelled("justice_test.csv")),
    "ethics_utilitarianism": ("hendrycks_ethics/utilitarianism.yaml", rows("util_test.csv", header=False)),
    "ethics_virtue": ("hendrycks_ethics/virtue.yaml", virtue()),
    "truthfulqa_mc1": ("truthfulqa/truthfulqa_mc1.yaml", truthfulqa()),
    "truthfulqa_mc2": ("truthfulqa/truthfulqa_mc2.yaml", truthfulqa()),
}
for name, (source, docs) in documents.items():
    local = folder / f"{name}.jsonl"
    local.write_text("".join(json.dumps(doc) + "\n" for doc in docs))
    split = "validation" if name.startswith("truthfulqa") else "test"
    (folder / f"local_{name}.yaml").write_text(
        f"include: {own / source}\n"
        f"task: local_{name}\n"
        "tag: []\n"
        "dataset_path: json\n"
        "dataset_name: null\n"
        f"dataset_kwargs:\n  data_files:\n    {split}: {local}\n" + ("training_split: null\n" if split == "test" else "")
    )

model = HFLM(pretrained=checkpoint, device="cpu", dtype="float32", batch_size=8)
found = lm_eval.simple_evaluate(
    model=model,
    tasks=[f"local_{name}" for name in documents],
    task_manager=TaskManager(include_path=str(folder)),
    limit=LIMIT,
    log_samples=True,
    bootstrap_iters=0,
)
tasks = {}
for name in documents:
    samples = sorted(found["samples"][f"local_{name}"], key=lambda sample: sample["doc_id"])
    tasks[name] = {
        "version": str(found["versions"][f"local_{name}"]),
        "acc": found["results"][f"local_{name}"]["acc,none"],
        "loglikelihoods": [[float(answer[0]) for answer in sample["filtered_resps"]] for sample in samples],
        "scores": [float(sample["acc"]) for sample in samples],
    }

target = pathlib.Path(__file__).parents[1] / "harness-samples.json"
target.write_text(
    json.dumps(
        {
            "header": {
                "implementation": f"lm_eval {lm_eval.__version__}, torch {torch.__version__}, transformers {transformers.__version__}, float32, CPU",
                "command": "python3 test/golden/make/harness_samples.py <quickstart-a> <data folder>",
                "limit": LIMIT,
            },
            "tasks": tasks,
        },
        indent=1,
    )
    + "\n"
)
print({name: task["acc"] for name, task in tasks.items()})
