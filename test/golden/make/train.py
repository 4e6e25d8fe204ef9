"""Fifty AdamW steps of PyTorch on the checkpoints test/golden/llama-{mha,gqa,tied,qwen2}, all weights trained.

Run from the repository root, with the versions that the goldens' headers name, after test/golden/make/llama.py:

    pip install torch==2.15.0 transformers==5.23.0 safetensors==0.8.0
    python test/golden/make/train.py

Writes test/golden/train-{mha,gqa,tied,qwen2}.json (batches, losses, gradient norms) and the weights after the last step as
test/golden/train-{mha,gqa,tied,qwen2}.safetensors.
"""

import json
import pathlib

import safetensors.torch
import torch
import transformers

from training import make_batches, take_steps

golden = pathlib.Path(__file__).parents[1]
OPTIONS = {"learningRate": 1e-3, "weightDecay": 0.01, "maxGradientNorm": 1.0, "steps": 50}


def main():
    for index, name in enumerate(["mha", "gqa", "tied", "qwen2"]):
        model = transformers.AutoModelForCausalLM.from_pretrained(
            golden / f"llama-{name}", dtype=torch.float32, attn_implementation="eager"
        ).train()
        batches = make_batches(torch.Generator().manual_seed(index))
        found = take_steps(
            model, batches, steps=OPTIONS["steps"], learning_rate=OPTIONS["learningRate"],
            weight_decay=OPTIONS["weightDecay"], longest=OPTIONS["maxGradientNorm"],
        )
        record = {
            "header": {
                "implementation": f"transformers {transformers.__version__}, torch {torch.__version__.split('+')[0]} AdamW, float32, CPU, eager attention",
                "command": "python test/golden/make/train.py",
            },
            "options": OPTIONS,
            "batches": batches,
            **found,
        }
        (golden / f"train-{name}.json").write_text(json.dumps(record) + "\n")
        file = golden / f"train-{name}.safetensors"
        safetensors.torch.save_file({key: value.detach().clone() for key, value in model.named_parameters()}, file, metadata={"format": "pt"})
        file.chmod(0o644)
        print(name, found["losses"][0], found["losses"][-1])


main()
