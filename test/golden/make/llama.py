"""Small random LLaMA and Qwen2 checkpoints with sharp weights, and what Hugging Face transformers computes with them.

Run from the repository root, with the versions that the goldens' headers name:

    pip install torch==2.15.0 transformers==5.23.0 safetensors==0.8.0
    python test/golden/make/llama.py

Writes test/golden/llama-{mha,gqa,tied,qwen2}/ (config.json, weights) and test/golden/llama-{mha,gqa,tied,qwen2}.json, and the tied
checkpoint's weights once more as PyTorch saves them, test/golden/llama-tied.bin; test/golden/llama-halves.json has logits of
the GQA checkpoint with weights rounded to f16 and bf16.
The GQA checkpoint is sharded; the tied one has config.json as transformers 4 writes it.
"""

import json
import pathlib
import shutil

import torch
import transformers

golden = pathlib.Path(__file__).parent.parent
command = "python test/golden/make/llama.py"
vocabulary = 259
common = dict(vocab_size=vocabulary, num_hidden_layers=2, bos_token_id=1, eos_token_id=2, use_cache=False)
variants = {
    "mha": dict(
        hidden_size=32, intermediate_size=48, num_attention_heads=4, num_key_value_heads=4, rms_norm_eps=1e-5,
        max_position_embeddings=128, attention_bias=True, mlp_bias=True,
        rope_parameters={"rope_type": "default", "rope_theta": 10000.0},
    ),
    "gqa": dict(
        hidden_size=48, intermediate_size=64, num_attention_heads=6, num_key_value_heads=2, head_dim=12,
        rms_norm_eps=1e-6, max_position_embeddings=96,
        rope_parameters={"rope_type": "default", "rope_theta": 500.0},
    ),
    "tied": dict(
        hidden_size=32, intermediate_size=80, num_attention_heads=4, num_key_value_heads=1, rms_norm_eps=1e-5,
        max_position_embeddings=128, tie_word_embeddings=True,
        rope_parameters={"rope_type": "default", "rope_theta": 10000.0},
    ),
    "qwen2": dict(
        hidden_size=32, intermediate_size=40, num_attention_heads=4, num_key_value_heads=2, rms_norm_eps=1e-6,
        max_position_embeddings=128, tie_word_embeddings=True, use_sliding_window=False,
        rope_parameters={"rope_type": "default", "rope_theta": 1000.0},
    ),
}


def main():
    for index, (name, options) in enumerate(variants.items()):
        torch.manual_seed(20260 + index)
        folder = golden / f"llama-{name}"
        shutil.rmtree(folder, ignore_errors=True)
        write_checkpoint(folder, config_of(name, options), sharded=name == "gqa")
        if name == "tied":
            write_version_4_config(folder)
        model = transformers.AutoModelForCausalLM.from_pretrained(
            folder, dtype=torch.float32, attn_implementation="eager"
        ).eval()
        write_golden(name, model)
        if name == "tied":
            torch.save(model.state_dict(), golden / "llama-tied.bin")
    write_halves(golden / "llama-gqa")


def config_of(name, options):
    kind = transformers.Qwen2Config if name == "qwen2" else transformers.LlamaConfig
    return kind(**common, **options)


def write_checkpoint(folder, config, sharded):
    model = transformers.AutoModelForCausalLM.from_config(config)
    with torch.no_grad():
        for key, parameter in model.named_parameters():
            if key.endswith("norm.weight"):
                parameter.copy_(1 + 0.4 * torch.randn_like(parameter))
            elif key.endswith("bias"):
                parameter.copy_(0.5 * torch.randn_like(parameter))
            else:
                parameter.copy_(0.25 * torch.randn_like(parameter))
    model.save_pretrained(folder, max_shard_size="100KB" if sharded else "1GB")
    (folder / "generation_config.json").unlink(missing_ok=True)
    for path in folder.iterdir():
        path.chmod(0o644)


def write_version_4_config(folder):
    path = folder / "config.json"
    config = json.loads(path.read_text())
    rope = config.pop("rope_parameters")
    config["rope_theta"] = rope["rope_theta"]
    config["rope_scaling"] = None
    config["torch_dtype"] = config.pop("dtype")
    config["transformers_version"] = "4.31.0"
    path.write_text(json.dumps(config, indent=2) + "\n")


def header():
    return {
        "implementation": f"transformers {transformers.__version__}, torch {torch.__version__.split('+')[0]}, float32, CPU, eager attention",
        "command": command,
    }


def write_halves(folder):
    """Logits after the fifth and the tenth token, computed in f32."""
    ids, logits = [5, 6, 7, 8, 9] * 2, {}
    for name, dtype in {"f16": torch.float16, "bf16": torch.bfloat16}.items():
        model = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=dtype, attn_implementation="eager")
        with torch.no_grad():
            rows = model.float().eval()(input_ids=torch.tensor([ids])).logits[0, [4, 9]]
        logits[name] = [round(value, 6) for value in rows.flatten().tolist()]
    record = {"header": header(), "ids": ids, "logits": logits}
    (golden / "llama-halves.json").write_text(json.dumps(record) + "\n")


def write_golden(name, model):
    draw = torch.Generator().manual_seed(7)
    lengths = [17, 9, 2]
    sequences = [torch.randint(0, vocabulary, (length,), generator=draw).tolist() for length in lengths]
    width = max(lengths)
    ids = torch.tensor([sequence + [0] * (width - len(sequence)) for sequence in sequences])
    attended = torch.tensor([[1] * length + [0] * (width - length) for length in lengths])
    with torch.no_grad():
        logits = model(input_ids=ids, attention_mask=attended).logits
    rows = [logits[i, :length] for i, length in enumerate(lengths)]
    record = {
        "header": header(),
        "sequences": sequences,
        "logits": [[[round(value, 6) for value in row] for row in sequence.tolist()] for sequence in rows],
        "continuations": [continuation(model, draw, *lengths) for lengths in [(11, 1), (11, 4), (30, 7), (1, 3), (60, 20)]],
    }
    text = json.dumps(record, separators=(",", ":")).replace('],"', '],\n"').replace("]],[[", "]],\n[[")
    (golden / f"llama-{name}.json").write_text(text + "\n")


def continuation(model, draw, context_length, length):
    """Greedy tokens for the middle of the continuation, so that isGreedy is true of a part of them."""
    context = torch.randint(0, vocabulary, (context_length,), generator=draw).tolist()
    with torch.no_grad():
        greedy = list(context)
        for _ in range(length):
            greedy.append(int(model(input_ids=torch.tensor([greedy])).logits[0, -1].argmax()))
        tail = greedy[context_length:] if length % 2 == 0 or length == 1 else torch.randint(0, vocabulary, (length,), generator=draw).tolist()
        logits = model(input_ids=torch.tensor([context + tail])).logits[0, context_length - 1 : -1]
        log_probabilities = logits.log_softmax(-1)
    chosen = log_probabilities.gather(-1, torch.tensor(tail)[:, None])[:, 0]
    return {
        "context": context,
        "continuation": tail,
        "sumNats": round(float(chosen.sum()), 6),
        "isGreedy": bool((logits.argmax(-1) == torch.tensor(tail)).all()),
    }


main()
