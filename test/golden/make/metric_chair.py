"""CHAIR by its official program, with pattern's singularize and NLTK's tokenizer (pip install nltk==3.10.4):

    python test/golden/make/metric_chair.py <LisaAnne/Hallucination@6e4d33c> <clips/pattern@d25511f> > test/golden/metric-chair.json

The program is Python 2 and is read as Python 3 here; Punkt runs without learned abbreviations, which it needs data for.
The synonyms are a list of our own in the form of the program's data/synonyms.txt.
"""

import contextlib
import json
import os
import pathlib
import random
import re
import sys
import tempfile
import types

import nltk
from nltk.tokenize.destructive import NLTKWordTokenizer
from nltk.tokenize.punkt import PunktSentenceTokenizer

from metric_texts import WORDS, awkward

HALLUCINATION, PATTERN = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
SYNONYMS = """person, man, woman, child, boy, girl, people, lady, player
dog, puppy, pup
cat, kitten
bird, goose, duck
horse, pony, foal
sheep, lamb
cow, ox, calf
bear, panda
toilet, potty
chair, seat, stool
tie, bow tie
train, locomotive
airplane, jet, plane, air plane
motorcycle,  motor bike, motor cycle, scooter
traffic light, street light, traffic signal, stop light
fire hydrant, hydrant
stop sign
parking meter
sports ball, ball
baseball bat
tennis racket, racket
wine glass
cup
knife, knive
hot dog
teddy bear
cell phone, mobile phone, phone
tv, monitor, television
laptop, laptop computer, computer
mouse
sandwich, burger
potted plant, houseplant
bus, minibus
skis, ski
scissors
bench, pew
"""

nltk.word_tokenize = lambda text: [
    token for sentence in PunktSentenceTokenizer().tokenize(text) for token in NLTKWordTokenizer().tokenize(sentence)]

source = (PATTERN / "pattern/text/en/inflect.py").read_text()
inflect = types.ModuleType("inflect")
inflect.__dict__.update(re=re, NOUN="NN", ADJECTIVE="JJ", VERB="VB")
exec(source[source.index("#### PLURALIZE"): source.index("#### VERB CONJUGATION")], inflect.__dict__)

sys.modules["pattern"] = types.ModuleType("pattern")
sys.modules["pattern.en"] = types.ModuleType("pattern.en")
sys.modules["pattern.en"].singularize = inflect.singularize
sys.modules["misc"] = types.ModuleType("misc")
sys.modules["misc"].__dict__.update(os=os, sys=sys, json=json)
code = (HALLUCINATION / "utils/chair.py").read_text().split("if __name__")[0]
code = re.sub(r"^(\s*)print (.*?)$", r"\1pass", code, flags=re.M)
code = code.replace("print metric_string", "pass").replace("lemma = nltk.wordnet.WordNetLemmatizer()", "")
lines, skip = [], False
for line in code.split("\n"):  # print statements that go over several lines are only in print_metrics
    if line.startswith("def print_metrics"):
        skip = True
    lines.append("" if skip else line)
program = types.ModuleType("chair")
exec(compile("\n".join(lines), "chair.py", "exec"), program.__dict__)

rng = random.Random(20237)
NOUNS = [w for line in SYNONYMS.splitlines() for w in re.split(", +", line)]
PLURALS = ("men women children people ladies dogs puppies kittens birds geese horses ponies foals sheep lambs cows oxen calves "
           "bears toilets seats ties trains planes buses minibuses knives cups glasses wine glasses hot dogs teddy bears phones "
           "tvs monitors mice sandwiches burgers plants skis scissors benches pews leaves loaves shoes boxes potatoes cookies "
           "pies quizzes wolves hooves series analyses bases crises news is his this was has us four our boss grass dress gas "
           "mothers-in-law passers-by matrices indices cacti radii data media bacteria hives lives movies zombies berries "
           "t-shirts dogs' woman's dog's cannot gonna o'clock").split()
QUALIFIED = ["baby bird", "adult dog", "passenger train", "passenger jet", "bow ties", "toilet seat", "baby elephants", "adult cub",
             "the seat of the toilet", "motor bikes", "traffic lights", "street light", "home plate", "train track", "wine glass"]


def caption():
    words = []
    for _ in range(rng.randint(0, 14)):
        kind = rng.random()
        words.append(rng.choice(NOUNS) if kind < 0.3 else rng.choice(PLURALS) if kind < 0.5 else rng.choice(QUALIFIED)
                     if kind < 0.6 else rng.choice(WORDS))
        if rng.random() < 0.2:
            words[-1] += rng.choice([".", ",", "!", "?", ";", ":", "...", "'s", "'", '"', ")", " -", ".)", '."', ". A", "--", "."])
        elif rng.random() < 0.07:
            words[-1] = rng.choice(['"', "(", "'", "``", "“", "[", "#"]) + words[-1]
    if rng.random() < 0.1:
        words.append(awkward(rng, 0, 5))
    text = " ".join(words)
    return (text.capitalize() if rng.random() < 0.7 else text) + rng.choice([".", "", "!", '."', ".)", " ."])


NUMBERED = ["2. the dog. 3. cat", "a. the dog", "in 1999. dogs", "dog no. 5. cat", "b. 2 dogs", "see 3.5. the end", "2. , dog"]
captions = [caption() for _ in range(600)]
objects = [sorted({rng.choice(SYNONYMS.splitlines()).split(", ")[0] for _ in range(rng.randint(0, 12))}) for _ in captions]
with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(sys.stderr):
    os.makedirs(pathlib.Path(folder, "data"))
    pathlib.Path(folder, "data/synonyms.txt").write_text(SYNONYMS)
    none = {k: 0 for k in ("Bleu_1", "Bleu_2", "Bleu_3", "Bleu_4", "METEOR", "CIDEr", "SPICE", "ROUGE_L")}
    rows = {str(i): {"image_id": i, "caption": text, **none} for i, text in enumerate(captions)}
    pathlib.Path(folder, "captions.json").write_text(json.dumps({"overall": none, "imgToEval": rows}))
    here = os.getcwd()
    os.chdir(folder)
    evaluator = program.CHAIR(list(range(len(captions))), "")
    evaluator.imid_to_objects = {i: set(found) for i, found in enumerate(objects)}
    result = evaluator.compute_chair("captions.json")
    os.chdir(here)
vocabulary = sorted(set(NOUNS) | set(PLURALS) | set(WORDS) | set(" ".join(PLURALS + QUALIFIED).split()) | {
    w + s for w in WORDS for s in ("s", "es", "ies", "ves", "a", "i")})
json.dump({
    "header": {"implementation": f"LisaAnne/Hallucination@6e4d33c, clips/pattern@d25511f, nltk {nltk.__version__}, "
                                 f"Python {sys.version.split()[0]}",
               "command": "python test/golden/make/metric_chair.py <LisaAnne/Hallucination> <clips/pattern>"},
    "synonyms": SYNONYMS,
    "rows": [[s["caption"], objects[i], s["mscoco_generated_words"], [w[1] for w in s["mscoco_hallucinated_words"]], s["words"]]
             for i, s in enumerate(result["sentences"])],
    "chairI": result["overall_metrics"]["CHAIRi"], "chairS": result["overall_metrics"]["CHAIRs"],
    "singular": [[w, inflect.singularize(w)] for w in vocabulary],
    "words": [[c, nltk.word_tokenize(c.lower())] for c in captions[:300] + NUMBERED],
}, sys.stdout, ensure_ascii=True, separators=(",", ":"))
