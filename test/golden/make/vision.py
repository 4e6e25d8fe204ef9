"""Small random vision towers with sharp weights, and the hidden states that Hugging Face transformers gives.

Run from the repository root, with the versions that the golden's header names:

    pip install torch==2.15.0 transformers==5.23.0 safetensors==0.8.0
    python test/golden/make/vision.py

Writes test/golden/vision/{clip,clip-whole,siglip}/ (config.json, weights) and test/golden/vision.json. `clip` and `siglip`
are towers of their own as transformers 5 writes them; `clip-whole` is a whole CLIP, text model included, with exact GELU
and config.json as transformers 4 writes it. Pixel i of an image is 1.5 sin(0.37 i + image).
"""

import json
import pathlib
import shutil

import torch
import transformers

from sharp_weights import TOWER, sharpen

golden = pathlib.Path(__file__).parent.parent


def models():
    yield "clip", transformers.CLIPVisionModel(
        transformers.CLIPVisionConfig(**TOWER, image_size=28, patch_size=7, hidden_act="quick_gelu", layer_norm_eps=1e-5)
    )
    text = transformers.CLIPTextConfig(
        hidden_size=8, intermediate_size=8, num_hidden_layers=1, num_attention_heads=2, vocab_size=9,
        max_position_embeddings=4, bos_token_id=1, eos_token_id=2,
    )
    vision = transformers.CLIPVisionConfig(**TOWER, image_size=24, patch_size=6, hidden_act="gelu", layer_norm_eps=1e-3)
    yield "clip-whole", transformers.CLIPModel(
        transformers.CLIPConfig(text_config=text.to_dict(), vision_config=vision.to_dict(), projection_dim=8)
    )
    yield "siglip", transformers.SiglipVisionModel(
        transformers.SiglipVisionConfig(**TOWER, image_size=30, patch_size=7, vision_use_head=False)
    )


def write_version_4_config(folder):
    path = folder / "config.json"
    config = json.loads(path.read_text())
    config["torch_dtype"] = config.pop("dtype")
    config["transformers_version"] = "4.31.0"
    path.write_text(json.dumps(config, indent=2) + "\n")


def pixels(size):
    places = torch.arange(3 * size * size, dtype=torch.float64)
    return torch.stack([1.5 * torch.sin(0.37 * places + image) for image in range(2)]).float().reshape(2, 3, size, size)


def main():
    cases = {}
    for index, (name, model) in enumerate(models()):
        torch.manual_seed(4040 + index)
        sharpen(model)
        folder = golden / "vision" / name
        shutil.rmtree(folder, ignore_errors=True)
        model.save_pretrained(folder)
        for path in folder.iterdir():
            path.chmod(0o644)
        if name == "clip-whole":
            write_version_4_config(folder)
        loaded = type(model).from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
        tower = loaded.vision_model if name == "clip-whole" else loaded
        size = tower.config.image_size
        with torch.no_grad():
            states = tower(pixel_values=pixels(size), output_hidden_states=True).hidden_states
        cases[name] = {str(layer): [[round(v, 6) for v in row] for row in states[layer].reshape(-1, 24).tolist()] for layer in (0, -2, -1)}
    header = {
        "implementation": f"transformers {transformers.__version__}, torch {torch.__version__.split('+')[0]}, float32, CPU, eager attention",
        "command": "python test/golden/make/vision.py",
    }
    text = json.dumps({"header": header, "states": cases}, separators=(",", ":")).replace("],[", "],\n[")
    (golden / "vision.json").write_text(text + "\n")


main()
