"""ROUGE of google's rouge_score (pip install rouge-score==0.1.2):

    python test/golden/make/metric_rouge.py > test/golden/metric-rouge.json
"""

import json
import random
import sys
from importlib.metadata import version

from rouge_score.rouge_scorer import RougeScorer

from metric_texts import pair

TYPES = ["rouge1", "rouge2", "rougeL", "rougeLsum"]
rng = random.Random(20232)
scorer = RougeScorer(TYPES)
rows = []
for _ in range(1000):
    prediction, references = pair(rng)
    reference = references[0]
    if rng.random() < 0.3:
        prediction = prediction.replace(" ", "\n", 2) + "\n" + reference[: len(reference) // 2]
        reference = "\n".join([reference, prediction[len(prediction) // 3:]])
    result = scorer.score(reference, prediction)
    rows.append([prediction, reference, [[s.precision, s.recall, s.fmeasure] for s in (result[t] for t in TYPES)]])
out = {
    "header": {"implementation": f"rouge_score {version('rouge_score')} on Python {sys.version.split()[0]}",
               "command": "python test/golden/make/metric_rouge.py", "types": TYPES},
    "rows": rows,
}
json.dump(out, sys.stdout, ensure_ascii=True, separators=(",", ":"))
