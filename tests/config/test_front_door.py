"""The front door: half-sent requests, and what reaches the application of whole ones."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from typing import Any, NamedTuple

import pytest

from tests.config.answering import LARGE
from tests.config.running import free_port, until

PATIENCE = 60.0


class Answer(NamedTuple):
    status: int
    lengths: list[str] | None
    body: bytes


class Server:
    def __init__(self, port: int) -> None:
        self.port = port

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        named = {name.replace("__", "-"): value for name, value in headers.items()}
        opened = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        with closing(opened) as connection:
            connection.request(method, path, body, named)
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers.get_all("X-Length"), answer.read())

    def told(self, *request: Any, **headers: str) -> dict[str, str]:
        told: dict[str, str] = json.loads(self.ask(*request, **headers).body)
        return told

    def send(self, text: str) -> socket.socket:
        opened = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
        opened.sendall(text.encode())
        return opened


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    port = free_port()
    line = [sys.executable, "-m", "jointlab.config.web_server", "--host=127.0.0.1"]
    line += [f"--port={port}", "--workers=1", "tests.config.answering:application"]
    with subprocess.Popen(line) as process:

        def answers() -> bool:
            try:
                return Server(port).ask("GET", "/health").status == 200
            except OSError:
                return False

        try:
            until(answers, "an answer")
            yield Server(port)
        finally:
            process.terminate()


def half_sent(path: str = "/en/") -> str:
    return f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nhalf"


def test_the_application_is_told_the_request_as_it_was_sent(server: Server) -> None:
    told = server.told("POST", "/%ED%95%9C/?a=%20b", "typed", X__Forwarded__For="192.0.2.1")
    assert told["PATH_INFO"].encode("latin-1").decode() == "/한/"
    assert (told["QUERY_STRING"], told["REQUEST_METHOD"]) == ("a=%20b", "POST")
    assert (told["body"], told["CONTENT_LENGTH"]) == ("typed", "5")
    assert (told["REMOTE_ADDR"], told["SERVER_PORT"]) == ("127.0.0.1", str(server.port))
    assert told["HTTP_HOST"] == f"127.0.0.1:{server.port}"
    assert told["HTTP_X_FORWARDED_FOR"] == "192.0.2.1"


def test_a_header_by_another_name_does_not_pass_for_the_proxys(server: Server) -> None:
    told = server.told("GET", "/", X_Forwarded_For="192.0.2.1", X_Forwarded_Proto="https")
    assert not [name for name in told if name.startswith("HTTP_X_FORWARDED")]


def test_a_large_answer_comes_whole_and_with_every_header(server: Server) -> None:
    answer = server.ask("GET", "/large")
    assert answer.lengths == ["1", "2"]
    assert len(answer.body) == LARGE


@pytest.mark.parametrize(
    ("head", "status"),
    [("Content-Length: 99999999", 413), ("Transfer-Encoding: chunked", 411)],
)
def test_a_body_that_is_too_large_or_of_no_said_length_is_turned_away(
    server: Server, head: str, status: int
) -> None:
    with server.send(f"POST /half HTTP/1.1\r\nHost: localhost\r\n{head}\r\n\r\n") as sent:
        assert sent.recv(100).startswith(f"HTTP/1.1 {status} ".encode())
    assert "/half" not in server.told("GET", "/")["seen"]


def test_half_a_body_is_never_taken_for_a_whole_one(server: Server) -> None:
    with server.send(half_sent("/half")) as sent:
        sent.shutdown(socket.SHUT_WR)
        assert sent.recv(12) in (b"HTTP/1.1 400", b"HTTP/1.1 408", b"")
    assert "/half" not in server.told("GET", "/")["seen"]


def test_half_sent_bodies_stop_nobody_else_and_are_turned_away(server: Server) -> None:
    with ExitStack() as all_of_them:
        dawdling = [all_of_them.enter_context(server.send(half_sent())) for _ in range(40)]
        assert server.ask("GET", "/health").status == 200
        assert server.told("POST", "/", "whole")["body"] == "whole"
        assert [one.recv(12) for one in dawdling] == [b"HTTP/1.1 408"] * 40


def test_health_is_answered_while_every_thread_is_busy(server: Server) -> None:
    with ExitStack() as all_of_them:
        for _ in range(8):
            asked = server.send("GET /busy HTTP/1.1\r\nHost: localhost\r\n\r\n")
            all_of_them.enter_context(asked)
        assert server.ask("GET", "/health?release").status == 200
