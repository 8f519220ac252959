"""Two acts at the same moment, each in its own thread and on its own connection."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection

from jointlab.common.errors import Refusal


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Return what each act returned, or the Refusal that it met; anything else is raised."""
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return act()
        except Refusal as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def refused(results: list[Any]) -> list[Refusal]:
    """Return those that were refused."""
    return [result for result in results if isinstance(result, Refusal)]
