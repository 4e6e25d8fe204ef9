"""Small random LLaVA checkpoints with sharp weights, and what they answer to texts with pictures.

Run from the repository root, with the versions that the goldens' headers name:

    pip install torch==2.15.0 transformers==5.23.0 tokenizers==0.23.3 safetensors==0.8.0 pillow==13.0.0
    python test/golden/make/llava.py

Writes test/golden/llava-{hf,tiny,paper}/ and test/golden/llava-{hf,tiny,paper}.json:
`hf` is CLIP, a two-layer GELU projector and LLaMA as transformers' LlavaForConditionalGeneration writes them, with
LLaVA-1.5's padded square; `tiny` is SigLIP, the same projector and Qwen2, as TinyLLaVA is converted, with its dropped
patch; `paper` is CLIP, one linear layer and LLaMA in the layout of the original code, with `<im_start>` and `<im_end>`,
run piece by piece (CLIPVisionModel, Linear, LlamaForCausalLM on embeddings), with its tower beside it.
The tokenizers' tokens are bytes.
"""

import base64
import io
import json
import pathlib
import shutil

import numpy
import PIL
import torch
import transformers
from PIL import Image
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil
from transformers.models.llava.image_processing_pil_llava import LlavaImageProcessorPil
from transformers.models.siglip.image_processing_pil_siglip import SiglipImageProcessorPil

from sharp_weights import TOWER, sharpen

golden = pathlib.Path(__file__).parent.parent
command = "python test/golden/make/llava.py"
step = 9  # of the vocabulary, one logit in so many is kept
language = dict(
    hidden_size=24, intermediate_size=36, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
    max_position_embeddings=160, use_cache=True,
)


def pictures():
    draw = numpy.random.default_rng(8)
    for width, height, form in [(52, 40, "PNG"), (37, 50, "JPEG")]:
        y, x = numpy.mgrid[0:height, 0:width]
        waves = numpy.stack([numpy.sin(x / 6), numpy.cos(y / 5), numpy.sin((x + y) / 9)], axis=-1) * 100 + 128
        image = Image.fromarray((waves + draw.integers(-20, 20, waves.shape)).clip(0, 255).astype(numpy.uint8))
        file = io.BytesIO()
        image.save(file, form)
        yield file.getvalue()


files = list(pictures())
opened = [Image.open(io.BytesIO(data)).convert("RGB") for data in files]


def byte_tokenizer(added, bos):
    special = ["<unk>", "<s>", "</s>"]
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {token: index for index, token in enumerate(special + letters)}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[], unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(token, normalized=False, special=True) for token in special + added])
    if bos:
        tokenizer.post_processor = processors.TemplateProcessing(
            single="<s> $A", pair="<s> $A <s> $B", special_tokens=[("<s>", 1)]
        )
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>", unk_token="<unk>"
    )


def fresh(folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


def write_hf(name, *, vision_config, text_config, processor, bos):
    folder = fresh(golden / f"llava-{name}")
    tokenizer = byte_tokenizer(["<image>"], bos)
    text_config.vocab_size = len(tokenizer)
    text_config.bos_token_id, text_config.eos_token_id = 1, 2
    config = transformers.LlavaConfig(
        vision_config=vision_config, text_config=text_config, image_token_index=len(tokenizer) - 1,
        image_seq_length=16, vision_feature_select_strategy="default", vision_feature_layer=-2,
        tie_word_embeddings=text_config.tie_word_embeddings,
    )
    model = transformers.LlavaForConditionalGeneration(config)
    sharpen(model)
    model.save_pretrained(folder)
    image_processor, extra = processor
    whole = transformers.LlavaProcessor(
        image_processor=image_processor, tokenizer=tokenizer, patch_size=vision_config.patch_size,
        vision_feature_select_strategy="default", num_additional_image_tokens=extra,
    )
    whole.save_pretrained(folder)
    finish(folder)
    model = transformers.LlavaForConditionalGeneration.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager"
    ).eval()

    def encode(text, images):
        if not images:
            return tokenizer.encode(text, add_special_tokens=False)
        return whole(text=[text], images=[opened[i] for i in images])["input_ids"][0]

    def run(ids, images):
        pixels = image_processor(images=[opened[i] for i in images], return_tensors="pt")["pixel_values"] if images else None
        with torch.no_grad():
            return model(input_ids=torch.tensor([ids]), pixel_values=pixels).logits[0]

    def gradients(text, images, targets):
        """Of the mean loss of the last `targets` tokens: norm and first elements of every tensor that has one."""
        ids = torch.tensor([encode(text, images)])
        pixels = image_processor(images=[opened[i] for i in images], return_tensors="pt")["pixel_values"]
        odds = model(input_ids=ids, pixel_values=pixels).logits[0, -1 - targets : -1].log_softmax(-1)
        loss = -odds[range(targets), ids[0, -targets:]].mean()
        loss.backward()
        found = {
            key.replace("model.language_model.", "model.").replace("model.vision", "vision").replace("model.multi", "multi"): p.grad
            for key, p in model.named_parameters()
            if p.grad is not None
        }
        tensors = {key: [float(g.norm()), *g.flatten()[:: max(1, g.numel() // 6)].tolist()] for key, g in found.items()}
        return {
            "text": text, "images": images, "targets": targets, "loss": round(float(loss), 6),
            "tensors": {key: [float(f"{value:.6g}") for value in values] for key, values in tensors.items()},
        }

    return tokenizer, encode, run, gradients


def write_paper():
    folder = fresh(golden / "llava-paper")
    tokenizer = byte_tokenizer(["<im_patch>", "<im_start>", "<im_end>"], True)
    tower = transformers.CLIPVisionModel(transformers.CLIPVisionConfig(**TOWER, image_size=28, patch_size=7))
    config = transformers.LlamaConfig(**language, vocab_size=len(tokenizer), rms_norm_eps=1e-5, bos_token_id=1, eos_token_id=2)
    decoder = transformers.LlamaForCausalLM._from_config(config, attn_implementation="eager").eval()
    projector = torch.nn.Linear(24, 24)
    for part in (tower, decoder, projector):
        sharpen(part)
    image_processor = CLIPImageProcessorPil(size={"shortest_edge": 28}, crop_size={"height": 28, "width": 28})
    tower.save_pretrained(folder / "tower")
    image_processor.save_pretrained(folder / "tower")
    tokenizer.save_pretrained(folder)
    fields = config.to_dict()
    for field in ("dtype", "rope_parameters", "head_dim"):
        fields.pop(field, None)
    fields.update(
        architectures=["LlavaLlamaForCausalLM"], model_type="llava", torch_dtype="float32", rope_theta=10000.0,
        transformers_version="4.31.0", mm_vision_tower="tower", mm_hidden_size=24, mm_projector_type="linear",
        mm_vision_select_layer=-2, mm_vision_select_feature="patch", mm_use_im_start_end=True, mm_use_im_patch_token=True,
        image_aspect_ratio="square", use_mm_proj=True,
    )
    (folder / "config.json").write_text(json.dumps(fields, indent=2) + "\n")
    state = dict(decoder.state_dict())
    state.update({f"model.mm_projector.{key}": value for key, value in projector.state_dict().items()})
    torch.save(state, folder / "pytorch_model.bin")
    write_stages(folder, state)
    finish(folder)
    start, end = tokenizer.convert_tokens_to_ids(["<im_start>", "<im_end>"])

    def encode(text, images):
        if not images:
            return tokenizer.encode(text, add_special_tokens=False)
        ids = [1]
        pieces = text.split("<image>")
        for index, piece in enumerate(pieces):
            piece = piece.lstrip() if index > 0 else piece  # white space beside added tokens gave no ids
            piece = piece.rstrip() if index < len(pieces) - 1 else piece
            ids += ([start] + [-200] * 16 + [end] if index > 0 else []) + tokenizer.encode(piece, add_special_tokens=False)
        return ids

    def run(ids, images):
        ids = torch.tensor(ids)
        with torch.no_grad():
            embedded = decoder.model.embed_tokens(ids.clamp(min=0))
            if images:
                pixels = image_processor(images=[opened[i] for i in images], return_tensors="pt")["pixel_values"]
                features = tower.eval()(pixels, output_hidden_states=True).hidden_states[-2][:, 1:]
                embedded[ids == -200] = projector(features).reshape(-1, 24)
            return decoder(inputs_embeds=embedded[None]).logits[0]

    return tokenizer, encode, run, None


def write_stages(folder, state):
    """The same tensors as the first stage and as LoRA training leave them."""
    words = state["model.embed_tokens.weight"]
    projector = {key: value for key, value in state.items() if "mm_projector" in key}
    torch.save({**projector, "model.embed_tokens.weight": words[-2:].clone()}, folder / "mm_projector.bin")
    whole = {key: state[key] for key in ("model.embed_tokens.weight", "lm_head.weight")}
    (folder / "lora").mkdir()
    torch.save(
        {f"base_model.model.{key}": value for key, value in {**projector, **whole}.items()},
        folder / "lora" / "non_lora_trainables.bin",
    )


def finish(folder):
    (folder / "generation_config.json").unlink(missing_ok=True)
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)


texts = [
    ("Human: <image>\nWhat is it?###", [0]),
    ("<image>one <image> two", [1, 0]),
    ("No picture here.", []),
]
requests = [
    ("Q: <image>\nIs it red? A:", " yes", [0]),
    ("Q: <image>\nIs it red? A:", " no", [0]),
    ("Q: <image>\nIs it red? A:", " no", [1]),
    ("A <image> and <image>:", " same", [0, 1]),
    ("Is the sky blue?", " yes", []),
]


def record(name, parts):
    tokenizer, encode, run, gradients = parts
    prompts = []
    for text, images in texts:
        ids = encode(text, images)
        logits = run(ids, images)[:, ::step]
        prompts.append({"text": text, "images": images, "length": len(ids), "logits": [[round(v, 6) for v in row] for row in logits.tolist()]})
    scores = []
    for context, continuation, images in requests:
        before, whole = encode(context, images), encode(context + continuation, images)
        odds = run(whole[:-1], images).log_softmax(-1)[len(before) - 1 :]
        tail = whole[len(before) :]
        scores.append(
            {
                "context": context, "continuation": continuation, "images": images,
                "sumNats": round(float(odds[range(len(tail)), tail].sum()), 6),
                "isGreedy": odds.argmax(-1).tolist() == tail,
            }
        )
    written = []
    for text, images in texts:
        ids = encode(text, images)
        start = len(ids)
        for _ in range(12):
            ids.append(int(run(ids, images)[-1].argmax()))
        written.append({"text": text, "images": images, "ids": ids[start:]})
    return {
        "header": {
            "implementation": f"transformers {transformers.__version__}, torch {torch.__version__.split('+')[0]}, Pillow {PIL.__version__}, float32, CPU, eager attention",
            "command": command,
        },
        "step": step,
        "pictures": [base64.b64encode(data).decode() for data in files],
        "prompts": prompts, "scores": scores, "written": written,
        **({} if gradients is None else {"gradients": gradients("A <image> and <image>: same again", [1, 0], 9)}),
    }


def main():
    torch.manual_seed(71)
    checkpoints = {
        "hf": write_hf(
            "hf",
            vision_config=transformers.CLIPVisionConfig(**TOWER, image_size=28, patch_size=7),
            text_config=transformers.LlamaConfig(**language, rms_norm_eps=1e-5),
            processor=(LlavaImageProcessorPil(size={"shortest_edge": 28}, crop_size={"height": 28, "width": 28}, do_pad=True), 1),
            bos=True,
        ),
        "tiny": write_hf(
            "tiny",
            vision_config=transformers.SiglipVisionConfig(**TOWER, image_size=30, patch_size=7, vision_use_head=False),
            text_config=transformers.Qwen2Config(**language, rms_norm_eps=1e-6, tie_word_embeddings=True),
            processor=(SiglipImageProcessorPil(size={"height": 30, "width": 30}, resample=3), 0),
            bos=False,
        ),
        "paper": write_paper(),
    }
    for name, parts in checkpoints.items():
        text = json.dumps(record(name, parts), separators=(",", ":")).replace("],[", "],\n[")
        (golden / f"llava-{name}.json").write_text(text + "\n")


main()
