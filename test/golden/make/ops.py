"""What the ONNX reference implementation computes for each op of src/graph/op.ts, in float64.

Run from the repository root, with the version that the golden's header names:

    pip install onnx==1.23.2 numpy==2.4.6
    python test/golden/make/ops.py

Writes test/golden/ops.json. An input marked "constant" is given, not differentiated.
"""

import json
import math
import pathlib

import numpy
import onnx
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator

OPSET = 23
draw = numpy.random.default_rng(5)
target = pathlib.Path(__file__).parents[1] / "ops.json"


def normal(*shape):
    return draw.standard_normal(shape).round(3)


def positive(*shape):
    return (0.5 + draw.random(shape)).round(3)


def whole(*values):
    return numpy.array(values, dtype=numpy.int64)


class Constant:
    def __init__(self, value):
        self.value = value


def turns(*shape):
    angles = draw.random(shape) * 6
    return Constant(numpy.cos(angles).round(6)), Constant(numpy.sin(angles).round(6))


CASES = [
    ("Add", [normal(2, 3), normal(3)], {}),
    ("Add", [normal(2, 1), normal(1, 3)], {}),
    ("Sub", [normal(2, 3), normal(2, 1)], {}),
    ("Mul", [normal(1, 3), normal(4, 2, 3)], {}),
    ("Div", [normal(2, 3), positive(3)], {}),
    ("Neg", [normal(3)], {}),
    ("Exp", [normal(3)], {}),
    ("Log", [positive(3)], {}),
    ("Sqrt", [positive(3)], {}),
    ("Sigmoid", [normal(2, 3)], {}),
    ("Cos", [normal(4)], {}),
    ("Sin", [normal(4)], {}),
    ("Cast", [normal(3)], {"to": TensorProto.DOUBLE}),
    ("Identity", [normal(3)], {}),
    ("LessOrEqual", [whole(1, 2, 3), whole(2)], {}),
    ("Where", [numpy.array([[True], [False]]), normal(2, 3), normal(3)], {}),
    ("MatMul", [normal(2, 3, 4), normal(4, 2)], {}),
    ("MatMul", [normal(2, 1, 3, 4), normal(3, 4, 2)], {}),
    ("Gemm", [normal(2, 3), normal(3, 4), normal(4)], {"alpha": 0.5, "beta": 2.0}),
    ("Gemm", [normal(2, 3), normal(4, 3), normal(2, 4)], {"transB": 1}),
    ("Gemm", [normal(3, 2), normal(3, 4)], {"transA": 1, "alpha": 1.5}),
    ("Gemm", [normal(3, 2), normal(4, 3), normal(2, 1)], {"transA": 1, "transB": 1, "beta": 0.5}),
    ("Softmax", [normal(2, 4)], {"axis": -1}),
    ("Softmax", [normal(2, 4, 2)], {"axis": 1}),
    ("LogSoftmax", [normal(2, 4)], {"axis": -1}),
    ("RMSNormalization", [normal(3, 4), normal(4)], {"axis": -1, "epsilon": 0.01}),
    ("RMSNormalization", [normal(2, 3, 4), normal(3, 4)], {"axis": 1, "epsilon": 1e-5}),
    ("RotaryEmbedding", [normal(2, 3, 8), *turns(2, 3, 2)], {"num_heads": 2}),
    ("RotaryEmbedding", [normal(1, 2, 3, 4), *turns(1, 3, 2)], {}),
    ("ReduceSum", [normal(2, 3, 4), whole(0, 2)], {"keepdims": 1}),
    ("ReduceMean", [normal(2, 3, 4), whole(1)], {"keepdims": 1}),
    ("ArgMax", [normal(2, 4)], {"axis": -1, "keepdims": 0}),
    ("Shape", [normal(2, 3, 4)], {"start": 1, "end": 3}),
    ("Range", [whole(2)[0], whole(8)[0], whole(3)[0]], {}),
    ("Reshape", [normal(2, 6), whole(3, 4)], {"allowzero": 1}),
    ("Transpose", [normal(2, 3, 4)], {"perm": [2, 0, 1]}),
    ("Concat", [normal(2, 1), normal(2, 3), normal(2, 2)], {"axis": -1}),
    ("Slice", [normal(2, 5), whole(1), whole(4), whole(1)], {}),
    ("Pad", [normal(2, 3), whole(1, 2), Constant(numpy.float64(0)), whole(1)], {}),
    ("Expand", [normal(2, 1), whole(2, 3)], {}),
    ("Gather", [normal(4, 3), numpy.array([[0, 3], [3, 3]])], {"axis": 0}),
    ("GatherElements", [normal(2, 4), numpy.array([[1], [3]])], {"axis": 1}),
    ("ScatterElements", [normal(3, 2), numpy.array([[0, 1], [0, 2]]), normal(2, 2)], {"axis": 0, "reduction": "add"}),
    ("ScatterElements", [normal(3, 2), numpy.array([[0, 1], [2, 2]]), normal(2, 2)], {"axis": 0, "reduction": "none"}),
    ("Erf", [normal(2, 4)], {}),
    ("LayerNormalization", [normal(3, 4), normal(4), normal(4)], {"axis": -1, "epsilon": 0.01}),
    ("LayerNormalization", [normal(2, 3, 4), normal(3, 4), normal(3, 4)], {"axis": 1, "epsilon": 1e-5}),
    ("FusedMatMul", [normal(2, 3, 4), normal(2, 5, 4)], {"transB": 1, "alpha": 0.5}),
    ("FusedMatMul", [normal(2, 2, 4, 3), normal(2, 2, 4, 2)], {"transA": 1}),
    ("FusedMatMul", [normal(4, 3), normal(2, 4)], {"transA": 1, "transB": 1, "alpha": 2.0}),
    ("FusedMatMul", [normal(3, 4), normal(4, 2)], {}),
    ("QuickGelu", [normal(2, 3)], {"alpha": 1.0}),
    ("QuickGelu", [normal(4)], {"alpha": 1.702}),
    ("Max", [normal(2, 3), normal(2, 3)], {}),
    ("Max", [normal(2, 1, 3), normal(4, 1)], {}),
    ("ReduceSumSquare", [normal(2, 3, 4), whole(0, 2)], {"keepdims": 1}),
]


def run(op, inputs, attributes):
    if op == "Erf":  # the reference evaluator rounds it to float32
        return numpy.vectorize(math.erf)(inputs[0])
    if op == "FusedMatMul":  # com.microsoft, by what its documentation says
        a, b = (numpy.swapaxes(x, -1, -2) if attributes.get(t) else x for x, t in zip(inputs, ("transA", "transB")))
        return attributes.get("alpha", 1.0) * (a @ b)
    if op == "QuickGelu":
        return inputs[0] / (1 + numpy.exp(-attributes["alpha"] * inputs[0]))
    names = [f"input{i}" for i in range(len(inputs))]
    kinds = [helper.np_dtype_to_tensor_dtype(numpy.asarray(value).dtype) for value in inputs]
    infos = [
        helper.make_tensor_value_info(name, kind, numpy.shape(value)) for name, kind, value in zip(names, kinds, inputs)
    ]
    node = helper.make_node(op, names, ["output"], **attributes)
    graph = helper.make_graph([node], "case", infos, [helper.make_empty_tensor_value_info("output")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
    return numpy.asarray(ReferenceEvaluator(model).run(None, dict(zip(names, inputs)))[0])


def record(value, constant=False):
    value = numpy.asarray(value)
    dtype = {"float64": "f64", "int64": "i64", "bool": "bool"}[str(value.dtype)]
    data = [int(item) if dtype != "f64" else round(float(item), 12) for item in value.reshape(-1)]
    return {"dtype": dtype, "shape": list(value.shape), "data": data, **({"constant": True} if constant else {})}


def main():
    cases = []
    for op, given, attributes in CASES:
        inputs = [value.value if isinstance(value, Constant) else value for value in given]
        cases.append(
            {
                "op": op,
                "attributes": {**attributes, **({"to": "f64"} if op == "Cast" else {})},
                "inputs": [record(value, isinstance(source, Constant)) for value, source in zip(inputs, given)],
                "output": record(run(op, inputs, attributes)),
            }
        )
    header = {
        "implementation": f"onnx {onnx.__version__} ReferenceEvaluator, opset {OPSET}, float64; math.erf of CPython; numpy {numpy.__version__} for com.microsoft",
        "command": "python test/golden/make/ops.py",
    }
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    target.write_text(f'{{"header":{json.dumps(header)},\n"cases":[\n{lines}\n]}}\n')


main()
