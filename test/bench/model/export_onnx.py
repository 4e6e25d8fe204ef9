"""Exports a checkpoint by ONNX Runtime's model builder (onnxruntime-genai) in f32, laid out as transformers.js reads it.

usage: export_onnx.py <checkpoint> <target>
"""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import onnx

source, target = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
config = json.loads((source / "config.json").read_text())
config["head_dim"] = config["hidden_size"] // config["num_attention_heads"]  # transformers.js reads it no other way
with tempfile.TemporaryDirectory() as scratch:
    made = pathlib.Path(scratch) / "made"
    builder = [sys.executable, "-m", "onnxruntime_genai.models.builder", "-p", "fp32", "-e", "cpu"]
    subprocess.run([*builder, "-i", source, "-o", made, "-c", f"{scratch}/cache"], check=True, capture_output=True)
    model = onnx.load(made / "model.onnx", load_external_data=False)
    for value in [*model.graph.input, *model.graph.output]:
        if "key" in value.name or "value" in value.name:
            # transformers.js makes an empty cache by the shape that the file declares.
            value.type.tensor_type.shape.dim[1].dim_value = config["num_key_value_heads"]
            value.type.tensor_type.shape.dim[3].dim_value = config["head_dim"]
    onnx.save(model, made / "model.onnx")
    (target / "onnx").mkdir(parents=True, exist_ok=True)
    for name in ["model.onnx.data", "model.onnx"]:
        shutil.copy(made / name, target / "onnx" / name)
for name in ["tokenizer.json", "tokenizer_config.json"]:
    shutil.copy(source / name, target / name)
(target / "config.json").write_text(json.dumps(config))
