"""Post one message, then end: python -m jointlab.mailroom.posting.send, told on standard input.

In this process no connection is made but to addresses that may be posted to: each name is looked
up, and what it leads to is checked, at the moment at which the connection is made. A name that
leads elsewhere a second later, or a service that sends one on, gains nothing.
"""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Collection
from typing import Any

from jointlab.mailroom.posting.addresses import Refused, require_public, understand

TIME_OUT = 10.0  # seconds for each answer


def guard(allowed: Collection[str]) -> list[str]:
    """Have every name that is looked up from now on checked; return the list of those refused."""
    look_up, refused = socket.getaddrinfo, []

    def checked(host: Any, *arguments: Any, **options: Any) -> Any:
        found = look_up(host, *arguments, **options)
        name = host.decode() if isinstance(host, bytes) else str(host)
        for *_kind, place in found:
            try:
                require_public(str(place[0]), name, allowed)
            except Refused as problem:
                refused.append(name)  # apprise takes any error for a failed connection
                raise OSError(problem.why) from problem
        return found

    socket.getaddrinfo = checked
    socket.setdefaulttimeout(TIME_OUT)
    return refused


def post(*, address: str, title: str, body: str, allowed: Collection[str]) -> str:
    """Post it; return what went wrong, "" when nothing did."""
    from apprise import Apprise, AppriseAsset, NotifyFormat

    refused = guard(allowed)
    # No redirects: what a service sends on is not of our choosing.
    posting = Apprise(asset=AppriseAsset(http_redirects=False, async_mode=False))
    if not posting.add(understand(address).url):
        return "unknown"
    if posting.notify(title=title, body=body, body_format=NotifyFormat.TEXT):
        return ""
    return "private" if refused else "connection"


def main() -> int:
    """Do what standard input says; write what went wrong. The address is in no message."""
    problem = post(**json.load(sys.stdin))
    sys.stdout.write(problem)
    return 1 if problem else 0


if __name__ == "__main__":
    sys.exit(main())
