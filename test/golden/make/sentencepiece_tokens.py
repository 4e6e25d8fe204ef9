"""A small SentencePiece model with LLaMA's settings, and what the package's own processor makes of texts.

Run from the repository root, with the version that the golden's header names:

    pip install sentencepiece==0.2.3
    python test/golden/make/sentencepiece_tokens.py

Writes test/golden/sentencepiece.model and test/golden/sentencepiece.json. No text has <s>, </s> or <unk> in it: the package
reads them as letters, transformers as tokens.
"""

import io
import json
import pathlib
import random

import sentencepiece

golden = pathlib.Path(__file__).parents[1]
WORDS = "the a of to in question answer image is it what yes no true false human ### assistant red blue 1 2 3 10 2024 don't it's über naïve 日本 語 :".split()
TEXTS = [
    "", " ", "  ", "a", " a", "a ", "  a  b ", "What is it?", "###", "\n###", "\n", "\n\n", "\t", " yes", " no", "yes",
    "Human: What is in the image?###Assistant:", "[/INST]", "<image>", "2024", "12 10 3.14159", "don't", "it's naïve über",
    "日本語", "日本 語 の", "😀é", "ﬁ Ⅳ ½", "é", "a\u00a0b", "a\u200bb", "a\u3000b", "\u2581the", "the\u2581of", "\r\nis\r\n", "true" * 5, "0x1F", "e\u0301", "\0", "مرحبا", "thequestionoftheimage",
]


def train():
    draw = random.Random(5)
    lines = [" ".join(draw.choice(WORDS) for _ in range(draw.randint(3, 12))) for _ in range(400)]
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines), model_writer=model, model_type="bpe", vocab_size=420, byte_fallback=True,
        split_digits=True, normalization_rule_name="identity", remove_extra_whitespaces=False, add_dummy_prefix=True,
        allow_whitespace_only_pieces=True, character_coverage=1.0, num_threads=1, minloglevel=2,
    )
    return model.getvalue()


def main():
    data = train()
    (golden / "sentencepiece.model").write_bytes(data)
    processor = sentencepiece.SentencePieceProcessor(model_proto=data)
    cases = []
    for text in TEXTS:
        ids = processor.encode(text)
        cases.append({"text": text, "ids": ids, "decoded": processor.decode(ids)})
    header = {"implementation": f"sentencepiece {sentencepiece.__version__}", "command": "python test/golden/make/sentencepiece_tokens.py"}
    record = {"header": header, "size": processor.get_piece_size(), "cases": cases}
    (golden / "sentencepiece.json").write_text(json.dumps(record) + "\n")


main()
