"""Times pycocoevalcap's tokenizer, BLEU, ROUGE-L and CIDEr on a file of captions: {"candidates", "references"}."""

import contextlib
import json
import sys
import time

from pycocoevalcap.bleu.bleu import Bleu
from pycocoevalcap.cider.cider import Cider
from pycocoevalcap.rouge.rouge import Rouge
from pycocoevalcap.tokenizer.ptbtokenizer import PTBTokenizer

with open(sys.argv[1], encoding="utf-8") as file:
    captions = json.load(file)
start = time.perf_counter()
with contextlib.redirect_stdout(sys.stderr):
    tokenizer = PTBTokenizer()
    res = tokenizer.tokenize({i: [{"caption": c}] for i, c in enumerate(captions["candidates"])})
    gts = tokenizer.tokenize({i: [{"caption": r} for r in refs] for i, refs in enumerate(captions["references"])})
    tokenized = time.perf_counter()
    bleu, _ = Bleu(4).compute_score(gts, res)
    rouge, _ = Rouge().compute_score(gts, res)
    cider, _ = Cider().compute_score(gts, res)
end = time.perf_counter()
print(json.dumps({"seconds": end - start, "tokenizerSeconds": tokenized - start,
                  "cider": cider, "rougeL": rouge, "bleu4": bleu[3]}))
