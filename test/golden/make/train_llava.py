"""What transformers and PyTorch's AdamW make of the LLaVA that llava.py wrote, in twenty steps with pictures.

The tower is frozen; projector and language model are trained. Run from the repository root, with the versions that the
golden's header names, after llava.py:

    pip install torch==2.15.0 transformers==5.23.0 safetensors==0.8.0 pillow==13.0.0
    python test/golden/make/train_llava.py

Writes test/golden/train-llava.json and the trained weights as test/golden/train-llava.safetensors.
"""

import base64
import io
import json
import pathlib

import PIL
import PIL.Image
import safetensors.torch
import torch
import transformers

golden = pathlib.Path(__file__).parents[1]
folder = golden / "llava-hf"
OPTIONS = {"learningRate": 1e-3, "steps": 20}
ROWS, PLACEHOLDER, IMAGE = 16, -200, 259


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


def expanded(one):
    ids, labels = [], []
    for token, label in zip(one["ids"], one["labels"]):
        count = ROWS if token == PLACEHOLDER else 1
        ids += [IMAGE if token == PLACEHOLDER else token] * count
        labels += [label] * count
    return ids, labels


def main():
    record = json.loads((golden / "llava-hf.json").read_text())
    pictures = [PIL.Image.open(io.BytesIO(base64.b64decode(one))) for one in record["pictures"]]
    processor = transformers.AutoImageProcessor.from_pretrained(folder, backend="pil")
    model = transformers.LlavaForConditionalGeneration.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").train()
    trained = {key: value for key, value in model.named_parameters() if "vision_tower" not in key}
    for key, value in model.named_parameters():
        value.requires_grad_(key in trained)
    optimizer = torch.optim.AdamW(trained.values(), lr=OPTIONS["learningRate"], weight_decay=0.0)
    batches = make_batches(torch.Generator().manual_seed(5))
    losses = []
    for step in range(OPTIONS["steps"]):
        batch = batches[step % len(batches)]
        pairs = [expanded(one) for one in batch]
        width = max(len(ids) for ids, _ in pairs)
        pad = lambda values, filler: values + [filler] * (width - len(values))
        images = [pictures[i] for one in batch for i in one["images"]]
        pixels = processor(images=images, return_tensors="pt")["pixel_values"] if images else None
        loss = model(
            input_ids=torch.tensor([pad(ids, 0) for ids, _ in pairs]),
            attention_mask=torch.tensor([pad([1] * len(ids), 0) for ids, _ in pairs]),
            labels=torch.tensor([pad(labels, -100) for _, labels in pairs]),
            pixel_values=pixels,
        ).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    header = {
        "implementation": f"transformers {transformers.__version__}, torch {torch.__version__.split('+')[0]} AdamW, Pillow {PIL.__version__}, float32, CPU, eager attention",
        "command": "python test/golden/make/train_llava.py",
    }
    (golden / "train-llava.json").write_text(
        json.dumps({"header": header, "options": OPTIONS, "batches": batches, "losses": losses}, separators=(",", ":")) + "\n"
    )
    renamed = {
        key.replace("model.language_model.", "model.").replace("model.multi", "multi"): value.detach().clone().contiguous()
        for key, value in trained.items()
    }
    safetensors.torch.save_file(renamed, golden / "train-llava.safetensors", metadata={"format": "pt"})
    (golden / "train-llava.safetensors").chmod(0o644)
    print(losses[0], losses[-1])


main()
