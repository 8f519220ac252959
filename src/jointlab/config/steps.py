"""What is done before the pages are served, each in a process of its own."""

from __future__ import annotations

import os
import sys

TO_PEOPLE = "\t"
"""A line that begins so is meant for whoever started the instance; the others are its log."""


def prepare() -> None:
    """Bring the tables up to date, as the role that owns them."""
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)


def tell() -> None:
    """Tell the demonstration, as the role that serves pages, and how to sign in to it."""
    import jointlab.demo.story as story

    story.tell(progress=_say)
    for line in story.sign_in_lines():
        _say(line)


def _say(line: str) -> None:
    sys.stdout.write(f"{TO_PEOPLE}{line}\n")
    sys.stdout.flush()


STEPS = {"prepare": prepare, "tell": tell}


def main(step: str) -> None:
    """Do the step, if the database answers."""
    import django  # not at the top: TO_PEOPLE is read where neither is needed
    import psycopg

    try:
        psycopg.connect(os.environ["DATABASE_URL"], connect_timeout=10).close()
    except psycopg.OperationalError as failure:
        sys.exit(str(failure).splitlines()[0])
    django.setup()
    STEPS[step]()


if __name__ == "__main__":
    main(sys.argv[1])
