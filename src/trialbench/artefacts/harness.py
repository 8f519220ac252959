"""Runs inside the sandbox, beside the artefact's code.

It holds nothing worth hiding: a step's samples reach this process only after the step before was
answered, and an answer must carry its question's token, which nobody can know before it is asked.
The host (`trialbench.artefacts.conversation`) believes nothing of what comes from here. The host imports
this module too, for the form of the messages.

A message is `HEAD` (kind, payload bytes), then the payload, little-endian:

| kind | way | payload |
|---|---|---|
| READY | out | nothing: the interpreter and the libraries are warm |
| CONFIG | in | JSON: entry, inputs, outputs, step_ns, limits |
| STEP | in | token; per input a uint32 count; all times (int64 ns from the start); all values |
| ANSWER | out | the step's token; per output a float64 |
| END | in | nothing: that was the last step |
| DONE | out | nothing: the artefact has returned |
| FAILED | out | a code, NUL, a line of text |
| CHECKED | out | of an ONNX artefact alone: `onnx_runner` says more |
"""

from __future__ import annotations

import errno
import importlib
import json
import math
import os
import resource
import struct
import sys
import traceback
from collections.abc import Mapping
from importlib.util import module_from_spec, spec_from_file_location
from typing import TYPE_CHECKING, Any, Final, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import ModuleType

    import numpy as np
    from numpy.typing import NDArray

    Samples = tuple[NDArray[np.int64], NDArray[np.float64]]

HEAD: Final = struct.Struct("<BI")
TOKEN_BYTES: Final = 8
READY, CONFIG, STEP, ANSWER, END, DONE, FAILED, CHECKED = range(1, 9)

CODES: Final = ("import", "load", "crash", "memory", "output", "ended", "processes")
"""What may be reported from inside; of processor time and delay the host alone is the judge."""

FOLDER: Final = "/artefact"
"""Where the artefact's files lie in the sandbox."""
OFFERED: Final = ("numpy", "scipy")
"""What the sandbox's environment offers to a python artefact's `requires`."""

_CHUNK: Final = 1 << 16
_SPARE_BYTES: Final = 4 << 20  # kept back, so that running out of memory can still be told
_OPEN_FILES: Final = 64


class Failed(BaseException):
    """The artefact has failed: a code and one line. Not the artefact's to catch."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code, detail)
        self.code, self.detail = code, detail


class Pipe:
    """The two pipes to the host."""

    def __init__(self, incoming: int, outgoing: int) -> None:
        self._incoming, self._outgoing = incoming, outgoing
        self._buffer = bytearray()

    def receive(self) -> tuple[int, bytes]:
        """The next message: its kind and payload."""
        while True:
            if len(self._buffer) >= HEAD.size:
                kind, size = HEAD.unpack_from(self._buffer)
                end = HEAD.size + size
                if len(self._buffer) >= end:
                    payload = bytes(self._buffer[HEAD.size : end])
                    del self._buffer[:end]
                    return kind, payload
            chunk = os.read(self._incoming, _CHUNK)
            if not chunk:  # nobody is there any more
                os._exit(0)
            self._buffer += chunk

    def send(self, kind: int, payload: bytes = b"") -> None:
        """Send a message."""
        data = HEAD.pack(kind, len(payload)) + payload
        while data:
            data = data[os.write(self._outgoing, data) :]


class Step:
    """What an artefact is given at a step.

    `time_ns` counts from the start of the trial; `last` maps each input to its newest value, NaN
    before the first; `new` maps each input to (times_ns, values) that came since the step before.
    """

    __slots__ = ("_counts", "_new", "_payload", "last", "time_ns")

    def __init__(
        self, time_ns: int, last: dict[str, float], counts: Sequence[int], payload: bytes
    ) -> None:
        self.time_ns, self.last = time_ns, last
        self._counts, self._payload = counts, payload
        self._new: dict[str, Samples] | None = None

    @property
    def new(self) -> dict[str, Samples]:
        """Made when it is first asked for: many artefacts need only `last`."""
        if self._new is None:
            self._new = self._samples()
        return self._new

    def _samples(self) -> dict[str, Samples]:
        import numpy as np

        offset, total = TOKEN_BYTES + 4 * len(self._counts), sum(self._counts)
        times = np.frombuffer(self._payload, np.int64, total, offset)
        values = np.frombuffer(self._payload, np.float64, total, offset + 8 * total)
        samples, begin = {}, 0
        for name, count in zip(self.last, self._counts, strict=True):
            samples[name] = (times[begin : begin + count], values[begin : begin + count])
            begin += count
        return samples


class Steps:
    """The iterator that an artefact is given; each step must be answered before the next."""

    def __init__(self, pipe: Pipe, inputs: Sequence[str], step_ns: int) -> None:
        self._pipe, self._step_ns = pipe, step_ns
        self._counts = struct.Struct(f"<{len(inputs)}I")
        self._last = dict.fromkeys(inputs, math.nan)
        self.index = -1
        self.token: bytes | None = None
        self.ended = False

    def __iter__(self) -> Iterator[Step]:
        return self

    def __next__(self) -> Step:
        if self.token is not None:
            raise Failed("output", "asked for the next step before it had answered this one")
        if self.ended:
            raise StopIteration
        kind, payload = self._pipe.receive()
        if kind == END:
            self.ended = True
            raise StopIteration
        self.index += 1
        self.token = payload[:TOKEN_BYTES]
        counts = self._counts.unpack_from(payload, TOKEN_BYTES)
        self._remember(counts, payload)
        return Step(self.index * self._step_ns, self._last.copy(), counts, payload)

    def _remember(self, counts: Sequence[int], payload: bytes) -> None:
        total = sum(counts)
        end = TOKEN_BYTES + 4 * len(counts) + 8 * total
        for name, count in zip(self._last, counts, strict=True):
            if count:
                end += 8 * count
                (self._last[name],) = struct.unpack_from("<d", payload, end - 8)


def _converse(pipe: Pipe, steps: Steps, answers: Iterator[Any], outputs: Sequence[str]) -> None:
    """Send each answer that the artefact yields, for the step that it was given."""
    form = struct.Struct(f"<{len(outputs)}d")
    for answer in answers:
        token = steps.token
        if token is None:
            when = "after the last step" if steps.ended else "before it had asked for a step"
            raise Failed("output", f"yielded an answer {when}")
        payload = form.pack(*_numbers(answer, outputs))
        steps.token = None
        pipe.send(ANSWER, token + payload)
    if not steps.ended:
        raise Failed("ended", f"returned after {steps.index + 1} steps")


def _numbers(answer: object, outputs: Sequence[str]) -> list[float]:
    """The declared outputs' numbers out of what was yielded."""
    if not isinstance(answer, Mapping):
        raise Failed("output", f"yielded {_short(answer)}, not a mapping of outputs to numbers")
    if answer.keys() != set(outputs):
        raise Failed(
            "output",
            f"yielded {_short(sorted(map(str, answer)))}, where {list(outputs)} is declared",
        )
    return [_number(name, answer[name]) for name in outputs]


def _number(name: str, value: object) -> float:
    if isinstance(value, (str, bytes, bytearray)):
        raise Failed("output", f"yielded {_short(value)} for {name!r}, not a number")
    try:
        number = float(value)  # type: ignore[arg-type]  # whatever has __float__, NumPy's too
    except (TypeError, ValueError, OverflowError):
        raise Failed("output", f"yielded {_short(value)} for {name!r}, not a number") from None
    if math.isinf(number):
        raise Failed(
            "output", f"yielded {number} for {name!r}; a number or nan (unknown) is expected"
        )
    return number


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}…"


def is_library(name: str) -> bool:
    """Whether `import name` means a module of Python itself, or of what is offered."""
    # Python's own tests are importable, but `stdlib_module_names` leaves them out.
    return name in sys.stdlib_module_names or name in (*OFFERED, "__main__", "test")


def _entry(spec: str) -> Callable[[Steps], object]:
    """The artefact's function, its module loaded. What goes wrong here is "import" or "load"."""
    module_name, _, function_name = spec.partition(":")
    sys.path.append(FOLDER)  # the last: what a library imports from Python is Python's own
    importlib.invalidate_caches()
    load = _by_place if is_library(module_name) else importlib.import_module
    function = getattr(load(module_name), function_name, None)
    if function is None:
        raise Failed("load", f"{module_name} has no {function_name!r}")
    if not callable(function):
        raise Failed("load", f"{module_name}.{function_name} is no function")
    return function  # type: ignore[no-any-return]


def _by_place(name: str) -> ModuleType:
    """The artefact's module of that name, beside the library's own."""
    spec = spec_from_file_location(f"artefact_{name}", f"{FOLDER}/{name}.py")
    if spec is None or spec.loader is None:
        raise Failed("load", f"there is no {name}.py")
    module = module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def _trial(pipe: Pipe, config: dict[str, Any], spare: list[bytes]) -> None:
    """Load the artefact and let it answer to the end. Raises `Failed`."""
    stage = "load"
    try:
        run = _entry(config["entry"])
        stage = "crash"
        steps = Steps(pipe, config["inputs"], config["step_ns"])
        answers = run(steps)
        if not hasattr(answers, "__iter__"):
            raise Failed("output", f"{config['entry']} gave {_short(answers)}, not a generator")
        _converse(pipe, steps, iter(answers), config["outputs"])
    except Failed:
        raise
    except MemoryError as error:
        spare.clear()  # nothing could be said otherwise
        raise _as_failure(error, "memory") from None
    except BaseException as error:  # noqa: BLE001 - somebody else's code may raise whatever it likes
        raise _as_failure(error, stage) from None


def _as_failure(error: BaseException, stage: str) -> Failed:
    """The failure that an exception of the artefact's amounts to; its traceback goes to the log."""
    where = _place(error)
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _own(frame.filename)]
    sys.stderr.write("".join(traceback.format_list(frames)))
    sys.stderr.write("".join(traceback.format_exception_only(error)))
    text = f"{type(error).__name__}: {error.msg if isinstance(error, SyntaxError) else error}"
    code = "import" if stage == "load" and isinstance(error, ImportError) else stage
    if _refused_process(error):
        code = "processes"
    elif isinstance(error, OSError) and error.errno == errno.ENOMEM:  # from mmap
        code = "memory"
    elif isinstance(error, SystemExit):
        code = "ended"
    return Failed(code, text.rstrip(": ") + where)


def _refused_process(error: BaseException) -> bool:
    """Whether the filter's EAGAIN, or what Python makes of it for a thread, is what was raised."""
    if isinstance(error, OSError):
        return error.errno == errno.EAGAIN
    return isinstance(error, RuntimeError) and "can't start new thread" in str(error)


def _place(error: BaseException) -> str:
    """Where in the artefact's own files, as " (detector.py line 3)"."""
    if isinstance(error, SyntaxError) and error.filename and _own(error.filename):
        file, line = error.filename, error.lineno
    else:
        frames = traceback.extract_tb(error.__traceback__)
        own = [(frame.filename, frame.lineno) for frame in frames if _own(frame.filename)]
        if not own:
            return ""
        file, line = own[-1]
    return f" ({file.removeprefix(FOLDER).lstrip('/')} line {line})"


def _own(filename: str) -> bool:
    return filename.startswith(f"{FOLDER}/")


def _limit(limits: Mapping[str, float]) -> None:
    """Bound this process, from where it stands now: what is warm is not the artefact's."""
    with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123 - pathlib is not loaded
        pages = int(statm.read().split()[0])
    memory = pages * resource.getpagesize() + int(limits["memory_bytes"])
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu = math.ceil(used.ru_utime + used.ru_stime + limits["cpu_s"]) + 1
    bounds = {
        resource.RLIMIT_AS: (memory, memory),
        resource.RLIMIT_CPU: (cpu, cpu + 1),
        resource.RLIMIT_FSIZE: (int(limits["disk_bytes"]),) * 2,
        resource.RLIMIT_NOFILE: (_OPEN_FILES, _OPEN_FILES),
        resource.RLIMIT_CORE: (0, 0),
        resource.RLIMIT_MEMLOCK: (0, 0),
        resource.RLIMIT_MSGQUEUE: (0, 0),
        resource.RLIMIT_SIGPENDING: (256, 256),
    }
    for what, bound in bounds.items():
        resource.setrlimit(what, bound)


def main(
    arguments: Sequence[str], trial: Callable[[Pipe, dict[str, Any], list[bytes]], None] = _trial
) -> NoReturn:
    """`harness.py INCOMING OUTGOING [MODULE…]`: the pipes, and what to import beforehand.

    `trial` is what there is to be done, told by the configuration; it raises `Failed`.
    """
    pipe = Pipe(int(arguments[0]), int(arguments[1]))
    for name in arguments[2:]:
        importlib.import_module(name)
    pipe.send(READY)
    _, payload = pipe.receive()
    config = json.loads(payload)
    spare = [bytes(_SPARE_BYTES)]
    _limit(config["limits"])
    try:
        trial(pipe, config, spare)
        sys.stdout.flush()
        pipe.send(DONE)
    except Failed as failure:
        pipe.send(FAILED, f"{failure.code}\0{failure.detail}".encode(errors="replace")[:4096])
    while True:  # the host measures, then ends this process
        pipe.receive()


if __name__ == "__main__":
    main(sys.argv[1:])
