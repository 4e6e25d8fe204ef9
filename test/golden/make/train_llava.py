"""What transformers and PyTorch's AdamW make of the LLaVAs that llava.py wrote, in steps with pictures.

Four trainings: `train-llava` is llava-hf with a frozen tower (projector and language model are trained); in
`train-llava-whole` its tower is trained too; `train-llava-lora` trains its projector and PEFT's adapter over its language
model, as the paper does; `train-llava-tiny` trains all of llava-tiny (SigLIP, Qwen2). Run from the repository root, with the
versions that the goldens' headers name, after llava.py:

    pip install torch==2.15.0 transformers==5.23.0 peft==0.21.2 safetensors==0.8.0 pillow==13.0.0
    python test/golden/make/train_llava.py

Writes test/golden/train-llava{,-whole,-lora,-tiny}.json and the weights that moved, before (where they are new) and after,
as test/golden/train-llava{,-whole,-lora,-tiny}.safetensors.
"""

import base64
import io
import json
import pathlib

import peft
import PIL
import PIL.Image
import safetensors.torch
import torch
import transformers

from training import padded, take_steps

golden = pathlib.Path(__file__).parents[1]
PLACEHOLDER, IMAGE, LEARNING_RATE = -200, 259, 1e-3
trainings = {
    "train-llava": dict(name="hf", rows=16, steps=20, trains=lambda key: "vision_tower" not in key),
    "train-llava-whole": dict(name="hf", rows=16, steps=50, trains=lambda key: True),
    "train-llava-lora": dict(name="hf", rows=16, steps=50, trains=lambda key: "lora_" in key or "multi_modal_projector" in key, adapts=True),
    "train-llava-tiny": dict(name="tiny", rows=15, steps=50, trains=lambda key: True),
}


def make_batches(draw):
    """One or two pictures, or none; right padding; the first tokens are not learnt."""
    batches = []
    for pictures in ([[0], [1, 0]], [[], [1]], [[0], []]):
        batch = []
        for length, images in zip((12, 8), pictures):
            ids = torch.randint(3, 259, (length,), generator=draw).tolist()
            for place, _ in enumerate(images):
                ids[1 + 3 * place] = PLACEHOLDER
            labels = [-100 if place < 2 or token == PLACEHOLDER else token for place, token in enumerate(ids)]
            batch.append({"ids": ids, "labels": labels, "images": images})
        batches.append(batch)
    return batches


def expanded(one, rows):
    ids, labels = [], []
    for token, label in zip(one["ids"], one["labels"]):
        count = rows if token == PLACEHOLDER else 1
        ids += [IMAGE if token == PLACEHOLDER else token] * count
        labels += [label] * count
    return {"ids": ids, "labels": labels}


def in_our_words(key):
    """A parameter's name as our graph has it."""
    key = key.replace("base_model.model.", "").replace(".default", "")
    return key.replace("model.language_model.", "model.").replace("model.vision", "vision").replace("model.multi", "multi")


def adapted(model):
    torch.manual_seed(21)
    config = peft.LoraConfig(r=4, lora_alpha=8, lora_dropout=0.0, target_modules=r".*language_model.*\.(q|k|v|o|gate|up|down)_proj")
    return peft.get_peft_model(model, config)


def moving(model):
    return {in_our_words(key): value.detach().clone().contiguous() for key, value in model.named_parameters() if value.requires_grad}


def train(title, *, name, rows, steps, trains, adapts=False):
    folder = golden / f"llava-{name}"
    data = json.loads((golden / f"llava-{name}.json").read_text())["pictures"]
    pictures = [PIL.Image.open(io.BytesIO(base64.b64decode(one))) for one in data]
    processor = transformers.AutoImageProcessor.from_pretrained(folder, backend="pil")
    model = transformers.LlavaForConditionalGeneration.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").train()
    model = adapted(model) if adapts else model
    for key, value in model.named_parameters():
        value.requires_grad_(trains(key))

    def inputs(batch):
        images = [pictures[i] for one in batch for i in one["images"]]
        return {**padded([expanded(one, rows) for one in batch]), **processor(images=images, return_tensors="pt")}

    before = {f"before.{key}": value for key, value in moving(model).items() if "lora_" in key}
    batches = make_batches(torch.Generator().manual_seed(5))
    found = take_steps(model, batches, steps=steps, learning_rate=LEARNING_RATE, inputs=inputs)
    found["firstGradientNorms"] = {in_our_words(key): value for key, value in found["firstGradientNorms"].items()}
    header = {
        "implementation": f"transformers {transformers.__version__}, torch {torch.__version__.split('+')[0]} AdamW, peft {peft.__version__}, Pillow {PIL.__version__}, float32, CPU, eager attention",
        "command": "python test/golden/make/train_llava.py",
    }
    options = {"learningRate": LEARNING_RATE, "steps": steps}
    record = {"header": header, "options": options, "batches": batches, **found}
    (golden / f"{title}.json").write_text(json.dumps(record, separators=(",", ":")) + "\n")
    moved = {key: value for key, value in moving(model).items() if key in found["firstGradientNorms"]}
    safetensors.torch.save_file({**before, **moved}, golden / f"{title}.safetensors", metadata={"format": "pt"})
    (golden / f"{title}.safetensors").chmod(0o644)
    print(title, found["losses"][0], found["losses"][-1])


for title, options in trainings.items():
    train(title, **options)
