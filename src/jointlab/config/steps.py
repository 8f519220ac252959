"""What is done before the pages are served, each in a process of its own."""

from __future__ import annotations

import os
import sys

import django
from django.db import OperationalError


def prepare() -> None:
    """Bring the tables up to date, as the role that owns them."""
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)


def tell() -> None:
    """Tell the demonstration, as the role that serves pages, and how to sign in to it."""
    from jointlab.demo import story

    story.tell()
    sys.stdout.writelines(f"{line}\n" for line in story.sign_in_lines())


STEPS = {"prepare": prepare, "tell": tell}

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jointlab.config.settings")
    django.setup()
    try:
        STEPS[sys.argv[1]]()
    except OperationalError as failure:
        sys.exit(str(failure).splitlines()[0])
