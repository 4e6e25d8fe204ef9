"""BLEU of sacreBLEU, run once with each version (pip install sacrebleu==1.5.0, then sacrebleu==2.6.0):

    python test/golden/make/metric_bleu.py > test/golden/metric-bleu-sacrebleu-<version>.json
"""

import json
import random
import sys

import sacrebleu

from metric_texts import pair

rng = random.Random(20231)
pairs = []
while len(pairs) < 1000:
    prediction, references = pair(rng)
    references = [r if r != "" else "none" for r in references]
    pairs.append((prediction, references))
pairs += [("lol", ["The answer."]), ("", ["nothing"]), ("a b c d", ["a b c d"]), ("A\\B. c, 3.5", ["A \\ B . c 3.5"])]


def score(chosen):
    width = max(len(references) for _, references in chosen)
    streams = [[(refs + refs[:1] * width)[k] for _, refs in chosen] for k in range(width)]
    return sacrebleu.corpus_bleu(
        [p for p, _ in chosen], streams, smooth_method="exp", smooth_value=0.0, force=False, lowercase=False,
        tokenize="intl", use_effective_order=False).score


out = {
    "header": {"implementation": f"sacrebleu {sacrebleu.__version__} on Python {sys.version.split()[0]}",
               "command": "python test/golden/make/metric_bleu.py",
               "settings": "tokenize intl, smooth exp, use_effective_order False"},
    "pairs": [[p, r, score([(p, r)])] for p, r in pairs],
    "corpora": [[i, i + 50, score(pairs[i:i + 50])] for i in range(0, 1000, 50)],
}
json.dump(out, sys.stdout, ensure_ascii=True, separators=(",", ":"))
