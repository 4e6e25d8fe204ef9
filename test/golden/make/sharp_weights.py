"""What the makers of small random towers share: their sizes, and weights so sharp that a wrong option shows."""

import torch

TOWER = dict(hidden_size=24, intermediate_size=36, num_hidden_layers=3, num_attention_heads=3)


def sharpen(model):
    with torch.no_grad():
        for key, parameter in model.named_parameters():
            if "norm" in key and key.endswith("weight"):
                parameter.copy_(1 + 0.4 * torch.randn_like(parameter))
            else:
                parameter.copy_((0.5 if key.endswith("bias") else 0.3) * torch.randn_like(parameter))
