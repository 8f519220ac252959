"""What is refused of an ONNX model, asked outside the sandbox of what runs inside."""

import re

import onnx
import pytest
from onnx import ModelProto, TensorProto, helper

from tests.trialbench.artefacts.nets import branch, mean, net, node, weights
from trialbench.artefacts import onnx_model


def refusal(model: ModelProto | bytes, shown: tuple[int, ...] = (1, 3, 2), answers: int = 1) -> str:
    """Why a model is not taken; asked here, of what runs inside."""
    data = model if isinstance(model, bytes) else model.SerializeToString()
    with pytest.raises(onnx_model.Refused) as caught:
        onnx_model.load(onnx_model.prepared(data), shown, answers)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def nested(inner: onnx.NodeProto, depth: int = 3) -> onnx.NodeProto:
    """A node in a graph in an If in a graph in an If…"""
    for number in range(depth):
        graph = branch(inner)
        condition = node(
            "Constant", [], [f"c{number}"], value=helper.make_tensor("c", TensorProto.BOOL, [], [1])
        )
        graph.node.insert(0, condition)
        inner = node("If", [f"c{number}"], [inner.output[0]], then_branch=graph, else_branch=graph)
    return inner


@pytest.mark.parametrize(
    "drawing",
    [
        node("RandomNormal", [], ["r"], shape=[1, 1]),
        node("RandomNormal", [], ["r"], shape=[1, 1], seed=1.0),
        node("RandomUniform", [], ["r"], shape=[1, 1]),
        node("RandomNormalLike", ["x"], ["r"]),
        node("RandomUniformLike", ["x"], ["r"]),
        node("Bernoulli", ["x"], ["r"]),
        node("Multinomial", ["x"], ["r"]),
        node("Dropout", ["x", "", "on"], ["r"]),
        node("BatchNormalization", ["x", "s", "s", "s", "s"], ["r", "m", "v"], training_mode=1),
    ],
)
def test_whatever_draws_or_keeps_something_is_refused_wherever_it_stands(
    drawing: onnx.NodeProto,
) -> None:
    for each in (drawing, nested(drawing)):
        why = refusal(net([each]))
        assert why.startswith(f"has {drawing.op_type}")
        assert "which draws or holds what outlives a window: export it for inference" in why


def test_every_operator_that_onnx_says_to_be_undetermined_is_known_here() -> None:
    """Those that are refused, and those that are no more so than the graphs in them or what they stand for."""
    undetermined = onnx.defs.OpSchema.NodeDeterminism.NonDeterministic
    named = {
        schema.name
        for schema in onnx.defs.get_all_schemas()
        if schema.node_determinism == undetermined
    }
    compound = {"If", "Loop", "Scan", "SequenceMap", "AffineGrid"}
    assert named == onnx_model.RANDOM | {"Dropout"} | compound


def test_dropout_for_inference_is_taken() -> None:
    data = net([node("Dropout", ["x"], ["d"]), node("ReduceMean", ["d"], ["y"], axes=[1, 2], keepdims=0)],
               (1, 3, 2), answers=(1,))  # fmt: skip
    assert "expected is one tensor(float) [1, 1]" in refusal(data)


def external() -> ModelProto:
    made = mean()
    tensor = made.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", "/etc/passwd"
    return made


def external_in_a_node() -> ModelProto:
    tensor = external().graph.initializer[0]
    return net([nested(node("Constant", [], ["y"], value=tensor))])


def function() -> ModelProto:
    made = mean()
    made.functions.append(
        helper.make_function(
            "own", "Mine", ["a"], ["b"], [node("Identity", ["a"], ["b"])], made.opset_import
        )
    )
    return made


def altered(**changes: object) -> ModelProto:
    made = mean()
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def twice(domain: str) -> ModelProto:
    made = mean()
    made.opset_import.append(helper.make_opsetid(domain, 13))
    return made


CUSTOM = node("Own", ["x"], ["y"], domain="my.domain")
FUSED = node("FusedMatMul", ["x", "x"], ["y"], domain="com.microsoft")
INT = TensorProto.INT64
FLOAT = TensorProto.FLOAT


@pytest.mark.parametrize(
    ("model", "why"),
    [
        (b"not a model", "is no ONNX model, damaged, or larger than the memory granted"),
        (mean().SerializeToString()[:-9], "is no ONNX model, damaged, or larger than the memory granted"),
        (b"", "has IR version 0; 3 to 14 are taken"),
        (altered(ir_version=99), "has IR version 99; 3 to 14 are taken"),
        (net([CUSTOM]), "has the operator 'Own' of the domain 'my.domain'; only those of ai.onnx"),
        (net([nested(CUSTOM)]), "has the operator 'Own' of the domain 'my.domain'"),
        (net([FUSED]), "has the operator 'FusedMatMul' of the domain 'com.microsoft'"),
        (net([], domains={"com.microsoft": 1}), "imports operators of the domain 'com.microsoft'"),
        (net([], domains={"ai.onnx.ml": 9}), "opset 9 of ai.onnx.ml; 1 to 5 are taken"),
        (net([], opset=6), "opset 6 of ai.onnx; 7 to 28 are taken: export it for one of these"),
        (net([], opset=29), "opset 29 of ai.onnx; 7 to 28 are taken"),
        (twice(""), "does not say once which opset it is of"),
        (twice("ai.onnx"), "does not say once which opset it is of"),
        (function(), "has functions or training graphs of its own: inline the functions"),
        (external(), "keeps the tensor 'one' in another file: save it with its data inside"),
        (external_in_a_node(), "keeps the tensor 'one' in another file"),
        (net([node("NoSuch", ["x"], ["y"])]), "is not taken by ONNX Runtime .*NoSuch"),
        (mean((1, 4, 2)), r"input 'x' tensor\(float\) \[1, 4, 2\]; expected is one tensor\(float\) \[1, 3, 2\]"),
        (mean((2, 3, 2)), r"\[1, the window's length, the protocol's inputs\]"),
        (net([node("Flatten", ["x"], ["y"])], (3, 2), answers=None), r"tensor\(float\) \[3, 2\]; expected"),
        (net([node("Flatten", ["x"], ["y"])], answers=None), r"output 'y' tensor\(float\) \[1, 6\]; expected .*\[1, 1\]"),
        (net([node("Identity", ["x"], ["y"])], kinds=(INT, INT), answers=None), r"input 'x' tensor\(int64\)"),
        (net([node("Cast", ["x"], ["y"], to=INT)], kinds=(FLOAT, INT), answers=None), r"output 'y' tensor\(int64\)"),
    ],
)  # fmt: skip
def test_what_is_not_taken_is_told_with_the_remedy(model: ModelProto | bytes, why: str) -> None:
    assert re.search(why, refusal(model))


def test_two_inputs_or_outputs_are_refused() -> None:
    made = mean()
    made.graph.output.append(helper.make_tensor_value_info("m", FLOAT, []))
    assert "has the output 'y' tensor(float) [1, 1], 'm' tensor(float) []" in refusal(made)
    made = mean()
    made.graph.input.append(helper.make_tensor_value_info("more", FLOAT, [1]))
    assert "'more' tensor(float) [1]; expected is one" in refusal(made)


@pytest.mark.parametrize("domain", ["", "ai.onnx.ml"])
def test_the_opsets_taken_are_those_that_onnx_runtime_knows(domain: str) -> None:
    first, last = onnx_model.OPSETS[domain]
    assert last == onnx.defs.onnx_opset_version() if domain == "" else last >= 5
    for version in (first, last):
        opsets = {"": 17, domain: version}
        made = net([node("Flatten", ["x"], ["f"]), node("MatMul", ["f", "w"], ["y"])],
                   opset=opsets.pop(""), domains=opsets, w=weights(6, 1))  # fmt: skip
        onnx_model.load(onnx_model.prepared(made.SerializeToString()), (1, 3, 2), 1)


def test_what_is_loaded_holds_nothing_beside_the_graph() -> None:
    made = mean()
    made.metadata_props.add(key="ort_config", value="{}")
    data = made.SerializeToString() + b"\xfa\x7f\x03abc"  # a field that nobody knows
    clean = onnx_model.prepared(data)
    assert b"ort_config" in data
    assert b"ort_config" not in clean
    assert not clean.endswith(b"abc")


def test_bytes_that_look_like_another_format_are_read_as_onnx() -> None:
    """ONNX Runtime takes bytes with ORTM at the fourth for its own format, which nothing here looks into."""
    made = mean()
    made.producer_name = "ORTM"
    data = made.SerializeToString()
    assert data[4:8] == b"ORTM"
    onnx_model.load(onnx_model.prepared(data), (1, 3, 2), 1)
