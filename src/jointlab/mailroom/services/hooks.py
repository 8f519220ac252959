"""Other services where somebody is told that something waits: added, removed, posted to.

What is posted is one sentence and the address of the desk; who wants to know more signs in.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from jointlab.common import mail
from jointlab.common.errors import Refusal
from jointlab.common.jobs import defer_once
from jointlab.common.rows import get_visible, lock
from jointlab.history.services import record
from jointlab.mailroom import events
from jointlab.mailroom.access import hooks_visible_to
from jointlab.mailroom.models import Hook
from jointlab.mailroom.posting.addresses import SERVICES, Refused, understand
from jointlab.parties.models import Person

MOST = 5
PAUSE = 60  # seconds in which several letters are one message
PATIENCE = 60  # seconds that a message may take
PASSED_ON = ("PATH", "HTTPS_PROXY", "https_proxy", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")
PROBLEMS = {
    "private": "the host has an address of a private network",
    "unknown": "the service's address is incomplete: copy it anew",
    "connection": "the service could not be reached, or refused the message",
}


class NotPosted(Exception):  # noqa: N818
    """A message did not go out."""


@transaction.atomic
def add_hook(*, by: Person, address: str) -> Hook:
    """Have the person told there, too; a first message is sent at once."""
    lock(by)
    if hooks_visible_to(by).count() >= MOST:
        raise Refusal(
            _("At most %(most)s services are notified. Remove one first.") % {"most": MOST}
        )
    try:
        known = understand(address)
    except Refused as refused:
        raise Refusal(_why_refused(refused.why)) from refused
    hook = Hook.objects.create(person=by, service=known.service, sealed=_seal(known.url))
    record(events.HOOK_ADDED, chain=by.pk, by=by, person=by, service=SERVICES[hook.service])
    ring_hook(hook, seconds=0)
    return hook


@transaction.atomic
def remove_hook(*, by: Person, hook: Hook) -> None:
    """Tell the person there no more."""
    row = get_visible(hooks_visible_to(by).select_for_update(no_key=True), pk=hook.pk)
    record(events.HOOK_REMOVED, chain=by.pk, by=by, person=by, service=SERVICES[row.service])
    row.delete()


def ring_hooks_of(person: Person) -> None:
    """Have it said elsewhere that something waits: once for what comes within a minute."""
    for hook in Hook.objects.filter(person=person):
        ring_hook(hook, seconds=PAUSE)


def ring_hook(hook: Hook, *, seconds: int) -> None:
    """Queue the message."""
    defer_once("mailroom.ring", f"hook {hook.pk}", seconds=seconds, hook=str(hook.pk))


def ring(*, hook: str) -> None:
    """Post the message: the worker's part. The process that does so holds no secret but the address."""
    row = Hook.objects.filter(pk=hook).select_related("person").first()
    if row is None or not row.person.is_active:
        return
    with translation.override(row.person.language):
        body = _("Something waits for you:")
    body = f"{body}\n{mail.link('desk:desk', row.person.language)}"
    told = {
        "address": _open(row.sealed),
        "title": "JointLab",
        "body": body,
        "allowed": settings.HOOK_HOSTS,
    }
    _post(json.dumps(told))
    Hook.objects.filter(pk=row.pk).update(sent_at=timezone.now())


def _post(told: str) -> None:
    line = [sys.executable, "-P", "-m", "jointlab.mailroom.posting.send"]
    passed_on = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    try:
        done = subprocess.run(
            line,
            input=told,
            env=passed_on,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NotPosted(PROBLEMS["connection"]) from None
    if done.returncode:
        raise NotPosted(PROBLEMS.get(done.stdout, "the message could not be made"))


def _why_refused(why: str) -> str:
    if why == "options":
        return _(
            "Remove the options after the question mark; only those of the service itself are allowed."
        )
    return _("This is not an address of one of the services below. Copy it from the service anew.")


def _key() -> Fernet:
    digest = salted_hmac("jointlab.hooks", "address", algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(digest))


def _seal(url: str) -> str:
    return _key().encrypt(url.encode()).decode()


def _open(sealed: str) -> str:
    try:
        return _key().decrypt(sealed.encode()).decode()
    except InvalidToken:
        problem = "the instance has another secret key: enter the address anew"
        raise NotPosted(problem) from None
