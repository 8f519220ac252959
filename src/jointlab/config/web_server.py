"""The web server's process: granian, told here what its command line would ask for.

That command line looks for the application in the folder in which it was typed, before anywhere
else: a file whitenoise.py there would be run. Here nothing is looked for: the module is imported
by its name, from where the platform is installed.
"""

from __future__ import annotations

import argparse
from importlib import import_module
from typing import Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces, Loops
from granian.http import HTTP1Settings
from granian.log import LogLevels

from jointlab.config.front_door import FrontDoor

HEADERS_TIMEOUT = 10_000  # milliseconds until a request's headers must be there
BACKPRESSURE = 256  # requests at one time, in a worker; more wait to be accepted


def load(target: str) -> Any:  # granian takes it for a function
    """Return what the target names, MODULE:NAME, behind the front door."""
    module, _, name = target.partition(":")
    return FrontDoor(getattr(import_module(module), name))


def main() -> None:
    """Serve until a signal ends it; a worker that died is replaced alone."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--workers", type=int, required=True)
    parser.add_argument("application", nargs="?", default="jointlab.config.wsgi:application")
    arguments = parser.parse_args()
    Granian(
        arguments.application,
        address=arguments.host,
        port=arguments.port,
        interface=Interfaces.RSGI,
        loop=Loops.asyncio,
        workers=arguments.workers,
        backpressure=BACKPRESSURE,
        websockets=False,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADERS_TIMEOUT),
        workers_kill_timeout=5,
        respawn_failed_workers=True,
        log_level=LogLevels.warning,
    ).serve(target_loader=load)


if __name__ == "__main__":
    main()
