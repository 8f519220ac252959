"""The web server's process: granian, told here what its command line would ask for.

That command line looks for the application in the folder in which it was typed, before anywhere
else: a file whitenoise.py there would be run. Here nothing is looked for: the module is imported
by its name, from where the platform is installed.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib import import_module
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

BLOCKING_THREADS = 4  # a worker's; each answers one request at a time


def load(target: str) -> Callable[..., Any]:
    """Return what the target names, MODULE:NAME."""
    module, _, name = target.partition(":")
    loaded: Callable[..., Any] = getattr(import_module(module), name)
    return loaded


def main() -> None:
    """Serve until a signal ends it; a worker that died is replaced alone."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--workers", type=int, required=True)
    arguments = parser.parse_args()
    Granian(
        "jointlab.config.wsgi:application",
        address=arguments.host,
        port=arguments.port,
        interface=Interfaces.WSGI,
        workers=arguments.workers,
        blocking_threads=BLOCKING_THREADS,
        workers_kill_timeout=5,
        respawn_failed_workers=True,
        log_level=LogLevels.warning,
    ).serve(target_loader=load)


if __name__ == "__main__":
    main()
