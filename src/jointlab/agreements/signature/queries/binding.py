"""To what a signature binds a side, in five lines: who, what, until when, money, what ends it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jointlab.agreements.models import Kind, Signature
from jointlab.agreements.text import Commitment, Text, ip, wording
from jointlab.agreements.text.phrases import days, directions, listed, period, raised, renewal
from jointlab.agreements.text.termination import notice_days
from jointlab.common.names import pick


@dataclass(frozen=True)
class Line:
    """A question of whoever signs, and its answer in whole sentences."""

    asked: str
    answers: list[str]


def binding_of(text: Text, signature: Signature, language: str) -> list[Line]:
    """Return what the text binds the signer's side to, in the reader's language, which is in force."""
    side = signature.organisation_id
    return [
        Line(_("Who is bound"), list(_who(text, signature, language))),
        Line(_("What it is about"), list(_what(text, side, language))),
        Line(_("Until when"), list(_period(text, language))),
        Line(_("Money"), list(_money(text, side, language))),
        Line(_("What ends it"), list(_end(text))),
    ]


def _who(text: Text, signature: Signature, language: str) -> Iterator[str]:
    named = {party.organisation: party for party in text.parties}
    own = wording.party_line(named.pop(signature.organisation_id), language)
    others = listed([wording.party_line(party, language) for party in named.values()], language)
    yield _("%(side)s is bound to %(others)s.") % {"side": own, "others": others}
    signers = [row for row in text.signers if row.organisation == signature.organisation_id]
    names = [_named(row.names, row.title, language) for row in signers if not row.witness]
    yield _("For it signs: %(names)s.") % {"names": listed(names, language)}
    if signature.witness:
        yield _("You sign as a witness: you attest the signing and take on nothing.")


def _what(text: Text, side: UUID, language: str) -> Iterator[str]:
    kind = wording.kind_label(text.kind, language)
    about = listed(directions(text, language), language)
    if about:
        yield _("%(kind)s on %(directions)s.") % {"kind": kind, "directions": about}
    else:
        yield _("%(kind)s.") % {"kind": kind}
    owed = sum(duty.organisation == side for duty in text.duties)
    if owed:
        said = ngettext(
            "Your side owes %(count)s obligation with a day of its own.",
            "Your side owes %(count)s obligations, each with its day.",
            owed,
        )
        yield said % {"count": owed}
    else:
        yield _("Your side owes no obligation with a day of its own.")


def _period(text: Text, language: str) -> Iterator[str]:
    yield _("%(period)s.") % {"period": raised(period(text, language))}
    yield renewal(text, language)


def _money(text: Text, side: UUID, language: str) -> Iterator[str]:
    own = [_brought(row, language) for row in text.commitments if row.organisation == side]
    theirs = [_brought(row, language) for row in text.commitments if row.organisation != side]
    if own:
        yield _("Your side brings: %(what)s.") % {"what": _all(own)}
    else:
        yield _("Your side commits no money and nothing else.")
    if theirs:
        yield _("The other side brings: %(what)s.") % {"what": _all(theirs)}
    if text.kind != Kind.CONFIDENTIALITY and text.terms.ip_model:
        yield _("Results: %(model)s.") % {"model": ip.label(text.terms.ip_model)}


def _end(text: Text) -> Iterator[str]:
    if notice := notice_days(text):
        yield _(
            "Each side may terminate it; it then ends %(days)s after the notice at the earliest."
        ) % {"days": days(notice)}
    else:
        yield _("Each side may terminate it on any day.")
    yield _("Until its last day that can be taken back, if the other side agrees.")


def _named(names: Mapping[str, str], title: Mapping[str, str], language: str) -> str:
    name, office = pick(dict(names), language), pick(dict(title), language)
    return _("%(name)s, %(title)s") % {"name": name, "title": office} if office else name


def _brought(row: Commitment, language: str) -> str:
    what, money = pick(dict(row.what), language), wording.amount(row, language)
    return _("%(what)s (%(money)s)") % {"what": what, "money": money} if money else what


def _all(parts: list[str]) -> str:
    return "; ".join(parts)
