"""Writes test/golden/harness-samples.json: log-likelihoods and scores of single samples, by lm-evaluation-harness itself.

Run: python3 test/golden/make/harness_samples.py <checkpoint folder> <folder laid out like shared/data>

MathQA and BoolQ, whose files we never held, are asked on our own samples (datasets/<name>/sample).

Needs lm_eval, torch, transformers and accelerate. The task files are the package's own, only the data source is turned to local files.
The checkpoint is the quickstart's first: `sightlab quickstart <folder>`, then <folder>/quickstart-a.
"""
import csv
import hashlib
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
LIMITS = {"gsm8k": 4}  # long texts
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


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines() if line]


def mmlu(subject, part):
    with (data / f"mmlu/{part}/{subject}_{part}.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            choices = [row[f"choice{index}"] for index in range(4)]
            yield {"question": row["question"], "choices": choices, "answer": int(row["answer"]), "subject": subject}


samples = pathlib.Path(__file__).parents[3] / "datasets"


def mathqa(part):
    return json.loads((samples / f"mathqa/sample/{part}.json").read_text())


def boolq():
    return [{**row, "label": int(row["label"])} for row in lines(samples / "boolq/sample/val.jsonl")]


# Further splits, from which the shots come, and the number of shots where it is not the task's own.
shots = {
    "gsm8k": ("train", lines(data / "gsm8k/train.jsonl"), None),
    "mathqa": ("train", mathqa("train"), 4),
    **{f"mmlu_{subject}": ("dev", mmlu(subject, "dev"), 5) for subject in ("anatomy", "world_religions")},
}
documents = {
    "gsm8k": ("gsm8k/gsm8k.yaml", lines(data / "gsm8k/test.jsonl")),
    "mathqa": ("mathqa/mathqa.yaml", mathqa("test")),
    "boolq": ("super_glue/boolq/default.yaml", boolq()),
    "mmlu_anatomy": ("mmlu/default/mmlu_anatomy.yaml", mmlu("anatomy", "test")),
    "mmlu_world_religions": ("mmlu/default/mmlu_world_religions.yaml", mmlu("world_religions", "test")),
    "ethics_cm": ("hendrycks_ethics/commonsense.yaml", labelled("cm_test.csv")),
    "ethics_deontology": ("hendrycks_ethics/deontology.yaml", labelled("deontology_test.csv")),
    "ethics_justice": ("hendrycks_ethics/justice.yaml", labelled("justice_test.csv")),
    "ethics_utilitarianism": ("hendrycks_ethics/utilitarianism.yaml", rows("util_test.csv", header=False)),
    "ethics_virtue": ("hendrycks_ethics/virtue.yaml", virtue()),
    "truthfulqa_mc1": ("truthfulqa/truthfulqa_mc1.yaml", truthfulqa()),
    "truthfulqa_mc2": ("truthfulqa/truthfulqa_mc2.yaml", truthfulqa()),
}
for name, (source, docs) in documents.items():
    split = "validation" if name.startswith(("truthfulqa", "boolq")) else "test"
    parts = {split: docs}
    if name in shots:
        parts[shots[name][0]] = shots[name][1]
    files = ""
    for part, rows_of in parts.items():
        local = folder / f"{name}_{part}.jsonl"
        local.write_text("".join(json.dumps(doc) + "\n" for doc in rows_of))
        files += f"    {part}: {local}\n"
    (folder / f"local_{name}.yaml").write_text(
        f"include: {own / source}\n"
        f"task: local_{name}\n"
        "tag: []\n"
        "dataset_path: json\n"
        "dataset_name: null\n"
        f"dataset_kwargs:\n  data_files:\n{files}"
        + ("" if "train" in parts else "training_split: null\n")
        + ("validation_split: null\n" if name == "mathqa" else "")
    )

model = HFLM(pretrained=checkpoint, device="cpu", dtype="float32", batch_size=8)


def run(names, num_fewshot, limit):
    return lm_eval.simple_evaluate(
        model=model,
        tasks=[f"local_{name}" for name in names],
        num_fewshot=num_fewshot,
        task_manager=TaskManager(include_path=str(folder)),
        limit=limit,
        log_samples=True,
        bootstrap_iters=0,
    )


def samples_of(found, name):
    return sorted(found["samples"][f"local_{name}"], key=lambda sample: (sample["doc_id"], sample["filter"]))


tasks = {}
settings = {name: (shots.get(name, (None, None, None))[2], LIMITS.get(name, LIMIT)) for name in documents}
for setting in dict.fromkeys(settings.values()):
    names = [name for name in documents if settings[name] == setting]
    found = run(names, *setting)
    for name in names:
        numbers = found["results"][f"local_{name}"]
        entry = {"version": str(found["versions"][f"local_{name}"]), "shots": found["n-shot"][f"local_{name}"]}
        logged = samples_of(found, name)
        if name == "gsm8k":
            filters = {"strict-match": "exact_match_strict", "flexible-extract": "exact_match_flexible"}
            strict = [sample for sample in logged if sample["filter"] == "strict-match"]
            entry["texts"] = [sample["resps"][0][0] for sample in strict]
            entry["prompts"] = [hashlib.sha256(sample["arguments"][0][0].encode()).hexdigest() for sample in strict]
            entry["metrics"] = {ours: numbers[f"exact_match,{theirs}"] for theirs, ours in filters.items()}
            entry["scores"] = {
                ours: [float(sample["exact_match"]) for sample in logged if sample["filter"] == theirs]
                for theirs, ours in filters.items()
            }
        else:
            metrics = ["acc", "acc_norm"] if name == "mathqa" else ["acc"]
            entry["metrics"] = {metric: numbers[f"{metric},none"] for metric in metrics}
            entry["loglikelihoods"] = [[float(answer[0]) for answer in sample["filtered_resps"]] for sample in logged]
            entry["scores"] = {metric: [float(sample[metric]) for sample in logged] for metric in metrics}
        tasks[name] = entry

target = pathlib.Path(__file__).parents[1] / "harness-samples.json"
target.write_text(
    json.dumps(
        {
            "header": {
                "implementation": f"lm_eval {lm_eval.__version__}, torch {torch.__version__}, transformers {transformers.__version__}, float32, CPU",
                "command": "python3 test/golden/make/harness_samples.py <quickstart-a> <data folder>",
                },
            "tasks": tasks,
        },
        indent=1,
    )
    + "\n"
)
print({name: task["metrics"] for name, task in tasks.items()})
