"""Somebody who signs in a process of their own, for tests that kill it.

python -m tests.agreements.signer DATABASE HOME AGREEMENT PERSON
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any


def main(url: str, home: str, agreement: str, person: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import dj_database_url
    import django
    from django.conf import settings

    from jointlab.config.home import Home

    database: dict[str, Any] = settings.DATABASES["default"]
    database |= {key: value for key, value in dj_database_url.parse(url).items() if key != "ENGINE"}
    settings.HOME = Home(Path(home))  # the keys of the instance whose test it is
    django.setup()

    from jointlab.agreements.models import Agreement
    from jointlab.agreements.signature.services.signatures import sign_here
    from jointlab.parties.models import Person
    from tests.signing.make import PIN

    row = Agreement.objects.get(pk=agreement)
    by = Person.objects.get(pk=person)
    sign_here(by=by, agreement=row, pin=PIN, sha256=row.paper.sha256)
    print("signed", flush=True)  # noqa: T201 - what the test waits for


if __name__ == "__main__":
    main(*sys.argv[1:])
