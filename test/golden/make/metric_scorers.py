"""Scores of the official evaluation programs on generated predictions of awkward forms. Each command names the
repository whose checkout it reads the program from; nothing of it is kept here.

    python test/golden/make/metric_scorers.py vqa <UCSC-VLAA/Sight-Beyond-Text> > test/golden/metric-vqa.json
    python test/golden/make/metric_scorers.py mme <UCSC-VLAA/Sight-Beyond-Text> > test/golden/metric-mme.json
    python test/golden/make/metric_scorers.py pope <UCSC-VLAA/Sight-Beyond-Text> > test/golden/metric-pope.json
    python test/golden/make/metric_scorers.py textvqa <facebookresearch/mmf> > test/golden/metric-textvqa.json
    python test/golden/make/metric_scorers.py anls <QwenLM/Qwen-VL> > test/golden/metric-anls.json
    python test/golden/make/metric_scorers.py unicorn <UCSC-VLAA/vllm-safety-benchmark> > test/golden/metric-unicorn.json
    python test/golden/make/metric_scorers.py squad <rajpurkar/SQuAD-explorer> > test/golden/metric-squad.json

Needs scikit-learn 1.7 or later for mme.
"""

import contextlib
import json
import pathlib
import random
import re
import sys
import tempfile
import types
import warnings

from metric_texts import FORMS, MARKS, WORDS, awkward, near_awkward

warnings.filterwarnings("ignore")
COUNT = 600
KIND, CHECKOUT = sys.argv[1], pathlib.Path(sys.argv[2])
rng = random.Random(20235)

PROGRAMS = {
    "vqa": ("UCSC-VLAA/Sight-Beyond-Text@47f96a3", "llava/eval/mmoverall/vqa_metric.py"),
    "mme": ("UCSC-VLAA/Sight-Beyond-Text@47f96a3", "llava/eval/mmoverall/mme_metric.py"),
    "pope": ("UCSC-VLAA/Sight-Beyond-Text@47f96a3", "llava/eval/mmoverall/pope_metric.py"),
    "textvqa": ("facebookresearch/mmf@b0ffc7f", "mmf/utils/m4c_evaluators.py"),
    "anls": ("QwenLM/Qwen-VL@aa00ed0", "eval_mm/infographicsvqa_eval.py"),
    "unicorn": ("UCSC-VLAA/vllm-safety-benchmark@ef1aba1", "safety_evaluations/ood_scenarios"),
    "squad": ("rajpurkar/SQuAD-explorer@eee5fdb", "evaluate-v2.0.py"),
}

CONTRACTED = ("aint arent cant couldve couldnt couldn'tve couldnt've didnt doesnt dont hadnt hadnt've hadn'tve hasnt havent "
              "hed hed've he'dve hes howd howll hows Id've I'dve Im Ive isnt itd itd've it'dve itll let's maam mightnt "
              "mightnt've mightn'tve mightve mustnt mustve neednt notve oclock oughtnt ow's'at 'ows'at 'ow'sat shant shed've "
              "she'dve she's shouldve shouldnt shouldnt've shouldn'tve somebody'd somebodyd've somebody'dve somebodyll "
              "somebodys someoned someoned've someone'dve someonell someones somethingd somethingd've something'dve "
              "somethingll thats thered thered've there'dve therere theres theyd theyd've they'dve theyll theyre theyve twas "
              "wasnt wed've we'dve weve werent whatll whatre whats whatve whens whered wheres whereve whod whod've who'dve "
              "wholl whos whove whyll whyre whys wont wouldve wouldnt wouldnt've wouldn'tve yall yall'll y'allll yall'd've "
              "y'alld've y'all'dve youd youd've you'dve youll youre youve").split()
NUMBERS = "none zero one two three four five six seven eight nine ten eleven Two TEN 0 1 2 10 1,000 1,0,0 3.5 5. .5 2.".split()
CORES = ["red", "a red bus", "the dog", "an apple", "yes", "no", "tennis racket", "t-shirt", "black and white", "U.S.", "st. ives",
         "7/11", "coca-cola", "mom's", "mom 's", "what?", "(left)", "10:30", "a", "the", "", "e.t.", "$5.00", "stop sign!", "a.b.c.d", "1,5 m"]


def load(path):
    """The official program as a module, without its command-line part."""
    module = types.ModuleType(path.stem)
    code = path.read_text().replace("\t", "    ").split("if __name__")[0]
    exec(compile(code, str(path), "exec"), module.__dict__)
    return module


def answer():
    """A short answer of an awkward form."""
    kind = rng.random()
    if kind < 0.15:
        return " ".join(rng.choice(CONTRACTED) for _ in range(rng.randint(1, 2)))
    if kind < 0.35:
        return rng.choice(NUMBERS) + rng.choice(["", " " + rng.choice(WORDS), " dogs"])
    if kind < 0.75:
        return rng.choice(CORES)
    return awkward(rng, 0, 4)


def variant(text):
    """The same answer written otherwise."""
    kind = rng.randrange(10)
    if kind < 5:
        return text
    if kind == 5:
        return rng.choice([text.upper(), text.capitalize(), "the " + text, "a " + text])
    if kind == 6:
        return rng.choice([" ", "", "\n"]) + text + rng.choice([".", ",", "?", " .", "!", "..", "\t", " "])
    if kind == 7:
        return text.replace(" ", rng.choice(["-", "_", " - ", "/", "  ", "\n", ", "]), 1)
    if kind == 8:
        return text.replace("'", "")
    return near_awkward(rng, text)


def annotated():
    """An answer and ten annotations, of which some agree with it."""
    pool = [answer() for _ in range(rng.randint(1, 3))]
    agree = rng.random() < 0.15
    given = [pool[0]] * 10 if agree else [variant(rng.choice(pool)) for _ in range(10)]
    return variant(rng.choice(pool + [answer()])), given


def vqa(program):
    rows = [annotated() for _ in range(COUNT)]
    rows += [(". " * 40 + "x.", [". " * 40 + "x."] * 9 + ["y"])]
    annotations = [{"question_id": i, "image_id": i, "question_type": "q", "answer_type": "a", "answers": [
        {"answer": a, "answer_id": k} for k, a in enumerate(given)]} for i, (_, given) in enumerate(rows)]
    truth, result = program.VQA(), program.VQA()
    truth.dataset = {"annotations": annotations}
    result.dataset = {"annotations": [{"question_id": i, "image_id": i, "answer": p} for i, (p, _) in enumerate(rows)]}
    truth.questions = result.questions = {"questions": []}
    original = json.loads(json.dumps([given for _, given in rows]))
    truth.createIndex()
    result.createIndex()
    evaluation = program.VQAEval(truth, result, n=12)
    evaluation.evaluate()
    texts = [variant(rng.choice(["Yes, it is", "yesterday", "Nobody", "no", "I know", "It is red.### Answer: blue", "</s>",
                                 "Question: x", "ANSWER", "a dog Question", "Answer yes", "YES", "NO"])) for _ in range(60)]
    return {"rows": [[p, given, evaluation.evalQA[i] / 100] for i, ((p, _), given) in enumerate(zip(rows, original))],
            "mean": sum(evaluation.evalQA.values()) / 100 / len(rows),
            "answersOf": [[t, program.postprocess_vqa_generation(t)] for t in texts]}


def textvqa(program):
    rows = [annotated() for _ in range(COUNT)]
    evaluator = program.TextVQAAccuracyEvaluator()
    return {"rows": [[p, given, evaluator.eval_pred_list([{"pred_answer": p, "gt_answers": given}])] for p, given in rows],
            "normalized": [[p, evaluator.answer_processor(p)] for p, _ in rows]}


def anls(program):
    rows = []
    for _ in range(COUNT):
        answers = [answer() if rng.random() < 0.5 else awkward(rng, 1, 4) for _ in range(rng.randint(1, 3))]
        characters = list(rng.choice(answers))
        for _ in range(rng.choice([0, 1, 2, 4, 8])):
            if characters:
                i = rng.randrange(len(characters))
                characters[i] = rng.choice(["", "x", characters[i] * 2, "é", "😀", characters[i].swapcase()])
        rows.append([rng.choice(["", " "]) + "".join(characters), answers])
    rows += [["ab", ["ac"]], ["abcd", ["abxy"]], ["", [""]], ["", ["a"]], ["STRASSE", ["straße"]], ["a  b", ["a b"]]]
    with tempfile.TemporaryDirectory() as folder:
        truth, submission = pathlib.Path(folder, "g.json"), pathlib.Path(folder, "s.json")
        truth.write_text(json.dumps({"data": [{"questionId": i, "answers": a, "question": ""} for i, (_, a) in enumerate(rows)]}))
        submission.write_text(json.dumps([{"questionId": i, "answer": p} for i, (p, _) in enumerate(rows)]))
        parameters = types.SimpleNamespace(answer_types=False, anls_threshold=0.5)
        result = program.evaluate_method(str(truth), str(submission), parameters)
    return {"rows": [[p, a, result["per_sample_result"][str(i)]["score"]] for i, (p, a) in enumerate(rows)],
            "mean": result["result"]["score"]}


YES_NO = ["Yes", "yes", "No", "no", "YES.", "NO", "Yes, it is.", "No, there is not", "not sure", "There is no dog. Yes",
          "yeah", "nope", "Nothing", "I know it", "Eyes", " yes", "  no ", "the yes", "a no", "no,", "No.", "not,", "",
          "It is not. yes", "Yes no", "It is,no", "unknown", "Yes\nno", "no\tyes", "ye s", "There are yes", "nono", "Y", "N",
          "1,000 no 2", "3.5 no", "é no", "No!", "not!"]


def yes_no():
    text = rng.choice(YES_NO)
    kind = rng.random()
    if kind < 0.3:
        text = text + " " + awkward(rng, 0, 4)
    elif kind < 0.4:
        text = awkward(rng, 0, 3) + " " + text
    elif kind < 0.5:
        text = variant(text)
    return text


def mme(program):
    tasks = {}
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(sys.stderr):
        for names in program.eval_type_dict.values():
            for name in names:
                rows = [["yes" if i % 2 == 0 else "no", re.sub(r"[\t\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]", " ", yes_no())]
                        for i in range(60)]
                if rng.random() < 0.5:
                    rows = [[label, label.capitalize() if rng.random() < 0.6 else text] for label, text in rows]
                tasks[name] = rows
                lines = [f"{i // 2}.jpg\tQ?\t{label.capitalize()}\t{text}\n" for i, (label, text) in enumerate(rows)]
                pathlib.Path(folder, name + ".txt").write_text("".join(lines))
        result = program.get_final_mme_scores(folder)
    scores = {k: v for part in result.values() for k, v in part["task_scores"].items()}
    calculator = program.calculate_metrics()
    return {"tasks": [[name, rows, scores[name]] for name, rows in tasks.items()],
            "sums": {kind.lower(): part["scores"] for kind, part in result.items()},
            "answers": [[text, calculator.parse_pred_ans(text.strip().lower())] for rows in tasks.values() for _, text in rows]}


def pope(program):
    rows = [[rng.choice(["yes", "no"]), yes_no()] for _ in range(COUNT)]

    def score(chosen):
        with tempfile.NamedTemporaryFile("w+", suffix=".json") as file, contextlib.redirect_stdout(sys.stderr):
            json.dump([{"label": label, "answer": text} for label, text in chosen], file)
            file.flush()
            return program.get_pope_results(file.name)

    return {"rows": [[label, text, "no" if score([["no", text], ["yes", "yes"]])[0][2] == 1 else "yes"] for label, text in rows],
            "parts": [[i, i + 100, *score(rows[i: i + 100])] for i in range(0, COUNT, 100)]}


def unicorn(folder):
    oodcv = load(folder / "oodcv_vqa_metric.py")
    sketchy = load(folder / "sketchy_metric.py")
    replies = ["There are two dogs.", "one", "Two.", "2", "10", "None of them", "zero", "0", "There is a single cat", "no one",
               "1.5 meters", "nothing", "three, four", "someone", "1,000", "twenty-one", "No", "Yes", "Nope", "I know", "yeah.", "YES", "Yeah!", "Nope", "nope"]
    rows = []
    for _ in range(COUNT):
        text = rng.choice(replies) if rng.random() < 0.6 else yes_no()
        if rng.random() < 0.4:
            text += rng.choice([" ", ". ", ", "]) + awkward(rng, 0, 4)
        rows.append([text, rng.choice(["Yes", "No", "0", "1", "2", "3", "4", "5"])])

    def correct(text, wanted):
        evaluation = oodcv.OODCVVQAEval({"x": {"prediction": text, "answer": wanted, "situation": "iid"}})
        evaluation.evaluate()
        return int(evaluation.accuracy)

    sketches = [[rng.choice(["Yes", "No"]), yes_no()] for _ in range(COUNT)]
    parts = []
    with contextlib.redirect_stdout(sys.stderr):
        oodcv_rows = [[text, wanted, correct(text, wanted)] for text, wanted in rows]
        labels = [{"label": label, "answer": text} for label, text in sketches]
        kept = json.loads(json.dumps(labels))
        for i in range(0, COUNT, 100):
            parts.append([i, i + 100, *sketchy.get_sketchy_results(kept[i: i + 100])])
    return {"oodcv": oodcv_rows, "sketchy": [[label, text, kept[i]["answer"]] for i, (label, text) in enumerate(sketches)],
            "parts": parts}


def squad(program):
    data, predictions, probabilities = [], {}, {}
    for i in range(COUNT):
        answers = [] if rng.random() < 0.4 else [answer() if rng.random() < 0.5 else awkward(rng, 1, 6) for _ in range(rng.randint(1, 3))]
        prediction = rng.choice(["", "", answer()]) if rng.random() < 0.4 or not answers else variant(rng.choice(answers))
        predictions[str(i)] = prediction
        probabilities[str(i)] = round(rng.random(), rng.choice([1, 3]))
        data.append({"id": str(i), "answers": [{"text": a} for a in answers]})
    dataset = [{"paragraphs": [{"qas": data}]}]
    exact, f1 = program.get_raw_scores(dataset, predictions)
    has = program.make_qid_to_has_ans(dataset)

    def report(threshold):
        exact_cut = program.apply_no_ans_threshold(exact, probabilities, has, threshold)
        f1_cut = program.apply_no_ans_threshold(f1, probabilities, has, threshold)
        out = dict(program.make_eval_dict(exact_cut, f1_cut))
        for prefix, ids in (("HasAns", [k for k in has if has[k]]), ("NoAns", [k for k in has if not has[k]])):
            program.merge_eval(out, program.make_eval_dict(exact_cut, f1_cut, qid_list=ids), prefix)
        program.find_all_best_thresh(out, predictions, exact, f1, probabilities, has)
        return out

    return {"rows": [[predictions[q["id"]], [a["text"] for a in q["answers"]], probabilities[q["id"]], exact[q["id"]], f1[q["id"]]]
                     for q in data],
            "normalized": [[t, program.normalize_answer(t)] for t in ["The a an. THE-a", "a_the", "thé the é", "ane an"]],
            "reports": [[threshold, report(threshold)] for threshold in (1.0, 0.5, 0.1)]}


def main():
    repository, path = PROGRAMS[KIND]
    program = CHECKOUT / path if KIND == "unicorn" else load(CHECKOUT / path)
    with contextlib.redirect_stdout(sys.stderr):
        found = {"vqa": vqa, "mme": mme, "pope": pope, "textvqa": textvqa, "anls": anls, "unicorn": unicorn, "squad": squad}[KIND](program)
    header = {"implementation": f"{repository}, {path}, Python {sys.version.split()[0]}",
              "command": f"python test/golden/make/metric_scorers.py {KIND} <checkout of {repository}>"}
    json.dump({"header": header, **found}, sys.stdout, ensure_ascii=True, separators=(",", ":"))


main()
