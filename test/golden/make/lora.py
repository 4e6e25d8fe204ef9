"""LoRA adapters made, merged and trained by Hugging Face PEFT, on the checkpoints that llama.py wrote.

Run from the repository root, with the versions that the goldens' headers name:

    pip install torch==2.15.0 transformers==5.23.0 peft==0.21.2 safetensors==0.8.0 pillow==13.0.0
    python test/golden/make/lora.py

Writes test/golden/lora-gqa/ (an adapter as PEFT writes it, all seven targets), test/golden/lora-old/ (an adapter in the
form of PEFT 0.4, two targets, beside LLaVA's non_lora_trainables.bin with a resized embedding and output matrix and a
projector), test/golden/lora-llava/ (over llava-hf, the projector with it), their logits as
test/golden/lora-{gqa,old,llava}.json, and fifty steps of training each of test/golden/lora-gqa
(with dropout) and a fresh adapter on llama-qwen2 as test/golden/train-lora-{gqa,qwen2}.json, with the trained adapters.
"""

import json
import math
import pathlib
import shutil

import peft
import safetensors.torch
import torch
import transformers

from saved_llava import STEP, open_saved, prompts_of
from training import make_batches, take_steps

golden = pathlib.Path(__file__).parents[1]
HEADER = {
    "implementation": f"peft {peft.__version__}, transformers {transformers.__version__}, torch {torch.__version__.split('+')[0]}, float32, CPU, eager attention",
    "command": "python test/golden/make/lora.py",
}
ALL = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
TRAINING = {"learningRate": 1e-3, "steps": 50}


def base(name):
    return transformers.AutoModelForCausalLM.from_pretrained(
        golden / f"llama-{name}", dtype=torch.float32, attn_implementation="eager"
    )


def with_adapter(name, seed, **options):
    """A model with an adapter whose B is not zero, so that it changes what comes out."""
    torch.manual_seed(seed)
    model = peft.get_peft_model(base(name), peft.LoraConfig(task_type="CAUSAL_LM", **options))
    with torch.no_grad():
        for key, value in model.named_parameters():
            if "lora_B" in key:
                value.copy_(0.2 * torch.randn_like(value))
    return model


def logits(model, seed, vocabulary=259):
    draw = torch.Generator().manual_seed(seed)
    sequences = [torch.randint(0, vocabulary, (length,), generator=draw).tolist() for length in (9, 5)]
    model.eval()
    with torch.no_grad():
        rows = [model(input_ids=torch.tensor([ids])).logits[0].tolist() for ids in sequences]
    return {"sequences": sequences, "logits": [[[round(v, 6) for v in row] for row in one] for one in rows]}


def write(name, record):
    text = json.dumps({"header": HEADER, **record}, separators=(",", ":")).replace("]],", "]],\n")
    (golden / f"{name}.json").write_text(text + "\n")


def save_adapter(model, folder):
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder, save_embedding_layers=False)
    (folder / "README.md").unlink()
    (folder / "adapter_model.safetensors").chmod(0o644)
    config = json.loads((folder / "adapter_config.json").read_text())
    config["base_model_name_or_path"] = "llama"
    if not isinstance(config["target_modules"], str):
        config["target_modules"] = sorted(config["target_modules"])
    (folder / "adapter_config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")


def make_new():
    model = with_adapter("gqa", 1, r=4, lora_alpha=6, lora_dropout=0.1, target_modules=ALL)
    save_adapter(model, golden / "lora-gqa")
    adapted = logits(model, 3)
    merged = logits(model.merge_and_unload(), 3)
    write("lora-gqa", {**adapted, "mergedLogits": merged["logits"]})


def make_old():
    """As LLaVA's training leaves it: bare adapter_model.bin, the fields of PEFT 0.4, whole tensors in a second file."""
    model = with_adapter("gqa", 2, r=8, lora_alpha=4, lora_dropout=0.05, target_modules=["q_proj", "v_proj"])
    folder = golden / "lora-old"
    save_adapter(model, folder)
    state = safetensors.torch.load_file(folder / "adapter_model.safetensors")
    (folder / "adapter_model.safetensors").unlink()
    torch.save(state, folder / "adapter_model.bin")
    config = json.loads((folder / "adapter_config.json").read_text())
    old = "base_model_name_or_path bias fan_in_fan_out inference_mode init_lora_weights layers_pattern layers_to_transform lora_alpha lora_dropout modules_to_save peft_type r revision target_modules task_type"
    (folder / "adapter_config.json").write_text(json.dumps({key: config.get(key) for key in old.split()}, indent=2) + "\n")
    without = logits(model, 4)
    torch.manual_seed(9)
    model.base_model.model.resize_token_embeddings(262, mean_resizing=False)
    whole = {}
    for key, value in model.named_parameters():
        if "embed_tokens" in key or "lm_head" in key:
            value.data.copy_(0.25 * torch.randn_like(value))
            whole[key] = value.detach().clone()
    whole["base_model.model.model.mm_projector.weight"] = torch.randn(48, 8)
    torch.save(whole, folder / "non_lora_trainables.bin")
    write("lora-old", {"without": without, "with": logits(model, 5, 262)})


def make_llava():
    """Over the language model of a LLaVA, by a pattern that leaves its tower out; the projector is kept whole."""
    base, _ = open_saved(golden / "llava-hf")
    torch.manual_seed(3)
    pattern = r".*language_model.*\.(q|k|v|o|gate|up|down)_proj"
    options = peft.LoraConfig(r=4, lora_alpha=6, target_modules=pattern, modules_to_save=["multi_modal_projector"])
    model = peft.get_peft_model(base, options)
    with torch.no_grad():
        for key, value in model.named_parameters():
            if "lora_B" in key or "modules_to_save" in key:
                value.add_(0.2 * torch.randn_like(value))
    save_adapter(model, golden / "lora-llava")
    record = json.loads((golden / "llava-hf.json").read_text())
    write("lora-llava", {"step": STEP, "prompts": prompts_of(model, golden / "llava-hf", record)})


class Xoshiro:
    """The generator of src/base/random.ts."""

    def __init__(self, seed):
        self.state = [self.split(seed, i) for i in range(1, 5)]

    @staticmethod
    def split(seed, i):
        z = (seed + i * 0x9E3779B9) % 2**32
        z = (z ^ (z >> 16)) * 0x85EBCA6B % 2**32
        z = (z ^ (z >> 13)) * 0xC2B2AE35 % 2**32
        return z ^ (z >> 16)

    def next(self):
        a, b, c, d = self.state
        turn = lambda value, count: (value << count | value >> (32 - count)) % 2**32
        result = turn(b * 5 % 2**32, 7) * 9 % 2**32
        shifted = b << 9 & 0xFFFFFFFF
        c, d = c ^ a, d ^ b
        b, a = b ^ c, a ^ d
        self.state = [a, b, c ^ shifted, turn(d, 11)]
        return result

    def uniform(self):
        return ((self.next() >> 5) * 2**26 + (self.next() >> 6)) / 2**53


def kept(count, fraction, draw):
    """1 where an input stays, by the rule of src/train/dropout.ts: gaps between zeros are geometric."""
    mask = torch.ones(count)
    gap = lambda: math.floor(math.log(1 - draw.uniform()) / math.log(1 - fraction))
    place = gap()
    while place < count:
        mask[place] = 0
        place += 1 + gap()
    return mask


class GivenDropout(torch.nn.Module):
    def __init__(self, fraction):
        super().__init__()
        self.fraction, self.draw = fraction, None

    def forward(self, x):
        return x * kept(x.numel(), self.fraction, self.draw).reshape(x.shape) / (1 - self.fraction)


def train(name, model, seed):
    fraction = model.peft_config["default"].lora_dropout
    dropouts = []
    if fraction > 0:
        for module in model.modules():
            if hasattr(module, "lora_dropout"):
                module.lora_dropout["default"] = GivenDropout(fraction)
                dropouts.append(module.lora_dropout["default"])
    model.train()
    initial = {key.replace(".default", ""): value.detach().clone() for key, value in model.named_parameters() if value.requires_grad}
    batches = make_batches(torch.Generator().manual_seed(seed))

    def seed_dropout(step):
        draw = Xoshiro((seed + (step + 1) * 0x85EBCA6B) % 2**32)
        for dropout in dropouts:
            dropout.draw = draw

    found = take_steps(model, batches, steps=TRAINING["steps"], learning_rate=TRAINING["learningRate"], before=seed_dropout)
    found["firstGradientNorms"] = {key.replace(".default", ""): value for key, value in found["firstGradientNorms"].items()}
    changes = {key: value.detach().clone() for key, value in model.named_parameters() if value.requires_grad}
    flat = {f"after.{key.replace('.default', '')}": value for key, value in changes.items()}
    flat |= {f"before.{key}": value for key, value in initial.items()}
    safetensors.torch.save_file(flat, golden / f"train-lora-{name}.safetensors", metadata={"format": "pt"})
    (golden / f"train-lora-{name}.safetensors").chmod(0o644)
    write(f"train-lora-{name}", {"options": {**TRAINING, "dropoutSeed": seed}, "batches": batches, **found})
    print(name, found["losses"][0], found["losses"][-1])


def main():
    make_new()
    make_old()
    make_llava()
    train("gqa", peft.PeftModel.from_pretrained(base("gqa"), golden / "lora-gqa", is_trainable=True), 11)
    torch.manual_seed(12)
    fresh = peft.LoraConfig(task_type="CAUSAL_LM", r=8, lora_alpha=32, lora_dropout=0.0, target_modules=["q_proj", "v_proj", "down_proj", "up_proj"])
    train("qwen2", peft.get_peft_model(base("qwen2"), fresh), 13)


main()
