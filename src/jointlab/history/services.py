"""Writing history: the last line of every service; signing its head; erasing a person's details."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jointlab.common.errors import NotAllowed, NotNow, Refusal
from jointlab.common.events import Event
from jointlab.common.names import Fact
from jointlab.history import audit, checkpoints, details, dsse, events
from jointlab.history.chain import digest
from jointlab.history.checkpoints import Head
from jointlab.history.examination import Examination
from jointlab.history.models import Check, Checkpoint, Details, Entry, Signature
from jointlab.history.subjects import find, subjects


class Actor(Protocol):
    """A person, or an organisation on whose behalf one acts, as far as history knows one."""

    pk: Any

    def as_fact(self) -> Fact: ...  # noqa: D102


@transaction.atomic(durable=False)
def record(event: Event, *, chain: UUID, by: Actor | None, **facts: Any) -> None:
    """Append one entry to the chain, in the transaction of the change.

    Call it last: from here until the transaction ends, nobody else can write to that chain.
    `facts` are strings, whole numbers, days, moments, lists and dictionaries of them, and rows
    with `as_fact()`; only what everybody who may read the chain may know. Names and texts among
    them lie beside the chain, where they can be erased: see `history.details`.
    """
    if by is not None:
        facts["actor"] = by
    name = event.name
    kept, beside = details.split_details(facts)
    with connection.cursor() as cursor:
        # One statement: while it holds the chain, nobody waits for a second answer.
        cursor.execute(APPEND, [chain, name, by.pk if by else None, kept, beside])


APPEND = """
WITH entry AS (
  INSERT INTO history_entry (chain, number, at, event, actor, record, previous, hash)
  VALUES (%s, 0, now(), %s, %s, %s, '', '') RETURNING id)
INSERT INTO history_details (entry_id, text) SELECT id, %s FROM entry
"""


@dataclass(frozen=True)
class ErasedDetails:
    """What was erased of one chain: that many details of that many entries.

    `left` counts the entries that name the person for good, in the chain itself: they are older than
    the details beside it.
    """

    chain: UUID
    entries: int
    details: int
    left: int


def erase_person(*, by: Any, person: UUID) -> list[ErasedDetails]:
    """Erase a person's details from every chain; return what was found in each.

    Their names go wherever they are named; where an entry is about them, their title, their roles
    and whatever else it tells of them; of their own chain all. What they wrote for their side stays,
    with whose side's act it was. Each chain that loses something says so in an entry of its own,
    in the same transaction: whoever is interrupted begins again, and only the rest is done.
    """
    if not (by.is_active and getattr(by, "is_operator", False)):
        raise NotAllowed(_("Only an operator of this instance erases details."))
    if by.pk == person:
        raise Refusal(
            _("This act is told with your name. Let another operator erase your details.")
        )
    named = Entry.objects.filter(record__contains=str(person)).values_list("chain", flat=True)
    chains = sorted({person, *named})
    return [erased for chain in chains if (erased := _erase(chain, by, person))]


@transaction.atomic
def _erase(chain: UUID, by: Actor, person: UUID) -> ErasedDetails | None:
    """Erase a person's details from one chain; None where there are none."""
    _lock_chain(chain)
    own = chain == person
    entries = Entry.objects.filter(chain=chain).select_related("details")
    lost, left = [], 0
    for entry in entries if own else entries.filter(record__contains=str(person)):
        left += details.names_person_openly(entry.record, person)
        gone = details.details_left(entry.details_text) & set(
            details.details_of_person(entry.record, person, own=own)
        )
        if gone:
            text = details.erase_details(entry.details_text, gone)
            Details.objects.filter(pk=entry.pk).update(text=text)
            lost.append(len(gone))
    if lost:
        told = {"entries": len(lost), "details": sum(lost)}
        record(events.DETAILS_ERASED, chain=chain, by=by, person={"id": str(person)}, **told)
    return ErasedDetails(chain, len(lost), sum(lost), left) if lost or left else None


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
    _lock_chain(chain)
    head = _require_head(chain, number, sha256)
    _require_turn(head, organisation.pk)
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


def _lock_chain(chain: UUID) -> None:
    """Let nobody else write to the chain until this transaction ends: the trigger's own lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s::text, 0))", [str(chain)])


def _require_head(chain: UUID, number: int, sha256: str) -> Head:
    """Return the head if the chain contains exactly it."""
    entry = Entry.objects.filter(chain=chain, number=number).first()
    if entry is None or entry.link.hash.hex() != sha256 or digest(entry.link) != entry.link.hash:
        raise Refusal(
            _("The chain does not contain this head any more. Do not sign; have it verified.")
        )
    return Head(chain, number, entry.link.hash)


def _require_turn(head: Head, organisation: UUID) -> None:
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


def check_every_chain() -> None:
    """Examine every chain, hash by hash and signature by signature, and keep what came out."""
    for subject in subjects():
        keep_examination(audit.examine(subject))


def check_chain(chain: UUID) -> None:
    """Examine that chain, and keep what came out."""
    keep_examination(audit.examine(find(str(chain))))


def keep_examination(found: Examination) -> Check:
    """Keep what came out of examining a chain, for its pages to say."""
    check, _new = Check.objects.update_or_create(
        chain=found.chain,
        defaults={"entries": len(found.hashes), "fault": found.fault, "at": timezone.now()},
    )
    return check
