"""Draws the pictures and writes the questions of our own samples of the image sets, datasets/<name>/sample.

Run: python3 test/golden/make/dataset_samples.py   (needs pillow)

Every picture is a few shapes on a plain ground; every file has the form of the published one. They make the benchmarks run
where the real files are absent, and measure nothing.
"""
import json
import pathlib
import shutil

from PIL import Image, ImageDraw

ROOT = pathlib.Path(__file__).parents[3] / "datasets"
WIDTH, HEIGHT = 80, 60
GROUNDS = {"white": (240, 240, 236), "blue": (150, 190, 230), "green": (150, 200, 140), "grey": (180, 180, 184)}
COLOURS = {"red": (200, 40, 40), "orange": (235, 140, 30), "yellow": (235, 210, 50), "black": (40, 40, 44), "brown": (130, 85, 50)}
CATEGORIES = ["traffic light", "stop sign", "bench", "umbrella", "sports ball", "kite", "banana", "apple", "orange", "tv", "book", "clock"]


def shape(draw, name, x, y):
    """One object of about 20 pixels with its middle at (x, y)."""
    box = (x - 9, y - 9, x + 9, y + 9)
    if name in ("apple", "orange", "sports ball"):
        draw.ellipse(box, fill=COLOURS[{"apple": "red", "orange": "orange", "sports ball": "yellow"}[name]])
    elif name == "banana":
        draw.arc((x - 12, y - 14, x + 12, y + 8), 20, 160, fill=COLOURS["yellow"], width=5)
    elif name == "clock":
        draw.ellipse(box, fill=(255, 255, 255), outline=COLOURS["black"], width=2)
        draw.line((x, y, x, y - 6), fill=COLOURS["black"], width=2)
        draw.line((x, y, x + 4, y), fill=COLOURS["black"], width=2)
    elif name == "kite":
        draw.polygon([(x, y - 12), (x + 8, y), (x, y + 12), (x - 8, y)], fill=COLOURS["orange"])
    elif name == "stop sign":
        draw.regular_polygon((x, y, 11), 8, rotation=22, fill=COLOURS["red"])
    elif name == "traffic light":
        draw.rectangle((x - 5, y - 13, x + 5, y + 13), fill=COLOURS["black"])
        for place, colour in ((-8, "red"), (0, "yellow"), (8, "brown")):
            draw.ellipse((x - 3, y + place - 3, x + 3, y + place + 3), fill=COLOURS[colour])
    elif name == "umbrella":
        draw.pieslice((x - 13, y - 10, x + 13, y + 14), 180, 360, fill=COLOURS["red"])
        draw.line((x, y, x, y + 14), fill=COLOURS["black"], width=2)
    elif name == "bench":
        draw.rectangle((x - 14, y - 2, x + 14, y + 2), fill=COLOURS["brown"])
        for place in (-12, 11):
            draw.rectangle((x + place, y + 2, x + place + 2, y + 10), fill=COLOURS["brown"])
    elif name == "tv":
        draw.rectangle((x - 13, y - 9, x + 13, y + 8), fill=COLOURS["black"])
        draw.rectangle((x - 11, y - 7, x + 11, y + 6), fill=(90, 110, 140))
    elif name == "book":
        draw.rectangle((x - 8, y - 11, x + 8, y + 11), fill=COLOURS["brown"])
        draw.rectangle((x - 6, y - 11, x - 4, y + 11), fill=COLOURS["yellow"])


def picture(ground, objects, text=None, size=(WIDTH, HEIGHT)):
    image = Image.new("RGB", size, GROUNDS[ground])
    draw = ImageDraw.Draw(image)
    step = size[0] / (len(objects) + 1)
    for index, name in enumerate(objects):
        shape(draw, name, round(step * (index + 1)), size[1] // 2)
    if text is not None:
        for line, words in enumerate(text.split("\n")):
            draw.text((6, 6 + 13 * line), words, fill=(20, 20, 24))
    return image


def save(image, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, **({"quality": 60} if path.suffix == ".jpg" else {"optimize": True}))


def write(path, value, lines=False):
    path.parent.mkdir(parents=True, exist_ok=True)
    if lines:
        path.write_text("".join(json.dumps(entry) + "\n" for entry in value))
    else:
        path.write_text(json.dumps(value, indent=1) + "\n")


def fresh(name):
    folder = ROOT / name / "sample"
    shutil.rmtree(folder, ignore_errors=True)
    return folder


def article(name):
    return f"an {name}" if name[0] in "aeiou" else f"a {name}"


def listed(objects):
    words = [article(name) for name in objects]
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]


VAL = [
    (12, "white", ["apple", "banana"]),
    (35, "blue", ["kite"]),
    (58, "green", ["bench", "sports ball"]),
    (81, "grey", ["traffic light", "stop sign"]),
    (104, "white", ["clock", "book"]),
    (127, "blue", ["umbrella"]),
    (150, "grey", ["tv", "book", "clock"]),
    (173, "green", ["sports ball", "kite"]),
]
TRAIN = [(7, "white", ["orange", "apple"]), (29, "green", ["bench"]), (44, "blue", ["kite", "umbrella"]), (66, "grey", ["tv"])]


def captions(ground, objects):
    things = listed(objects)
    return [
        f"{things[0].upper()}{things[1:]} on a {ground} background.",
        f"There is {things} in the picture.",
        f"A drawing of {things}.",
        f"A simple picture that shows {things}, all {ground} behind.",
        f"{things[0].upper()}{things[1:]} in front of something {ground}.",
    ]


def coco(part, image_id):
    return f"COCO_{part}_{image_id:012d}.jpg"


def mscoco():
    folder = fresh("mscoco")
    for part, scenes in (("val2014", VAL), ("train2014", TRAIN)):
        for image_id, ground, objects in scenes:
            save(picture(ground, objects), folder / part / coco(part, image_id))
    write(folder / "mscoco_test.json", [{"image_name": coco("val2014", i), "captions": captions(g, o)} for i, g, o in VAL])
    write(folder / "mscoco_train.json", [{"image_name": coco("train2014", i), "captions": captions(g, o)} for i, g, o in TRAIN])


def flickr30k():
    folder = fresh("flickr30k")
    test = [("1001.jpg", "white", ["orange"]), ("1002.jpg", "grey", ["clock", "tv"]), ("1003.jpg", "blue", ["kite", "sports ball"]), ("1004.jpg", "green", ["bench"])]
    train = [("2001.jpg", "white", ["banana"]), ("2002.jpg", "grey", ["stop sign"]), ("2003.jpg", "blue", ["umbrella", "bench"]), ("2004.jpg", "green", ["book"])]
    for name, ground, objects in test:
        save(picture(ground, objects), folder / "test_images" / name)
    for part, scenes in (("test", test), ("train", train)):
        write(folder / f"flickr30k_{part}.json", [{"image_name": n, "captions": captions(g, o)} for n, g, o in scenes])


def ask_vqa(image_id, ground, objects):
    first = objects[0]
    yield f"Is there {article(first)} in the picture?", "yes/no", ["yes"] * 10
    yield "What color is the background?", "other", [ground] * 7 + ["light " + ground] * 2 + ["pale"]
    yield "How many objects are there?", "number", [str(len(objects))] * 9 + ["many"]


def vqav2():
    folder = fresh("vqav2")
    for part, scenes in (("val2014", VAL), ("train2014", TRAIN)):
        questions, annotations = [], []
        for image_id, ground, objects in scenes:
            for number, (question, kind, answers) in enumerate(ask_vqa(image_id, ground, objects)):
                question_id = image_id * 1000 + number
                questions.append({"image_id": image_id, "question": question, "question_id": question_id})
                given = [{"answer": a, "answer_confidence": "yes", "answer_id": n + 1} for n, a in enumerate(answers)]
                annotations.append({"question_type": "none", "multiple_choice_answer": answers[0], "answers": given,
                                    "image_id": image_id, "answer_type": kind, "question_id": question_id})
        about = {"info": {"description": "our own sample in the form of VQA v2"}, "data_type": "mscoco", "data_subtype": part}
        write(folder / f"v2_OpenEnded_mscoco_{part}_questions.json", {**about, "task_type": "Open-Ended", "questions": questions})
        write(folder / f"v2_mscoco_{part}_annotations.json", {**about, "annotations": annotations})


def pope():
    folder = fresh("pope")
    for shift, split in enumerate(("random", "popular", "adversarial")):
        rows = []
        for place, (image_id, _, objects) in enumerate(VAL):
            absent = [name for name in CATEGORIES if name not in objects]
            for number in range(4):
                is_there = number % 2 == 0
                names = objects if is_there else absent
                name = names[(number // 2 + (0 if is_there else place + 3 * shift)) % len(names)]
                rows.append({"question_id": len(rows) + 1, "image": coco("val2014", image_id),
                             "text": f"Is there {article(name)} in the image?", "label": "yes" if is_there else "no"})
        write(folder / f"coco_pope_{split}.json", rows, lines=True)


MME = {
    "existence": ("jpg", ["apple"], "Is there an apple in this image?", "Is there a kite in this image?"),
    "count": ("jpg", ["book", "book"], "Are there two books in this image?", "Are there three books in this image?"),
    "position": ("jpg", ["clock", "tv"], "Is the clock on the left of the tv?", "Is the clock on the right of the tv?"),
    "color": ("jpg", ["umbrella"], "Is there a red umbrella in the image?", "Is there a green umbrella in the image?"),
    "posters": ("jpg", "NIGHT\nTRAIN", "Is this film called Night Train?", "Is this film called Day Boat?"),
    "celebrity": ("jpg", "Ada Berg", "Is the person in the image called Ada Berg?", "Is the person in the image called Tom Lund?"),
    "scene": ("jpg", ["bench"], "Is this picture of a place with a bench?", "Is this picture of a kitchen?"),
    "OCR": ("jpg", "OPEN", 'Is the word in the image "OPEN"?', 'Is the word in the image "SHUT"?'),
    "commonsense_reasoning": ("png", ["traffic light"], "Should a driver look at the thing in the picture?", "Can one eat the thing in the picture?"),
    "numerical_calculation": ("png", "7 + 5 =", "Is the answer in the picture 12?", "Is the answer in the picture 13?"),
    "text_translation": ("png", "guten Tag", 'Does it mean "good day" in English?', 'Does it mean "good night" in English?'),
    "code_reasoning": ("png", "x = 2\nprint(x*3)", "Is the output of the code 6?", "Is the output of the code 5?"),
}


def mme():
    folder = fresh("mme")
    for place, (task, (ending, shown, yes, no)) in enumerate(MME.items()):
        ground = list(GROUNDS)[place % len(GROUNDS)]
        image = picture(ground, [], shown) if isinstance(shown, str) else picture(ground, shown)
        # The release has both layouts, too.
        images, texts = (folder / task / "images", folder / task / "questions_answers_YN") if place % 2 else (folder / task,) * 2
        save(image, images / f"0001.{ending}")
        texts.mkdir(parents=True, exist_ok=True)
        wording = "Please answer yes or no."
        (texts / "0001.txt").write_text(f"{yes} {wording}\tYes\n{no} {wording}\tNo\n")


def unicorn():
    folder = fresh("oodcv-vqa")
    rows = []
    for number, (situation, ground, objects, question, answer) in enumerate([
        ("weather", "grey", ["umbrella"], "Is there an umbrella in the image?", "Yes"),
        ("pose", "white", ["clock", "clock"], "How many clocks are there in the image?", "2"),
        ("texture", "green", ["sports ball"], "Is there a bench in the image?", "No"),
        ("context", "blue", ["tv", "book", "book"], "How many books are there in the image?", "2"),
        ("shape", "white", ["apple"], "How many apples are there in the image?", "1"),
        ("iid", "green", ["kite"], "Is there a kite in the image?", "Yes"),
    ]):
        name = f"images/{situation}_{number}.jpg"
        save(picture(ground, objects), folder / name)
        options = ["Yes", "No"] if answer in ("Yes", "No") else [answer, "0", "5"]
        rows.append({"image": name, "question": question, "answer": "A", "text_answer": answer, "options": options, "situation": situation})
    write(folder / "oodcv-vqa.json", rows)
    folder = fresh("sketchy-vqa")
    rows = []
    for name in ("kite", "clock", "bench", "umbrella"):
        image = picture("white", [name]).convert("L").point(lambda level: 255 if level > 150 else 0).convert("RGB")
        path = f"png/{name}/1.png"
        save(image, folder / path)
        other = "tree" if name != "bench" else "boat"
        rows.append({"image": path, "question": f"Is this {article(name)} in the image?", "answer": "Yes"})
        rows.append({"image": path, "question": f"Is this {article(other)} in the image?", "answer": "No"})
    write(folder / "sketchy-vqa.json", rows)


def reading():
    folder = fresh("textvqa")
    data = []
    for number, (text, question, answers) in enumerate([
        ("BAKERY", "what does the sign say?", ["bakery"] * 8 + ["the bakery", "Bakery"]),
        ("Bus 42", "what is the number of the bus?", ["42"] * 9 + ["bus 42"]),
        ("EXIT ->", "which word is shown?", ["exit"] * 7 + ["exit sign"] * 3),
        ("Lund & Co.", "what is the name of the company?", ["lund & co."] * 6 + ["lund and co"] * 3 + ["lund"]),
    ]):
        image_id = f"sample{number:02d}"
        save(picture("white", [], text), folder / f"train_images/{image_id}.jpg")
        data.append({"question_id": 34602 + number, "question": question, "image_id": image_id, "answers": answers,
                     "image_classes": [], "set_name": "val"})
    write(folder / "TextVQA_0.5.1_val.json", {"dataset_type": "val", "dataset_name": "textvqa", "dataset_version": "0.5.1", "data": data})
    folder = fresh("docvqa")
    data = []
    for number, (text, question, answers) in enumerate([
        ("INVOICE 1207\nDate: 3 May 1994\nTotal: $ 81.50", "What is the total?", ["$ 81.50", "81.50"]),
        ("INVOICE 1207\nDate: 3 May 1994\nTotal: $ 81.50", "What is the number of the invoice?", ["1207"]),
        ("To: Ada Berg\nFrom: Tom Lund\nThe boat is late.", "Who wrote the letter?", ["Tom Lund"]),
        ("To: Ada Berg\nFrom: Tom Lund\nThe boat is late.", "What is late?", ["The boat", "boat"]),
    ]):
        name = f"documents/sample_{number // 2}.png"
        save(picture("white", [], text, (150, 60)), folder / name)
        data.append({"questionId": 49150 + number, "question": question, "question_types": ["form"], "image": name,
                     "docId": 100 + number // 2, "ucsf_document_id": f"sample_{number // 2}",
                     "ucsf_document_page_no": "1", "answers": answers, "data_split": "val"})
    write(folder / "val_v1.0_withQT.json", {"dataset_name": "SP-DocVQA", "dataset_version": "1.0", "dataset_split": "val", "data": data})


def chair():
    folder = fresh("chair")
    ids = {name: place + 1 for place, name in enumerate(CATEGORIES)}
    objects = [(image_id, name) for image_id, _, names in VAL for name in names]
    write(folder / "annotations/instances_val2014.json", {
        "images": [{"id": i, "file_name": coco("val2014", i), "width": WIDTH, "height": HEIGHT} for i, _, _ in VAL],
        "annotations": [{"id": n + 1, "image_id": i, "category_id": ids[name]} for n, (i, name) in enumerate(objects)],
        "categories": [{"id": number, "name": name} for name, number in ids.items()],
    })
    said = [(i, caption) for i, ground, names in VAL for caption in captions(ground, names)]
    write(folder / "annotations/captions_val2014.json", {
        "images": [{"id": i, "file_name": coco("val2014", i)} for i, _, _ in VAL],
        "annotations": [{"id": n + 1, "image_id": i, "caption": caption} for n, (i, caption) in enumerate(said)],
    })
    own = {"sports ball": ["ball"], "tv": ["television", "screen"], "bench": ["seat"], "umbrella": ["parasol"], "clock": ["watch"]}
    (folder / "synonyms.txt").write_text("".join(", ".join([name, *own.get(name, [])]) + "\n" for name in CATEGORIES))


for make in (mscoco, flickr30k, vqav2, pope, mme, unicorn, reading, chair):
    make()
for name in ("mscoco", "flickr30k", "vqav2", "pope", "mme", "oodcv-vqa", "sketchy-vqa", "textvqa", "docvqa", "chair"):
    files = [path for path in (ROOT / name / "sample").rglob("*") if path.is_file()]
    print(name, len(files), "files", sum(path.stat().st_size for path in files), "bytes")
