"""Writes test/golden/harness-requests.json: request hashes and mock scores from the tests of lm-evaluation-harness.

Run: python3 test/golden/make/harness_requests.py <clone of EleutherAI/lm-evaluation-harness>
"""
import json
import pathlib
import subprocess
import sys

COMMIT = "00209e10f"
TASKS = ("ethics_", "truthfulqa_", "gsm8k-", "hendrycksTest-")

clone = sys.argv[1]


def git(*args):
    return subprocess.run(["git", "-C", clone, *args], check=True, capture_output=True, text=True).stdout


tasks = {}
for path in git("ls-tree", "--name-only", COMMIT, "tests/testdata/").split():
    name = path.rsplit("/", 1)[-1]
    if not name.startswith(TASKS) or "utilitarianism_original" in name:
        continue
    task, kind = name.rsplit("-", 1)
    entry = tasks.setdefault(task, {})
    text = git("show", f"{COMMIT}:{path}")
    if kind == "res.json":
        (scores,) = json.loads(text)["results"].values()
        entry["scores"] = {key: value for key, value in scores.items() if not key.endswith("_stderr")}
    else:
        entry["sha256"] = text.strip()

target = pathlib.Path(__file__).parents[1] / "harness-requests.json"
target.write_text(
    json.dumps(
        {
            "header": {
                "implementation": f"lm-evaluation-harness@{COMMIT}, tests/testdata (its test_version_stable.py)",
                "command": "python3 test/golden/make/harness_requests.py <clone>",
            },
            "tasks": tasks,
        },
        indent=1,
    )
    + "\n"
)
