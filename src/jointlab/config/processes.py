"""One process over the database, the web server and the worker: they start, stop and end with it."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from signal import Signals

from jointlab.config import child_processes
from jointlab.config.database import address, is_external
from jointlab.config.environment import Environment
from jointlab.config.home import Home, Unusable
from jointlab.config.locks import LockTaken, hold
from jointlab.config.postgres import EmbeddedServer, Role
from jointlab.config.program import Program, say
from jointlab.config.steps import TO_PEOPLE

GRACE = 8.0  # seconds for an orderly end of the web server and the worker
# Nothing is imported from, or found in, the folder where the command was typed.
PYTHON = (sys.executable, "-P", "-m")
SAFE_FOLDER = "/"
STOPS = (Signals.SIGINT, Signals.SIGTERM, Signals.SIGHUP)


def serve(*, host: str, port: int, verbose: bool = False) -> int:
    """Run an instance until it is told to stop."""
    return _run(Instance(Home.from_environment(), host, port, verbose=verbose))


def demonstrate(*, port: int, data: Path | None, fresh: bool = False, verbose: bool = False) -> int:
    """Run an instance in which the demonstration is told."""
    if is_external():
        raise Unusable("the demonstration has a database of its own: unset DATABASE_URL")
    if data:
        if not data.is_dir():
            raise Unusable(f"{data} is no folder")
        os.environ["JOINTLAB_DATA"] = str(data.absolute())
    os.environ |= {
        "JOINTLAB_DEMONSTRATION": "1",
        "JOINTLAB_ORIGIN": f"http://localhost:{port}",
    }
    return _run(Demonstration(Home.from_environment(), port, verbose=verbose, fresh=fresh))


class Instance:
    """What runs on one home."""

    purpose = "service"
    web_workers = 2

    def __init__(self, home: Home, host: str, port: int, *, verbose: bool) -> None:
        self.home, self.host, self.port, self.verbose = home, host, port, verbose
        os.environ.setdefault("JOINTLAB_ORIGIN", f"http://localhost:{port}")
        self.environment = Environment.read()
        self.origin = self.environment.origin

    def run(self) -> None:
        """Run until something raises: a signal, or what cannot be mended."""
        self.home.make()
        with self._held():
            _check_port(self.host, self.port)
            self.home.close_to_others()
            with self.home.explained():
                self.claim()
                self.home.static.mkdir(exist_ok=True)
            say(f"JointLab starts on {self.home.folder}: the database")
            with self._database() as database:
                self.fill()
                with _stopped_at_the_end(self._web(), self._worker()) as programs:
                    self._watch([*database, *programs])

    def claim(self) -> None:
        """Take the home for this purpose, if nobody has."""
        self.home.claim(self.purpose)

    def fill(self) -> None:
        """Bring the database to what this program expects; no page is served before."""
        self.step("prepare", "the tables", role="owner")

    def step(self, name: str, what: str, *, role: Role = "application") -> None:
        """Do a step in a process of its own, to its end; what it says to people is said at once."""
        say(f"{what} …")
        last: deque[str] = deque(maxlen=1)

        def hear(line: str) -> None:
            last.append(line)
            if self.verbose or line.startswith(TO_PEOPLE):
                say(line.removeprefix(TO_PEOPLE))

        module = [*PYTHON, "jointlab.config.steps", name]
        child = child_processes.Child(
            module, tell=hear, env=self._environment(role), cwd=SAFE_FOLDER
        )
        try:
            code = child.wait()
        except BaseException:
            child.kill()
            raise
        child.drain()
        if code:
            raise Unusable(f"{name}: {last[-1] if last else code}")

    def _environment(self, role: Role = "application") -> dict[str, str]:
        """Return what a child is told. It has one address of the database, and starts none."""
        return os.environ | {
            "JOINTLAB_HOME": str(self.home.folder),
            "JOINTLAB_ORIGIN": self.origin,
            "JOINTLAB_DATA": self.environment.data,
            "JOINTLAB_FONTS": self.environment.fonts,
            "DATABASE_URL": address(role),
            "DJANGO_SETTINGS_MODULE": "jointlab.config.settings",
            "PYTHONUNBUFFERED": "1",
            "PYTHONSAFEPATH": "1",  # for what a child starts in its turn
        }

    def _web(self) -> Program:
        options = {"host": self.host, "port": self.port, "workers": self.web_workers}
        line = [f"--{name}={value}" for name, value in options.items()]
        return self._program("web server", ["jointlab.config.web_server", *line])

    def _worker(self) -> Program:
        return self._program("worker", ["jointlab.config.cli", "worker"])

    def _program(self, name: str, module: list[str]) -> Program:
        environment = self._environment()
        return Program(
            name,
            lambda: child_processes.Child(
                [*PYTHON, *module],
                tell=lambda line: say(f"{name} | {line}"),
                env=environment,
                cwd=SAFE_FOLDER,
            ),
        )

    @contextmanager
    def _held(self) -> Iterator[None]:
        """Hold the home: nobody else runs an instance on it."""
        try:
            with hold(self.home.instance) as lock:
                lock.truncate(0)
                lock.write(f"process {os.getpid()}, {self.origin}")
                lock.flush()
                yield
        except LockTaken as held:
            holder = self.home.instance.read_text()
            raise Unusable(f"JointLab runs on {self.home.folder} already: {holder}") from held

    @contextmanager
    def _database(self) -> Iterator[list[Program]]:
        """Run the embedded database, if there is no other; it is the last to be stopped."""
        if is_external():
            yield []
            return
        with EmbeddedServer(self.home.folder, log=self._hear_database) as server:
            program = Program("database", server.start)
            program.process, program.started = server.process, time.monotonic()
            yield [program]

    def _hear_database(self, line: str) -> None:
        if self.verbose or "PANIC" in line:
            say(f"database | {line}")

    def _watch(self, programs: list[Program]) -> None:
        """Keep them alive; tell the address when it answers."""
        due, told = 0.0, False
        while True:
            for program in programs:
                program.tend()
            if not told and time.monotonic() >= due:
                status = self._status()
                told = 0 < status < 500
                due = time.monotonic() + (5.0 if status else 0.1)  # what fails is not pressed
                if status >= 500:
                    say(f"the web server answers {status}: its last words stand above")
                if told:
                    say(f"JointLab answers at {self.origin} (Ctrl-C stops it)")
            time.sleep(0.1)

    def _status(self) -> int:
        """Return what the web server answers, 0 for nothing yet."""
        connection = http.client.HTTPConnection(_reachable(self.host), self.port, timeout=5)
        try:
            connection.request("GET", "/health", headers={"Host": self._name()})
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()

    def _name(self) -> str:
        """Return a host name that the web server answers to."""
        named = (name for name in self.environment.hosts if not name.startswith(("*", ".")))
        return next(named, "localhost")


class Demonstration(Instance):
    """An instance in which the one story is told."""

    purpose = "demonstration"
    web_workers = 1

    def __init__(self, home: Home, port: int, *, fresh: bool, verbose: bool) -> None:
        super().__init__(home, "127.0.0.1", port, verbose=verbose)
        self.fresh = fresh

    def claim(self) -> None:
        """Refuse a home that serves; remove what is there if that was asked for."""
        if self.home.purpose not in ("", self.purpose):
            raise Unusable(
                f"{self.home.folder} holds an instance that is no demonstration: "
                "name another folder with JOINTLAB_HOME"
            )
        if self.fresh:
            say(f"removing the demonstration's database, files and mail from {self.home.folder}")
            EmbeddedServer(self.home.folder).remove()
            for folder in (self.home.files, self.home.media, self.home.mail):
                if folder.exists():
                    shutil.rmtree(folder)
        super().claim()

    def fill(self) -> None:
        """Tell the story, unless it has been told, and how to sign in."""
        super().fill()
        self.step("tell", "the demonstration")


@contextmanager
def _stopped_at_the_end(*programs: Program) -> Iterator[tuple[Program, ...]]:
    """Stop the programs together, whatever ends the work with them."""
    try:
        yield programs
    finally:
        for program in programs:
            program.stop()
        deadline = time.monotonic() + GRACE
        for program in programs:
            program.finish(deadline)


def _run(instance: Instance) -> int:
    """Run the instance until a signal asks for its end."""
    for number in STOPS:
        if signal.getsignal(number) != signal.SIG_IGN or number != Signals.SIGHUP:  # nohup
            signal.signal(number, _interrupt)
    try:
        instance.run()
    except KeyboardInterrupt:
        say("JointLab has stopped")
    return 0


def _interrupt(*_: object) -> None:
    """End the work once: what is stopping is not to be disturbed."""
    for number in STOPS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def _check_port(host: str, port: int) -> None:
    """Say so now if the address cannot be had."""
    try:
        family, kind, _, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(where)
    except OSError as refused:
        raise Unusable(
            f"{host}:{port} cannot be had ({refused.strerror}): name another with --port"
        ) from refused


def _reachable(host: str) -> str:
    """Return where a server that listens there is reached from here."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
