"""LLaVA folders as Hugging Face transformers opens them, and what they answer to the prompts of llava.py's goldens."""

import base64
import io

import torch
import transformers
from PIL import Image

STEP = 27  # of the vocabulary, one logit in so many is kept


def open_saved(folder):
    """The model, and the names of tensors that transformers found missing and unexpected."""
    model, info = transformers.LlavaForConditionalGeneration.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager", output_loading_info=True
    )
    return model, {"missing": sorted(info["missing_keys"]), "unexpected": sorted(info["unexpected_keys"])}


def answers(model, folder, record, *, marks_pictures=False):
    """Each prompt of the record with its logits [T, V]; `folder` has the processor."""
    pictures = [Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB") for data in record["pictures"]]
    processor = transformers.AutoProcessor.from_pretrained(folder)
    for prompt in record["prompts"]:
        text = prompt["text"]
        if prompt["images"]:
            text = text.replace("<image>", "<im_start><image><im_end>") if marks_pictures else text
            inputs = processor(text=[text], images=[pictures[i] for i in prompt["images"]], return_tensors="pt")
        else:
            inputs = {"input_ids": torch.tensor([processor.tokenizer.encode(text, add_special_tokens=False)])}
        with torch.no_grad():
            yield prompt, model.eval()(**inputs).logits[0]


def prompts_of(model, folder, record, **options):
    """The answers as goldens keep them."""
    return [
        {
            "text": prompt["text"], "images": prompt["images"], "length": len(logits),
            "logits": [[round(value, 6) for value in row] for row in logits[:, ::STEP].tolist()],
        }
        for prompt, logits in answers(model, folder, record, **options)
    ]
