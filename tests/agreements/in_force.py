"""Agreements in force, made by rows and come_into_force: how they are signed is another test's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.core import mail
from django.core.mail import EmailMessage
from django.db.models import QuerySet
from django.utils import timezone

from jointlab.agreements.force.services import clock
from jointlab.agreements.force.services.ending import give_notice_of_end, terminate_agreement
from jointlab.agreements.force.services.life import come_into_force
from jointlab.agreements.models import Agreement, State, Version
from jointlab.agreements.text import Duty
from jointlab.history.models import Entry
from jointlab.obligations.models import Due, Obligation
from jointlab.obligations.services import reminders
from jointlab.parties.models import Organisation
from tests.agreements.make import make_agreement, text_of
from tests.cast import Cast
from tests.days import on
from tests.jobs import run_jobs
from tests.signing.make import PIN, make_certificate


def day(offset: int) -> date:
    """Return the day so many days from today."""
    return timezone.localdate() + timedelta(days=offset)


def duty(
    side: Organisation, due: date, every: str = "once", *, key: str = "report", what: str = "Report"
) -> Duty:
    """Return something that a side owes."""
    words = {"en": what, "zh-hans": f"{what} 报告", "ko": f"{what} 보고서"}
    return Duty(id=key, organisation=side.pk, what=words, due=due, every=every)


def sign_by_rows(
    cast: Cast,
    agreement: Agreement,
    *,
    duties: Sequence[Duty] = (),
    by: str = "general_manager",
    **terms: Any,
) -> Agreement:
    """Let a draft be signed with these duties and terms, by somebody who may be a witness."""
    text = text_of(agreement)
    said = {"ip_model": "lambert-2", "governing_law": "CN", "termination_notice_days": 0}
    given = said | terms
    text = replace(text, duties=tuple(duties), terms=replace(text.terms, **given))
    agreement.latest += 1
    agreement.state, agreement.signed_at = State.SIGNED, timezone.now()
    agreement.repeat(text.terms)
    Version.objects.create(
        agreement=agreement,
        number=agreement.latest,
        content=text.as_json(),
        sha256=text.sha256,
        by=cast.people[by],
        organisation_id=text.parties[0].organisation,
        part="terms",
    )
    agreement.save()
    come_into_force(by=cast.people[by], agreement=agreement)
    return Agreement.objects.get(pk=agreement.pk)


def make_in_force(
    cast: Cast,
    *,
    duties: Sequence[Duty] = (),
    signer: str = "general_manager",
    terms: dict[str, Any] | None = None,
    **more: Any,
) -> Agreement:
    """Return an agreement that was signed; `terms` are further ones of the text."""
    draft = make_agreement(cast, **more)
    return sign_by_rows(cast, draft, duties=duties, by=signer, **(terms or {}))


def make_foreign(cast: Cast) -> Agreement:
    """Return one of the other partnership, where its university owes a report."""
    return make_in_force(
        cast,
        by="other_office",
        signer="other_manager",
        partnership=cast.other_partnership,
        duties=[duty(cast.other_university, day(20))],
    )


def terminate(
    cast: Cast, agreement: Agreement, by: str = "general_manager", **more: Any
) -> Agreement:
    """Have it terminated, thirty days from today, by a signatory who has just read its page."""
    person, agreement = cast.people[by], Agreement.objects.get(pk=agreement.pk)
    if not person.certificates.filter(revoked_at=None).exists():
        make_certificate(person)
    given = {"on": day(30), "reason": "It is over.", "pin": PIN, "ends_on": agreement.ends_on}
    return terminate_agreement(by=person, agreement=agreement, **given | more)


def let_end(
    cast: Cast,
    agreement: Agreement,
    by: str = "university_office",
    *,
    ends_on: date | None = None,
) -> Agreement:
    """Have notice given that it does not go on, by somebody who has just read its page."""
    read = ends_on or agreement.ends_on
    return give_notice_of_end(by=cast.people[by], agreement=agreement, ends_on=read)


def dues_of(agreement: Agreement) -> list[Due]:
    """Return what falls due by the agreement, the earliest first."""
    rows = all_dues_of(agreement).select_related("obligation__partnership")
    return list(rows.order_by("due_on", "pk"))


def all_dues_of(agreement: Agreement) -> QuerySet[Due]:
    """Return what falls due by the agreement, to change it behind the services' back."""
    return Due.objects.filter(subject=agreement.pk)


def obligations_of(agreement: Agreement) -> QuerySet[Obligation]:
    """Return what is owed by the agreement, to change it behind the services' back."""
    return Obligation.objects.filter(subject=agreement.pk)


def obligation_of(agreement: Agreement, key: str = "report") -> Obligation:
    """Return an obligation by its id in the text."""
    return obligations_of(agreement).select_related("partnership").get(key=key)


def told(agreement: Agreement, event: str) -> list[Entry]:
    """Return what history says of that kind in the agreement's partnership."""
    rows = Entry.objects.filter(chain=agreement.partnership_id, event=event)
    return list(rows.order_by("number"))


def pass_day(offset: int) -> list[EmailMessage]:
    """Let the clocks run on that day, those of agreements first; return the letters that they sent."""
    mail.outbox.clear()
    with on(day(offset)):
        clock.pass_day()
        reminders.pass_day()
        run_jobs()
    return list(mail.outbox)
