"""A worker in a process of its own, for tests that kill it: python -m tests.worker URL BACKEND."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Sequence
from smtplib import SMTPServerDisconnected
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class Stuck(BaseEmailBackend):
    """A mail server that never answers; says so on standard output first."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        print("stuck", flush=True)  # noqa: T201 - what the test waits for
        threading.Event().wait()
        return 0


class Refusing(BaseEmailBackend):
    """A mail server that hangs up."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        raise SMTPServerDisconnected


def main(url: str, backend: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import dj_database_url
    import django
    from django.conf import settings

    database: dict[str, Any] = settings.DATABASES["default"]
    database |= {key: value for key, value in dj_database_url.parse(url).items() if key != "ENGINE"}
    settings.EMAIL_BACKEND = backend
    django.setup()

    from jointlab.common.jobs import job, run_worker

    @job("tests.worker.say")
    def say() -> None:
        print("said", flush=True)  # noqa: T201

    run_worker()


if __name__ == "__main__":
    main(*sys.argv[1:])
