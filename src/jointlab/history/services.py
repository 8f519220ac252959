"""Writing history: the last line of every service; and signing its head."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jointlab.common.errors import NotAllowed, NotNow, Refusal
from jointlab.common.events import Event
from jointlab.common.names import Fact
from jointlab.history import checkpoints, dsse, events
from jointlab.history.chain import canonical, digest
from jointlab.history.checkpoints import Head
from jointlab.history.models import Checkpoint, Entry, Signature


class Actor(Protocol):
    """A person, or an organisation on whose behalf one acts, as far as history knows one."""

    pk: Any

    def as_fact(self) -> Fact: ...  # noqa: D102


@transaction.atomic(durable=False)
def record(event: Event | str, *, chain: UUID, by: Actor | None, **facts: Any) -> None:
    """Append one entry to the chain, in the transaction of the change.

    Call it last: from here until the transaction ends, nobody else can write to that chain.
    `facts` are strings, whole numbers, days, moments, lists and dictionaries of them, and rows
    with `as_fact()`; only what everybody who may read the chain may know.
    """
    if by is not None:
        facts["actor"] = by
    Entry.objects.create(
        chain=chain,
        event=event if isinstance(event, str) else event.name,
        actor=by.pk if by else None,
        record=canonical(facts),
    )


@transaction.atomic
def sign_checkpoint(
    *,
    by: Actor,
    chain: UUID,
    organisation: Actor,
    sides: Collection[UUID],
    number: int,
    sha256: str,
) -> Checkpoint:
    """Sign, for the organisation, that the chain's head was that entry with that hash.

    The first side to sign proposes; each other one of `sides` signs the same head. What the
    person read is signed, also when the chain has grown since.
    """
    if organisation.pk not in sides:
        raise NotAllowed(_("Only the organisations whose history this is can sign it."))
    _hold(chain)
    head = _head(chain, number, sha256)
    _check_turn(head, organisation.pk)
    checkpoint, _created = Checkpoint.objects.get_or_create(
        chain=chain, number=number, defaults={"hash": head.hash}
    )
    key = dsse.organisation_key(settings.HOME.keys, organisation.pk)
    envelope = checkpoints.sign(head, key, organisation=organisation, person=by, at=timezone.now())
    Signature.objects.create(checkpoint=checkpoint, organisation=organisation.pk, envelope=envelope)
    record(
        events.CHECKPOINT_SIGNED,
        chain=chain,
        by=by,
        organisation=organisation,
        number=number,
        hash=sha256,
        key=dsse.key_id(key.public_key()),
    )
    return checkpoint


def _hold(chain: UUID) -> None:
    """Let nobody else write to the chain until this transaction ends: the trigger's own lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s::text, 0))", [str(chain)])


def _head(chain: UUID, number: int, sha256: str) -> Head:
    """Return the head if the chain contains exactly it."""
    entry = Entry.objects.filter(chain=chain, number=number).first()
    if entry is None or entry.link.hash.hex() != sha256 or digest(entry.link) != entry.link.hash:
        raise Refusal(
            _("The chain does not contain this head any more. Do not sign; have it verified.")
        )
    return Head(chain, number, entry.link.hash)


def _check_turn(head: Head, organisation: UUID) -> None:
    """Refuse what was signed already, or is not the checkpoint whose turn it is."""
    last = Checkpoint.objects.filter(chain=head.chain).order_by("-number").first()
    if last is None:
        return
    signed = last.signatures.filter(organisation=organisation).exists()
    if head.number < last.number:
        raise NotNow(_("There is a newer checkpoint. Sign that one."))
    if head.number == last.number:
        if signed:
            raise NotNow(_("Your organisation has signed this checkpoint already."))
        if bytes(last.hash) != head.hash:
            raise Refusal(
                _("The chain does not contain this head any more. Do not sign; have it verified.")
            )
    elif not signed:
        raise NotNow(_("Another side has signed an earlier head. Sign that one first."))
    elif (
        not Entry.objects.filter(chain=head.chain, number__gt=last.number, number__lte=head.number)
        .exclude(event=events.CHECKPOINT_SIGNED.name)
        .exists()
    ):
        raise NotNow(_("Nothing has happened since the last checkpoint."))
