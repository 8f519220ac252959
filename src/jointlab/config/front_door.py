"""The front door: a request is taken in whole, in time and within a size, before work begins on it.

The web server offers no time-out for a body, and would keep one of its few threads waiting for it:
a handful of senders who stop half-way would stop everything. Here a body costs a thread nothing
until it has arrived, whoever dawdles is sent away, and `/health` has a thread of its own.

It takes requests by RSGI, granian's own interface, and hands them to a WSGI application.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import IO, Any, Protocol
from wsgiref.util import FileWrapper

THREADS = 4  # of a worker, each answering one request at a time
MOST_BYTES = 64 * 1024 * 1024  # of a body; what a room takes in is less, and its own to say
MOST_BODIES = 100  # arriving at one time
MEMORY = 256 * 1024  # bytes of a body, or of an answer, that are kept in memory
GRACE = 20.0  # seconds until a body must be there, and with each SLOWEST bytes one more
SLOWEST = 16 * 1024
HEALTH = "/health"

Headers = list[tuple[str, str]]
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Connection(Protocol):
    """What granian gives: the body to come, and the ways to answer."""

    def __aiter__(self) -> AsyncIterator[bytes]: ...
    def response_bytes(self, status: int, headers: Headers, body: bytes) -> None: ...  # noqa: D102
    def response_stream(self, status: int, headers: Headers) -> Any: ...  # noqa: D102


class TurnedAway(Exception):  # noqa: N818
    """The request is not taken in: a status, and a line for whoever sent it."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


class FrontDoor:
    """An RSGI application before a WSGI one."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.threads = ThreadPoolExecutor(THREADS, "request")
        self.for_health = ThreadPoolExecutor(1, "health")
        self.arriving = 0

    async def __rsgi__(self, scope: Any, connection: Connection) -> None:
        """Take the request in, then have it answered in a thread."""
        loop = asyncio.get_running_loop()
        with tempfile.SpooledTemporaryFile(max_size=MEMORY) as body:
            try:
                length = await self._take_in(scope, connection, body)
            except TurnedAway as answer:
                headers = [("content-type", "text/plain"), ("connection", "close")]
                connection.response_bytes(answer.status, headers, f"{answer.reason}\n".encode())
                return
            environ = _environ(scope, body, length)
            threads = self.for_health if scope.path == HEALTH else self.threads
            await loop.run_in_executor(threads, self._answer, environ, connection, loop)

    async def _take_in(self, scope: Any, connection: Connection, body: IO[bytes]) -> int:
        """Write the body to the file; return its length."""
        if "transfer-encoding" in scope.headers:
            raise TurnedAway(411, "say how long the body is: half of it would pass for the whole")
        said = scope.headers.get("content-length", "0")
        if int(said) > MOST_BYTES:
            raise TurnedAway(413, "too large")
        if self.arriving >= MOST_BODIES:
            raise TurnedAway(503, "too many are sending at once: try again")
        self.arriving += 1
        try:
            length = await _receive(aiter(connection), body)
        finally:
            self.arriving -= 1
        if length != int(said):
            raise TurnedAway(400, "the request broke off")
        return length

    def _answer(
        self, environ: dict[str, Any], connection: Connection, loop: asyncio.AbstractEventLoop
    ) -> None:
        """Call the application and pass on what it answers: in one piece where that is small."""
        started: list[tuple[int, Headers]] = []

        def start(status: str, headers: Headers, _: Any = None) -> None:
            started.append((int(status.split(" ", 1)[0]), headers))

        answer = self.application(environ, start)
        try:
            pieces = iter(answer)
            first, ended = _gather(pieces)
            status, headers = started[-1]
            if ended:
                loop.call_soon_threadsafe(connection.response_bytes, status, headers, first)
                return
            _stream(connection.response_stream(status, headers), first, pieces, loop)
        finally:
            if close := getattr(answer, "close", None):
                close()


async def _receive(chunks: AsyncIterator[bytes], body: IO[bytes]) -> int:
    """Write the chunks to the file; refuse what comes too slowly."""
    loop, length = asyncio.get_running_loop(), 0
    deadline = loop.time() + GRACE
    while True:
        coming = asyncio.ensure_future(_next(chunks))
        patience = deadline + length / SLOWEST - loop.time()
        # What granian promises cannot be cancelled: it is left to end with the connection.
        await asyncio.wait({coming}, timeout=max(0.0, patience))
        if not coming.done():
            raise TurnedAway(408, "the request came too slowly")
        chunk = coming.result()
        if chunk is None:
            raise TurnedAway(400, "the request broke off")
        if not chunk:
            body.seek(0)
            return length
        length += len(chunk)
        body.write(chunk)


async def _next(chunks: AsyncIterator[bytes]) -> bytes | None:
    """Return what comes next; nothing at the end, None where whoever sent it has gone."""
    try:
        return await anext(chunks, b"")
    except Exception:  # noqa: BLE001 - granian's own kinds
        return None


def _gather(pieces: Iterable[bytes]) -> tuple[bytes, bool]:
    """Return the beginning of an answer, and whether it is all of it."""
    found = bytearray()
    for piece in pieces:
        found += piece
        if len(found) > MEMORY:
            return bytes(found), False
    return bytes(found), True


def _stream(
    transport: Any, first: bytes, pieces: Iterable[bytes], loop: asyncio.AbstractEventLoop
) -> None:
    """Send an answer piece by piece, as fast as it is read; who stops reading gets no more."""

    async def send(piece: bytes) -> None:
        await transport.send_bytes(piece)

    for piece in chain([first], pieces):
        sending = asyncio.run_coroutine_threadsafe(send(piece), loop)
        try:
            sending.result(GRACE)
        except Exception:  # noqa: BLE001 - whoever asked has gone, or has stopped reading
            return


def _environ(scope: Any, body: IO[bytes], length: int) -> dict[str, Any]:
    """Return the request as PEP 3333 has it."""
    name, _, port = scope.server.rpartition(":")
    environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": name.strip("[]"),
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "CONTENT_LENGTH": str(length),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": lambda file, _=0: FileWrapper(file, MEMORY),
    }
    for header, value in scope.headers.items():
        if "_" in header or header in ("content-length", "transfer-encoding"):
            continue  # X_Forwarded_For is not X-Forwarded-For
        variable = "CONTENT_TYPE" if header == "content-type" else _variable(header)
        joint = ";" if header == "cookie" else ","
        known = environ.get(variable)
        environ[variable] = f"{known}{joint}{value}" if known else value
    if scope.authority and "HTTP_HOST" not in environ:  # HTTP/2
        environ["HTTP_HOST"] = scope.authority
    return environ


def _variable(header: str) -> str:
    return f"HTTP_{header.upper().replace('-', '_')}"
