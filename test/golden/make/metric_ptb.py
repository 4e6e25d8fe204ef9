"""Tokens of the Java PTB tokenizer inside pycocoevalcap (pip install pycocoevalcap==1.2; Java 17):

    python test/golden/make/metric_ptb.py hard > test/golden/metric-ptb-hard-cases.json
    python test/golden/make/metric_ptb.py data ../shared/data > test/golden/metric-ptb-data.json
"""

import csv
import hashlib
import io
import json
import pathlib
import random
import subprocess
import sys
import tempfile
from importlib.metadata import version

import pycocoevalcap.tokenizer.ptbtokenizer as coco

JAR = str(pathlib.Path(coco.__file__).parent / coco.STANFORD_CORENLP_3_4_1_JAR)
COMMAND = ["java", "-cp", JAR, "edu.stanford.nlp.process.PTBTokenizer", "-preserveLines", "-lowerCase"]

HARD = {
    "contractions": ["can't won't didn't N'T don'ts I'm you're THEY'LL he'd've it's IT'S James's cannot gonna Gotta wanna "
                     "lemme gimme 'twas 'Tis y'all o'clock ma'am rock'n'roll 'n' 'em 'cause ol' s'mores O'Neil d'Angelo "
                     "L'Oreal c'est C'mon Cap'n cont'd nor'easter e'er li'l nat'l the boys' toys, 'til dawn", "it’s don’t "
                     "‘quoted’ rock ’n’ roll", "it&apos;s can&apos;t", "He said it's", "the dogs'", "can\u00ad't soft\u00adhyphen"],
    "money and numbers": ["$5.00 US$5 HK$1,000.50 £3 €20 ¥100 5¢ 10% #1 3.14 -7 +8 .5 1,000,000 1:30 12/25/1999 1-2-99 1/2 "
                          "3 1/2 ½ ⅓ ⅔ ⅛ x² H₂O 1990s '90s '99 1st 2nd", "call (555) 123-4567 or 555-1234, +1 800 555 1234 "
                          "or 555.123.4567", "١٢٣ ۵"],
    "abbreviations": ["Dr. Smith Jr. met Mr. and Mrs. Jones at 5 p.m. in the U.S. The end", "Inc. Then Ltd. co. ltd pty. "
                      "Limited Corp. said", "U.S. The U.S.-U.K. deal, non-U.S. firms, Ph.D. e.g. i.e. etc. vs. et al. Fig. 3 "
                      "no. 5 pp. 10 ca. 1900 op. cit.", "Ill. ill. Miss. miss. Wash. wash. Mass. mass. Mfg. mfg. MTG. Sept. "
                      "Mon. Calif.", "I. The man. a. b. A. B. C.", "He lives in the U.S.", "It is 5 a.m."],
    "quotes": ["\"Hello,\" she said. 'Yes' ''no'' ``maybe`` “curly” ‘single’ «guillemets» ‹small› „low‟ \"5\" \" \"", "&quot;x&quot;",
               "\u0093cp1252\u0094 \u0091a\u0092", "\"", "'", "'A big dog'"],
    "URLs and mail": ["http://www.example.com/a?b=c&d=1. www.cnn.com cnn.com foo.org/bar/baz, <me@example.com> a.b@c.d.e "
                      "@user #tag file.txt README.md, a.b.pdf https://x.y/(z)"],
    "punctuation": ["(a) [b] {c} <d> a--b a---b a-----b – — ... .... . . . … ?! !!! ; : , / \\ * ** *** + = _ __ ~ ^ | & &amp; "
                    "&lt; &gt; &nbsp; &mdash; &#123; &HT; << >> @@ ## -LRB- co-ed mother-in-law A.-B. and/or a/b/c AT&T R&D "
                    "S&P-500 C++ C# F#", ":) :-) ;) =D :P :o) <:( >:( (^_^) ^_^ -_- (-.-) :)", "<b>bold</b> <a href='x y'> <br /> "
                    "<!doctype x> <3 a < b > c"],
    "Unicode": ["café naïve Ωμέγα ΟΔΟΣ ΣΑΣ İstanbul ıx ſt \u212b \u212a ß Привет 中文 日本語 한국어 العربية עברית हिन्दी ไทย 😀👍🏽 Ⅷ Ⓐ "
                "\u200b\ufeff a\u00a0b a\u3000b a\u2003b ①②", "&eacute;t&eacute; · • ° × © ® ™ § ¿que? ¡no! 。、・", "a\u2028b", "a\x0bb",
                "a\x0cb", "a\u0085b", "a\rb", "a\x7fb\x00c\x1cd\te", ""],
}

PIECES = [w for lines in HARD.values() for line in lines for w in line.split(" ") if w] + list(
    "abcnstyzABCNSTYZ0123456789.,'`\"-_/\\&;:!?()<>[]{}@#$%^*+=~|’“”–é") + ["n't", "'s", "'ll", "&amp;", " ", "  ", "\t", "\u00a0"]


def tokenize(text):
    """What the Java program prints for a text."""
    with tempfile.NamedTemporaryFile(suffix=".txt") as file:
        file.write(text.encode())
        file.flush()
        return subprocess.run([*COMMAND, file.name], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              check=True).stdout.decode()


def fuzz(count):
    rng = random.Random(20233)
    for _ in range(count):
        gaps = rng.choice([[""], ["", " "], [" "]])
        yield "".join(rng.choice(PIECES) + rng.choice(gaps) for _ in range(rng.randint(1, 9)))


def texts(path):
    """Every string of a JSON file, every field of a CSV file, every line of another; line feeds become spaces."""
    def walk(value):
        if isinstance(value, str):
            yield value
        elif isinstance(value, (list, dict)):
            for item in (value.values() if isinstance(value, dict) else value):
                yield from walk(item)

    content = path.read_bytes().decode("utf-8")
    if path.suffix == ".csv":
        found = (field for row in csv.reader(io.StringIO(content, newline="")) for field in row)
    elif path.suffix == ".json" and content.lstrip()[0] in "[{" and not _is_lines(content):
        found = walk(json.loads(content))
    elif path.suffix in (".json", ".jsonl"):
        found = (text for line in content.split("\n") if line for text in walk(json.loads(line)))
    else:
        found = content.split("\n")
    return [text.replace("\n", " ") for text in found]


def _is_lines(content):
    try:
        json.loads(content)
        return False
    except json.JSONDecodeError:
        return True


header = {
    "implementation": f"Stanford CoreNLP 3.4.1 PTBTokenizer in pycocoevalcap {version('pycocoevalcap')}, Java 17",
    "command": "python test/golden/make/metric_ptb.py " + " ".join(sys.argv[1:]),
}
if sys.argv[1] == "hard":
    table = [{"kind": kind, "text": line, "output": tokenize(line)} for kind, lines in HARD.items() for line in lines]
    lines = list(fuzz(3000))
    print(json.dumps({"header": header, "table": table, "text": "\n".join(lines), "output": tokenize("\n".join(lines))}))
else:
    root = pathlib.Path(sys.argv[2])
    files = []
    for path in sorted(root.rglob("*")):
        if path.suffix in (".csv", ".json", ".jsonl", ".txt"):
            found = texts(path)
            output = tokenize("\n".join(found))
            files.append([path.relative_to(root).as_posix(), len(found), hashlib.sha256(output.encode()).hexdigest()])
    print(json.dumps({"header": header, "files": files}, indent=0))
