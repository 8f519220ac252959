"""Keeping a text as the next version of an agreement: what every edit ends in.

Two people may edit two parts from the same version, and both edits stand. Whoever edits a part that
somebody else changed meanwhile is told, with the latest version, and nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jointlab.agreements import events, letters
from jointlab.agreements.access import POLICY, versions_visible_to
from jointlab.agreements.models import Agreement, Version
from jointlab.agreements.negotiation.queries.texts import latest_version
from jointlab.agreements.text import Clause, Text
from jointlab.agreements.text.in_step import Behind, behind_after
from jointlab.agreements.text.limits import require_bounds
from jointlab.common.errors import Changed, Refusal
from jointlab.common.events import Event
from jointlab.common.letters import send
from jointlab.common.names import COLUMN, tidy
from jointlab.common.rows import check, lock
from jointlab.history.services import record
from jointlab.parties.models import Membership, Person

CONFIRMED = "confirmed"  # the part of a version that changes no word


def keep_version(
    agreement: Agreement, own: Membership, text: Text, part: str, behind: Behind | None = None
) -> Version:
    """Keep the text as the latest version of the locked agreement; refuse what is too large."""
    require_bounds(text)
    agreement.latest += 1
    agreement.repeat(text.terms)
    for language, column in COLUMN.items():
        setattr(agreement, column, text.names.get(language, ""))
    check(agreement, [*COLUMN.values()])
    agreement.save()
    return Version.objects.create(
        agreement=agreement,
        number=agreement.latest,
        content=text.as_json(),
        sha256=text.sha256,
        by=own.person,
        organisation=own.organisation,
        part=part,
        behind=behind or {},
    )


def tidied_words(words: Mapping[str, str]) -> dict[str, str]:
    """Return a name by language as it is kept: tidied, without the languages that say nothing."""
    kept = {language: tidy(said) for language, said in words.items()}
    return {language: said for language, said in kept.items() if said}


def names_from(words: Mapping[str, str]) -> dict[str, str]:
    """Return an agreement's names as they are kept; Refusal when there is none in English."""
    names = tidied_words(words)
    if not names.get("en"):
        raise Refusal(_("Enter at least an English name."))
    return names


@transaction.atomic
def revise(
    by: Person,
    agreement: Agreement,
    base: int,
    part: str,
    *,
    of: Callable[[Text], Any],
    change: Callable[[Text], Text],
    clause: str = "",
    confirmed: Sequence[str] = (),
) -> Version:
    """Keep the changed text, if what `of` gives is still what it was in the version `base`.

    Nothing is kept when nothing changes. The approvals of the version before are void with it.
    `confirmed` is where, by word of whoever edits, every language says the same now.
    """
    agreement = lock(agreement)
    own = POLICY.require(by, "edit", agreement)
    latest = latest_version(agreement)
    read: Version | None = latest
    if base != latest.number:
        read = versions_visible_to(by, agreement).filter(number=base).first()
    if read is None or of(read.text) != of(latest.text):
        raise Changed(_("Somebody else changed this meanwhile. Compare, then save again."), latest)
    text = change(latest.text)
    left = behind_after(latest.text, text, latest.behind)
    behind = behind_after(latest.text, text, latest.behind, confirmed) if confirmed else left
    if text == latest.text and behind == latest.behind:
        return latest
    voided = [approval.organisation for approval in _approvals(latest)]
    said = part if text != latest.text else CONFIRMED
    version = keep_version(agreement, own, text, said, behind)
    facts = {"part": part, "clause": _heading(text, latest.text, clause)}
    if text != latest.text:
        _record(events.TEXT_CHANGED, by, agreement, version, **facts, voided=voided)
        if agreement.is_sent:  # before, whoever writes it works on it as they please
            send(letters.EDITED, agreement, by=by)
    if behind != left:
        _record(events.LANGUAGES_CONFIRMED, by, agreement, version, **facts)
    return version


def _record(event: Event, by: Person, agreement: Agreement, version: Version, **facts: Any) -> None:
    record(
        event,
        chain=agreement.chain,
        by=by,
        agreement=agreement,
        version=version.number,
        sha256=version.sha256,
        **facts,
    )


def _approvals(version: Version) -> Any:
    return version.approvals.select_related("organisation").order_by("at")


def _heading(text: Text, before: Text, clause: str) -> Mapping[str, str] | None:
    for version in (text, before):
        if found := clause_of(version, clause):
            return dict(found.heading)
    return None


def clause_of(text: Text, clause: str) -> Clause | None:
    """Return the clause with that id; None where there is none."""
    return next((each for each in text.clauses if each.id == clause), None)
