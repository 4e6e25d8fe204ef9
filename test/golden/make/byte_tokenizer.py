"""What Hugging Face tokenizers makes of our byte-level tokenizer.json.

Run from the repository root, with the version that the golden's header names:

    pip install tokenizers==0.23.3
    python test/golden/make/byte_tokenizer.py <folder>

The folder holds a tokenizer.json of our byte tokenizer; every random checkpoint that sightlab writes has one.
Writes test/golden/byte-tokenizer.json.
"""

import json
import pathlib
import sys

import tokenizers

TEXTS = [
    "",
    " ",
    "Hello, world.",
    "Q: What is the square root of banana?\nA: I have no comment .",
    "  two  spaces , and a tab\there ",
    "Grüße, señor! 漢字 и кириллица 🙂 e\u0301 \u00ad\u00a0\u2028",
    "<s>special</s> tokens<unk>",
    "< s> <S> not special",
    "".join(chr(code) for code in range(1, 384)),
    "\r\n\r\x00\x7f",
    "do n't . we 're",
]


def main():
    tokenizer = tokenizers.Tokenizer.from_file(str(pathlib.Path(sys.argv[1]) / "tokenizer.json"))
    cases = []
    for text in TEXTS:
        ids = tokenizer.encode(text, add_special_tokens=False).ids
        cases.append(
            {
                "text": text,
                "ids": ids,
                "decoded": tokenizer.decode(ids, skip_special_tokens=False),
                "withoutSpecial": tokenizer.decode(ids, skip_special_tokens=True),
            }
        )
    cut = tokenizer.encode("é🙂", add_special_tokens=False).ids
    cuts = [{"ids": cut[:end], "decoded": tokenizer.decode(cut[:end])} for end in range(1, len(cut))]
    header = {
        "implementation": f"tokenizers {tokenizers.__version__}",
        "command": "python test/golden/make/byte_tokenizer.py <folder>",
    }
    target = pathlib.Path(__file__).parents[1] / "byte-tokenizer.json"
    record = {"header": header, "vocabularySize": tokenizer.get_vocab_size(), "cases": cases, "cuts": cuts}
    target.write_text(json.dumps(record, indent=1, ensure_ascii=True) + "\n")


main()
