"""LLaVA folders that our code wrote, as Hugging Face transformers opens them."""

import base64
import io

import torch
import transformers
from PIL import Image


def open_saved(name, folder, record):
    """What transformers found missing and unexpected, and each prompt of a golden of llava.py with its logits [T, V]."""
    pictures = [Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB") for data in record["pictures"]]
    model, info = transformers.LlavaForConditionalGeneration.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager", output_loading_info=True
    )
    processor = transformers.AutoProcessor.from_pretrained(folder)
    answers = []
    for prompt in record["prompts"]:
        text = prompt["text"]
        if prompt["images"]:
            text = text.replace("<image>", "<im_start><image><im_end>") if name == "paper" else text
            inputs = processor(text=[text], images=[pictures[i] for i in prompt["images"]], return_tensors="pt")
        else:
            inputs = {"input_ids": torch.tensor([processor.tokenizer.encode(text, add_special_tokens=False)])}
        with torch.no_grad():
            answers.append((prompt, model.eval()(**inputs).logits[0]))
    return {"missing": sorted(info["missing_keys"]), "unexpected": sorted(info["unexpected_keys"])}, answers
