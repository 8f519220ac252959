"""Runs inside the sandbox: what is taken of an ONNX model, and how it is loaded.

A window's answer is to depend on that window alone, whatever was asked before. So nothing is taken
that holds or draws a state between two runs, that is anybody's code but ONNX Runtime's own, or that
lies in another file. What is loaded is written anew out of what was looked at.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import onnxruntime
from google.protobuf.message import DecodeError, EncodeError
from onnx import ModelProto, NodeProto, TensorProto

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from google.protobuf.message import Message

OPSETS: Final = {"": (7, 28), "ai.onnx": (7, 28), "ai.onnx.ml": (1, 5)}
"""The domains whose operators are taken, and their first and last opset that ONNX Runtime knows."""
IR_VERSIONS: Final = (3, 14)
RANDOM: Final = frozenset(
    ("Bernoulli", "Multinomial", "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike")
)  # fmt: skip
"""They draw from a generator whose state outlives a run, seeded or not."""

_TRAINING_INPUT: Final = 2  # of Dropout: data, ratio, training_mode
_SOURCE: Final = re.compile(r"/\S+:\d+ .*?\) ")  # where in its own code ONNX Runtime gave up
_NO_MEMORY: Final = re.compile("bad_alloc|bad allocation|Failed to allocate memory")


class Refused(Exception):  # noqa: N818 - it is the model that is refused
    """The model is not taken: one line, why and what to do."""


def prepared(data: bytes) -> bytes:
    """The model as it is to be loaded, nothing in it but what was looked at.

    Raises `Refused`, `MemoryError`.
    """
    model = ModelProto()
    try:
        model.ParseFromString(data)
        model.DiscardUnknownFields()
        _check(model)
    except (DecodeError, UnicodeDecodeError):
        raise Refused(
            "is no ONNX model, damaged, or larger than the memory granted: export it anew, smaller"
        ) from None
    # What ONNX Runtime might read beside the graph.
    for field in ("metadata_props", "configuration"):
        model.ClearField(field)
    try:
        return bytes(model.SerializeToString())
    except EncodeError as error:  # what was read can be written, where there is room
        raise MemoryError(described(error)) from None


def _check(model: ModelProto) -> None:
    _check_versions(model)
    if model.functions or model.training_info:
        raise Refused(
            "has functions or training graphs of its own: inline the functions "
            "(onnx.inliner.inline_local_functions), export for inference"
        )
    for message in _within(model):
        if isinstance(message, NodeProto):
            _check_node(message)
        elif isinstance(message, TensorProto):
            _check_tensor(message)


def _check_versions(model: ModelProto) -> None:
    first, last = IR_VERSIONS
    if not first <= model.ir_version <= last:
        raise Refused(
            f"has IR version {model.ir_version}; {first} to {last} are taken: export it anew"
        )
    domains = [entry.domain or "ai.onnx" for entry in model.opset_import]
    if "ai.onnx" not in domains or len(set(domains)) < len(domains):
        raise Refused("does not say once which opset it is of: export it anew")
    for entry in model.opset_import:
        if entry.domain not in OPSETS:
            raise _foreign(f"imports operators of the domain {entry.domain!r}")
        first, last = OPSETS[entry.domain]
        if not first <= entry.version <= last:
            raise Refused(
                f"is of opset {entry.version} of {entry.domain or 'ai.onnx'}; {first} to {last} "
                "are taken: export it for one of these"
            )


def _foreign(what: str) -> Refused:
    return Refused(
        f"{what}; only those of ai.onnx and ai.onnx.ml are taken: "
        "export it before it is optimised for one runtime, without custom operators"
    )


def _within(message: Message) -> Iterator[Message]:
    """The message and every one in it, those of subgraphs too."""
    yield message
    for field, value in message.ListFields():
        if field.message_type is not None:
            for inner in value if field.is_repeated else (value,):
                yield from _within(inner)


def _check_node(node: NodeProto) -> None:
    if node.domain not in OPSETS:
        raise _foreign(f"has the operator {node.op_type!r} of the domain {node.domain!r}")
    training = any(each.name == "training_mode" and each.i for each in node.attribute) or (
        node.op_type == "Dropout" and any(node.input[_TRAINING_INPUT:])
    )
    if node.op_type in RANDOM or training:
        raise Refused(
            f"has {node.op_type}{' in training mode' if training else ''}, which draws or holds what outlives "
            "a window: export it for inference"
        )


def _check_tensor(tensor: TensorProto) -> None:
    if tensor.data_location == TensorProto.EXTERNAL or tensor.external_data:
        raise Refused(
            f"keeps the tensor {tensor.name!r} in another file: save it with its data inside "
            "(onnx.save_model(…, save_as_external_data=False))"
        )


def load(data: bytes, shown: Sequence[int], answers: int) -> onnxruntime.InferenceSession:
    """The model's session: one thread, nothing left to chance or to the machine's settings.

    `shown` is the shape of a window, [1, length, inputs]. Raises `Refused`, `MemoryError`.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.use_deterministic_compute = True
    options.log_severity_level = 3  # errors alone
    # Bytes that look like its own format would be read as that.
    options.add_session_config_entry("session.load_model_format", "ONNX")
    for pool in ("intra_op", "inter_op"):
        options.add_session_config_entry(f"session.{pool}.allow_spinning", "0")
    try:
        session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # noqa: BLE001 - it has a dozen of its own
        if is_memory(error):
            raise MemoryError(described(error)) from None
        raise Refused(
            f"is not taken by ONNX Runtime {onnxruntime.__version__} "
            f"(does onnx.checker.check_model take it?): {described(error)}"
        ) from None
    _check_form("input", session.get_inputs(), shown)
    _check_form("output", session.get_outputs(), (1, answers))
    return session


def _check_form(kind: str, found: Sequence[Any], expected: Sequence[int]) -> None:
    """One tensor of float32 of that shape; a dimension that the model leaves open fits."""
    fits = (
        len(found) == 1
        and found[0].type == "tensor(float)"
        and len(found[0].shape) == len(expected)
        and all(
            not isinstance(size, int) or size == wanted
            for size, wanted in zip(found[0].shape, expected, strict=True)
        )
    )
    if not fits:
        each = ", ".join(f"{item.name!r} {item.type} {item.shape}" for item in found) or "none"
        raise Refused(
            f"has the {kind} {each}; expected is one tensor(float) {list(expected)}: "
            + ("[1, the window's length, the protocol's inputs]" if kind == "input"
               else "[1, the protocol's outputs]")
        )  # fmt: skip


def described(error: BaseException) -> str:
    """What ONNX Runtime says, without where in its code."""
    return _SOURCE.sub("", " ".join(str(error).split())) or type(error).__name__


def is_memory(error: BaseException) -> bool:
    """Whether memory was what it lacked."""
    return isinstance(error, MemoryError) or _NO_MEMORY.search(str(error)) is not None
