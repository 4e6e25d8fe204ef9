"""Writes test/golden/harness-shots.json: hashes of few-shot requests, from lm-evaluation-harness's own code.

Run: python3 test/golden/make/harness_shots.py <clone of EleutherAI/lm-evaluation-harness> <folder laid out like shared/data>

The task classes and Task.fewshot_context of the clone are imported unmodified; what they import besides (torch, datasets
and so on) is replaced by stand-ins, and the data sets by the local files: MathQA, BoolQ and SQuAD 2.0, which we never held, by our samples.
"""
import csv
import hashlib
import json
import pathlib
import random
import subprocess
import sys
import tempfile
from unittest.mock import MagicMock

COMMIT = "00209e10f"
clone, data = sys.argv[1], pathlib.Path(sys.argv[2])

for name in (
    "torch torch.nn torch.nn.functional datasets transformers tqdm accelerate omegaconf pandas sacrebleu sacrebleu.metrics "
    "transformers.data transformers.data.metrics transformers.data.metrics.squad_metrics sklearn sklearn.metrics numpy evaluate rouge_score peft sqlitedict lm_eval.metrics lm_eval.utils"
).split():
    sys.modules[name] = MagicMock()

sys.modules["datasets"].__version__ = "2.14"
sys.modules["lm_eval.utils"].positional_deprecated = lambda function: function  # a decorator that only warns

folder = pathlib.Path(tempfile.mkdtemp())
for path in ("lm_eval/base.py", "lm_eval/tasks/gsm8k.py", "lm_eval/tasks/hendrycks_test.py", "lm_eval/tasks/mathqa.py", "lm_eval/tasks/superglue.py", "lm_eval/tasks/squad.py"):
    text = subprocess.run(["git", "-C", clone, "show", f"{COMMIT}:{path}"], check=True, capture_output=True, text=True).stdout
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text)
(folder / "lm_eval/__init__.py").write_text("import sys\nutils = sys.modules[__name__ + '.utils']\n")
(folder / "lm_eval/tasks/__init__.py").write_text("")
sys.path.insert(0, str(folder))

from lm_eval.tasks.gsm8k import GradeSchoolMath8K  # noqa: E402
from lm_eval.tasks.hendrycks_test import GeneralHendrycksTest  # noqa: E402
from lm_eval.tasks.mathqa import MathQA  # noqa: E402
from lm_eval.tasks.squad import SQuAD2  # noqa: E402
from lm_eval.tasks.superglue import BoolQ  # noqa: E402


def jsonl(name):
    return [json.loads(line) for line in (data / "gsm8k" / name).open()]


def subject_rows(subject, part):
    with (data / "mmlu" / part / f"{subject}_{part}.csv").open(newline="") as file:
        return [
            {"question": row["question"], "choices": [row[f"choice{i}"] for i in range(4)], "answer": int(row["answer"])}
            for row in csv.DictReader(file)
        ]


def prepare(task, dataset):
    task.dataset, task._training_docs, task._fewshot_docs = dataset, None, None
    return task


def requests(task, shots):
    docs = list(task.test_docs() if task.has_test_docs() else task.validation_docs())
    rnd = random.Random()
    rnd.seed(42)
    rnd.shuffle(docs)
    pairs = []
    for doc in docs:
        context = task.fewshot_context(doc=doc, num_fewshot=shots, rnd=rnd, description="")
        if isinstance(task, GradeSchoolMath8K):
            pairs.append([context, [":", "Question:", "Question"]])
        elif isinstance(task, SQuAD2):
            pairs += [[context, ["\n"]], [context, " unanswerable"]]
        elif isinstance(task, BoolQ):
            pairs += [[context, " yes"], [context, " no"]]
        else:
            pairs += [[context, " " + choice] for choice in doc["choices"]]
    return hashlib.sha256(json.dumps(pairs).encode()).hexdigest()


hashes = {}
gsm8k = prepare(GradeSchoolMath8K.__new__(GradeSchoolMath8K), {"test": jsonl("test.jsonl"), "train": jsonl("train.jsonl")})
for shots in (0, 2, 8):
    hashes[f"gsm8k 0 {shots}"] = requests(gsm8k, shots)
subjects = sorted(path.name[: -len("_test.csv")] for path in (data / "mmlu/test").glob("*_test.csv"))
for subject in subjects:
    task = GeneralHendrycksTest.__new__(GeneralHendrycksTest)
    task.DATASET_NAME = subject
    prepare(task, {"test": subject_rows(subject, "test"), "dev": subject_rows(subject, "dev")})
    for shots in (0, 5):
        hashes[f"hendrycksTest-{subject} 1 {shots}"] = requests(task, shots)

samples = pathlib.Path(__file__).parents[3] / "datasets"
parts = {part: json.loads((samples / f"mathqa/sample/{part}.json").read_text()) for part in ("test", "train")}
mathqa = prepare(MathQA.__new__(MathQA), parts)
for shots in (0, 4):
    hashes[f"mathqa 0 {shots}"] = requests(mathqa, shots)
rows = [json.loads(line) for line in (samples / "boolq/sample/val.jsonl").open()]
hashes["boolq 1 0"] = requests(prepare(BoolQ.__new__(BoolQ), {"validation": rows, "train": []}), 0)
rows = [
    {"id": question["id"], "title": article["title"], "context": paragraph["context"], "question": question["question"],
     "answers": {"text": [answer["text"] for answer in question["answers"]]}}
    for article in json.loads((samples / "squad/sample/dev-v2.0.json").read_text())["data"]
    for paragraph in article["paragraphs"]
    for question in paragraph["qas"]
]
hashes["squad2 1 0"] = requests(prepare(SQuAD2.__new__(SQuAD2), {"validation": rows, "train": []}), 0)

target = pathlib.Path(__file__).parents[1] / "harness-shots.json"
target.write_text(
    json.dumps(
        {
            "header": {
                "implementation": f"lm-evaluation-harness@{COMMIT}, task classes imported; CPython {sys.version.split()[0]}",
                "command": "python3 test/golden/make/harness_shots.py <clone> <data folder>",
                "keys": "task, version, shots",
            },
            "sha256": hashes,
        },
        indent=1,
    )
    + "\n"
)
print(len(hashes))
