"""What a bad artefact does to itself: each attack is run in the sandbox and ends in one clear line."""

import re

import pytest

from tests.trialbench.artefacts.bench import START, STEP, sandboxed, try_out

pytestmark = sandboxed


def told(source: str, code: str, detail: str, **limits: float) -> None:
    """The attack ends with this code and this line, and the platform goes on."""
    failure = try_out(source, **limits).failure
    assert failure is not None
    assert (failure.code, bool(re.search(detail, failure.detail))) == (code, True), failure
    assert "\n" not in str(failure)


HONEST = """
def run(steps):
    for step in steps:
        yield {"y": step.last["x"]}
"""


def step_by(code: str) -> str:
    """An artefact that does `code` at its third step."""
    lines = "".join(f"            {line}\n" for line in code.strip().splitlines())
    return (
        "import os, sys, ctypes, signal, threading, time\n"
        "def run(steps):\n"
        "    for number, step in enumerate(steps):\n"
        "        if number == 2:\n"
        f"{lines}"
        "        yield {'y': 1.0}\n"
    )


@pytest.mark.parametrize(
    ("source", "detail"),
    [
        ("import nowhere", r"No module named 'nowhere' \(detector.py line 1\)"),
        ("import trialbench", r"No module named 'trialbench'"),
        ("import scipy", r"No module named 'scipy'"),
        ("x = 1\ndef run(steps:", r"SyntaxError: .* \(detector.py line 2\)"),
        ("def walk(steps): yield", r"detector has no 'run'"),
        ("run = 3", r"detector.run is no function"),
        ("raise ValueError('a\\n\\x1b[31mb')", r"ValueError: a \?\[31mb \(detector.py line 1\)"),
        ("class E(Exception):\n  def __str__(self): return 1/0\nraise E", ""),
    ],
)
def test_code_that_cannot_be_loaded_fails_at_the_start(source: str, detail: str) -> None:
    failure = try_out(source).failure
    assert failure is not None
    missing = "import" if "No module named" in detail else "load"
    assert failure.code == (missing if detail else "crash")
    assert re.search(detail, failure.detail)


def test_an_exception_is_told_with_its_line_and_the_steps_time() -> None:
    run = try_out(step_by("values = []\nvalues[3]"))
    assert run.failure is not None
    assert run.failure.code == "crash"
    raised = "IndexError: list index out of range (detector.py line 6)"
    assert run.failure.detail == f"in its own words: {raised}"
    assert run.failure.at_ns == START + 2 * STEP
    assert len(run.outputs["y"]) == 2
    assert "values[3]" in run.log


@pytest.mark.parametrize(
    ("deed", "code", "detail"),
    [
        ("os._exit(0)", "ended", "ended its process after 2 steps"),
        ("os._exit(3)", "crash", "ended its process with status 3"),
        ("sys.exit()", "ended", "SystemExit"),
        ("return", "ended", "returned after 3 steps"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "crash", "was killed by SIGKILL"),
        # Its first process is out of its reach, and there is no other.
        ("os.kill(1, signal.SIGKILL)\nos.kill(-1, signal.SIGKILL)", "crash", "No such process"),
        ("ctypes.string_at(0)", "crash", "was killed by SIGSEGV"),
        ("os.abort()", "crash", "was killed by SIGABRT"),
        ("raise KeyboardInterrupt", "crash", "KeyboardInterrupt"),
        ("raise GeneratorExit", "crash", "GeneratorExit"),
        ("def deep(): deep()\ndeep()", "crash", "RecursionError"),
        ("os.execv(sys.executable, ['python', '-c', 'print(1)'])", "ended", "ended its process"),
    ],
)
def test_an_artefact_that_ends_itself_is_told_how(deed: str, code: str, detail: str) -> None:
    told(step_by(deed), code, detail)


@pytest.mark.parametrize(
    "deed",
    [
        "os.fork()",
        "while True: os.fork()",
        "import subprocess; subprocess.run([sys.executable])",
        "os.posix_spawn(sys.executable, ['python'], {})",
        "os.system('true') and os.fork()",
        "import multiprocessing; multiprocessing.Process(target=print).start()",
        "threading.Thread(target=time.sleep, args=(99,)).start()",
        "import concurrent.futures as c; c.ThreadPoolExecutor(4).submit(print)",
    ],
)
def test_it_is_one_process_with_one_thread(deed: str) -> None:
    told(step_by(deed), "processes", "unavailable|can't start new thread")


@pytest.mark.parametrize(
    "deed",
    [
        "held = bytearray(1 << 30)",
        "held = []\nwhile True: held.append(bytes(1 << 20))",
        "import numpy\nheld = numpy.ones(1 << 28)",
        # To the last byte, and kept: nothing is freed on the way out.
        "globals()['held'] = ()\nwhile True: globals()['held'] = (globals()['held'],)",
        "import mmap\nheld = [mmap.mmap(-1, 1 << 26) for _ in range(99)]",
    ],
)
def test_memory_is_bounded(deed: str) -> None:
    why = r"OSError: \[Errno 12\] Cannot allocate memory" if "mmap" in deed else "MemoryError"
    told(step_by(deed), "memory", why)


def test_memory_asked_for_below_python_is_bounded_too() -> None:
    grab = "c = ctypes.CDLL(None)\nc.malloc.restype = ctypes.c_void_p\n"
    told(step_by(grab + "while c.malloc(1 << 20): pass\nctypes.string_at(0)"), "crash", "SIGSEGV")


@pytest.mark.parametrize(
    "deed",
    [
        "with open('/tmp/big', 'wb') as f:\n  while True: f.write(bytes(1 << 20))",
        "for i in range(99):\n  with open(f'/tmp/{i}', 'wb') as f: f.write(bytes(1 << 20))",
        "os.truncate(os.open('/tmp/a', os.O_CREAT | os.O_RDWR), 1 << 40)",
    ],
)
def test_the_disk_is_bounded(deed: str) -> None:
    told(step_by(deed), "crash", r"OSError: \[Errno (27|28)\]", disk_bytes=1 << 22)


def test_a_million_empty_files_are_stopped() -> None:
    told(step_by("for i in range(10**7): os.mkdir(f'/tmp/{i}')"), "memory", "more than 4096 files")


def test_open_files_are_bounded() -> None:
    told(step_by("held = [open('/dev/null') for _ in range(99)]"), "crash", "Too many open files")


DEAF = """
import signal
for number in set(range(1, 65)) - {9, 19, 32, 33}: signal.signal(number, signal.SIG_IGN)
"""


@pytest.mark.parametrize(
    "source",
    [
        "while True: pass",
        "def run(steps):\n  while True: pass\n  yield",
        step_by("while True: pass"),
        "def run(steps):\n  for step in steps: yield {'y': 1.0}\n  while True: pass",
        DEAF + "while True: pass",
    ],
)
def test_a_loop_for_ever_ends_with_the_processor_time(source: str) -> None:
    told(source, "cpu", "used more than 0.2 s of processor time", cpu_s=0.2)


def test_many_steps_share_one_bound_of_processor_time() -> None:
    source = step_by("pass").replace("if number == 2", "for _ in range(10000)")
    run = try_out(source, steps=100_000, cpu_s=0.2)
    assert run.failure is not None
    assert run.failure.code == "cpu"
    assert 0 < len(run.outputs["y"]) < 100_000


@pytest.mark.parametrize(
    "source",
    [
        "import time; time.sleep(99)",
        step_by("time.sleep(99)"),
        step_by("signal.pause()"),
        "import time\ndef run(steps):\n  for step in steps: yield {'y': 1.0}\n  time.sleep(99)",
        step_by("os.read(int(sys.argv[1]), 1)"),
    ],
)
def test_one_that_hangs_ends_with_the_real_time(source: str) -> None:
    told(source, "wall", "not done after 0.3 s", wall_s=0.3)


def test_one_that_answers_late_is_told_at_which_step() -> None:
    run = try_out(step_by("time.sleep(99)"), step_s=0.3)
    assert run.failure is not None
    assert (run.failure.code, run.failure.detail) == ("late", "no answer within 0.3 s")
    assert run.failure.at_ns == START + 2 * STEP


@pytest.mark.parametrize(
    "deed",
    [
        "while True: print('x' * 10000)",
        "while True: os.write(2, bytes(60000))",
        "while True: sys.stderr.write('garbage' * 999)",
    ],
)
def test_gigabytes_of_print_are_cut_off(deed: str) -> None:
    run = try_out(step_by(deed), output_bytes=100_000)
    assert run.failure is not None
    assert (run.failure.code, run.failure.detail) == ("output", "printed more than 100000 bytes")
    assert len(run.log) <= 100_000


@pytest.mark.parametrize(
    ("answer", "detail"),
    [
        ("3", "yielded 3, not a mapping"),
        ("None", "yielded None, not a mapping"),
        ("{}", r"yielded \[\], where \['y'\] is declared"),
        ("{'y': 1, 'z': 2}", r"yielded \['y', 'z'\], where"),
        ("{'z': 1}", r"yielded \['z'\], where"),
        ("{3: 1}", r"yielded \['3'\], where"),
        ("{'y': '1'}", "yielded '1' for 'y', not a number"),
        ("{'y': None}", "yielded None for 'y', not a number"),
        ("{'y': 1j}", "yielded 1j for 'y', not a number"),
        ("{'y': 10**400}", "for 'y', not a number"),
        ("{'y': [1, 2]}", r"yielded \[1, 2\] for 'y', not a number"),
        ("{'y': float('inf')}", "yielded inf for 'y'"),
        ("{'y': 'z' * 10**6}", "…"),
    ],
)
def test_an_answer_that_is_none_is_told(answer: str, detail: str) -> None:
    told(HONEST.replace('{"y": step.last["x"]}', answer), "output", detail)


@pytest.mark.parametrize(
    ("source", "detail"),
    [
        ("def run(steps): return None", "gave None, not a generator"),
        ("def run(steps): return [{'y': 1.0}] * 5", "yielded an answer before it had asked"),
        ("def run(steps):\n  while True: yield {'y': 1.0}", "before it had asked for a step"),
        (
            "def run(steps):\n  for s in steps:\n    yield {'y': 1.0}\n    yield {'y': 2.0}",
            "before",
        ),
        (
            "def run(steps):\n  yield from ({'y': 1.0} for s in steps)\n  yield {'y': 1.0}",
            "after the last",
        ),
        (
            "def run(steps):\n  for s in list(steps): yield {'y': 1.0}",
            "asked for the next step before",
        ),
        (step_by("next(steps)"), "asked for the next step before"),
    ],
)
def test_one_that_answers_out_of_turn_is_told(source: str, detail: str) -> None:
    told(source, "output", detail)


FORGE = """
import struct, sys, os
sys.path.insert(0, "/")
out = int(sys.argv[2])
def message(kind, payload): os.write(out, struct.pack("<BI", kind, len(payload)) + payload)
def run(steps):
    for number, step in enumerate(steps):
        if number == 2:
            DEED
        yield {"y": 1.0}
"""


@pytest.mark.parametrize(
    ("deed", "code", "detail"),
    [
        ("os.write(out, b'garbage' * 1000)", "output", "wrote garbage"),
        ("os.write(out, b'\\xff' * 5)", "output", "wrote garbage"),
        ("message(4, b'x' * 7)", "output", "wrote garbage"),
        ("message(1, b'')", "output", "wrote garbage"),
        ("message(99, b'')", "output", "wrote garbage"),
        ("message(7, b'platform\\0it was not me')", "output", "wrote garbage"),
        ("message(7, b'\\xff\\xfe')", "output", "wrote garbage"),
        ("message(7, b'cpu\\0please retry')", "output", "wrote garbage"),
        ("message(7, b'wall\\0the platform was slow, please retry')", "output", "wrote garbage"),
        ("message(7, b'crash\\0' + b'long\\n' * 800)", "crash", "^in its own words: (long )+"),
        ("message(6, b'')", "ended", "stopped answering after 2 steps"),
        # The right form, at the right time, but for a question that has not been asked.
        ("message(4, bytes(16))", "output", "a question that was not asked yet"),
        ("[message(4, steps.token + bytes(8)) for _ in range(2)]", "output", "not asked yet"),
        ("message(4, steps.token + struct.pack('<d', float('inf')))", "output", "infinite"),
        ("os.closerange(3, 64)\n            while True: pass", "output", "closed its pipe"),
        ("os.close(int(sys.argv[1]))\n            next(steps)", "output", "asked for the next"),
    ],
)
def test_forged_messages_help_nobody(deed: str, code: str, detail: str) -> None:
    told(FORGE.replace("DEED", deed), code, detail)


def test_answers_after_the_last_step_are_told() -> None:
    source = FORGE.replace("DEED", "pass") + "    message(4, bytes(16))\n"
    told(source, "output", "answered after the last step")
