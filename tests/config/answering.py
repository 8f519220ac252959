"""A WSGI application to be asked over the wire: it says what it was told."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

from jointlab.config import front_door

front_door.GRACE = 0.5  # nobody waits long for a slow sender here
front_door.MOST_BYTES = 1024 * 1024

SEEN: list[str] = []
AT_WORK = threading.Event()
LARGE = 3 * 1024 * 1024


def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """Answer with the request, as JSON; with a large file, or when released."""
    start("200 OK", [("X-Length", "1"), ("X-Length", "2")])
    if environ["PATH_INFO"] == "/large":
        return environ["wsgi.file_wrapper"](BytesIO(b"x" * LARGE), 4096)  # type: ignore[no-any-return]
    if environ["PATH_INFO"] == "/busy":
        AT_WORK.wait(60)
    if environ["QUERY_STRING"] == "release":
        AT_WORK.set()
    SEEN.append(environ["PATH_INFO"])
    said = {name: value for name, value in environ.items() if isinstance(value, str)}
    return [
        json.dumps(
            said | {"seen": " ".join(SEEN), "body": environ["wsgi.input"].read().decode()}
        ).encode()
    ]
