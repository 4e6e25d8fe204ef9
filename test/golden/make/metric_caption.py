"""CIDEr, BLEU and ROUGE-L of pycocoevalcap (pip install pycocoevalcap==1.2; Java 17 for its tokenizer):

    python test/golden/make/metric_caption.py > test/golden/metric-caption.json

1,000 random caption sets; a caption is written as the numbers of its words in `words`, one character a word.
"""

import contextlib
import json
import random
import sys
from importlib.metadata import version

from pycocoevalcap.bleu.bleu import Bleu
from pycocoevalcap.cider.cider import Cider
from pycocoevalcap.rouge.rouge import Rouge
from pycocoevalcap.tokenizer.ptbtokenizer import PTBTokenizer

from metric_texts import WORDS, caption, near

EXTRA = ["dog.", "man,", "it's", "woman's", "don't", "\"red\"", "(blue)", "top-down", "t-shirt", "2", "1,000", "Mr.",
         "U.S.", "A", "The", "...", "!", "-", "café", ":)", "$5", "and/or", "."]
ALPHABET = [chr(c) for c in range(0x30, 0x250) if chr(c) not in "\\\"" and not 0x7f <= c <= 0xa0]
VOCABULARY = list(dict.fromkeys(WORDS + EXTRA))
CODE = dict(zip(VOCABULARY, ALPHABET))


def spice(rng, text):
    words = text.split(" ")
    for _ in range(rng.choice([0, 0, 1, 2])):
        words.insert(rng.randint(0, len(words)), rng.choice(EXTRA))
    return " ".join(w for w in words if w)


rng = random.Random(20234)
images = []
for _ in range(1000):
    topic = caption(rng, 5, 14)
    references = [spice(rng, near(rng, topic if rng.random() < 0.7 else caption(rng))) for _ in range(rng.randint(1, 5))]
    candidate = spice(rng, near(rng, topic)) if rng.random() < 0.9 else rng.choice(["", ".", "dog", caption(rng, 15, 25)])
    images.append((candidate, references))


def score(chosen):
    tokenizer = PTBTokenizer()
    with contextlib.redirect_stdout(sys.stderr):
        res = tokenizer.tokenize({i: [{"caption": c}] for i, (c, _) in enumerate(chosen)})
        gts = tokenizer.tokenize({i: [{"caption": r} for r in refs] for i, (_, refs) in enumerate(chosen)})
        bleu, bleus = Bleu(4).compute_score(gts, res)
        rouge, rouges = Rouge().compute_score(gts, res)
        cider, ciders = Cider().compute_score(gts, res)
    return {"bleu": bleu, "rougeL": rouge, "cider": cider}, bleus, rouges, ciders


def encode(text):
    return "".join(CODE[w] for w in text.split(" ")) if text else ""


total, bleus, rouges, ciders = score(images)
out = {
    "header": {"implementation": f"pycocoevalcap {version('pycocoevalcap')} on Python {sys.version.split()[0]}, Java 17",
               "command": "python test/golden/make/metric_caption.py"},
    "words": VOCABULARY,
    "codes": "".join(ALPHABET[: len(VOCABULARY)]),
    "images": [[encode(c), [encode(r) for r in refs]] for c, refs in images],
    "corpus": total,
    "bleu": [[float(f"{b[i]:.9g}") for b in bleus] for i in range(1000)],
    "rougeL": [float(f"{s:.9g}") for s in rouges],
    "cider": [float(f"{s:.9g}") for s in ciders],
    "parts": [[i, i + 1 if i % 200 else i + 50, score(images[i: i + 1 if i % 200 else i + 50])[0]] for i in range(0, 1000, 100)],
}
json.dump(out, sys.stdout, ensure_ascii=True, separators=(",", ":"))
