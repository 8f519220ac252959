"""The text of an agreement as it is, and what it lacks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jointlab.agreements.access import POLICY
from jointlab.agreements.force.queries.endings import why_not_let_end
from jointlab.agreements.models import Agreement, Approval, State, Version
from jointlab.agreements.text import Text, wording
from jointlab.common.prepared import Prepared
from jointlab.parties.policy import Reader, membership_of


def latest_version(agreement: Agreement) -> Version:
    """Return the version that is negotiated, or was signed."""
    [version] = _version(agreement=agreement.pk, number=agreement.latest)
    version.agreement = agreement
    return version


@Prepared
def _version(agreement: UUID, number: int) -> QuerySet[Version]:
    return Version.objects.filter(agreement=agreement, number=number)


def what_is_missing(text: Text) -> list[str]:
    """Return why the text cannot be approved yet, a line each."""
    return [*_missing_words(text), *_missing_terms(text), *_missing_signers(text)]


def _missing_words(text: Text) -> Iterator[str]:
    if not _is_whole(text.names, text):
        yield _("Its name in every language.")
    if not text.clauses:
        yield _("A clause at least.")
    for number, clause in enumerate(text.clauses, 1):
        if not (_is_whole(clause.heading, text) and _is_whole(clause.body, text)):
            yield _("Clause %(number)s in every language.") % {"number": number}
        unknown = {
            name for body in clause.body.values() for name in wording.unknown_placeholders(body)
        }
        for name in sorted(unknown):
            yield _("Clause %(number)s names a term that there is not: {%(name)s}.") % {
                "number": number,
                "name": name,
            }
    said = [row.what for row in text.commitments] + [row.what for row in text.duties]
    if not all(any(what.values()) for what in said):
        yield _("Words for each commitment and each obligation.")


def _missing_terms(text: Text) -> Iterator[str]:
    terms = wording.term_values(text, get_language() or "en")
    for label in dict.fromkeys(_label(terms, name) for name in wording.unsaid(text)):
        yield _("A term that the clauses name: %(term)s.") % {"term": label}
    if text.terms.renewal == "automatic" and text.terms.end is None:
        yield _("A last day, from which it goes on by itself.")


def _label(terms: Mapping[str, tuple[str, str]], placeholder: str) -> str:
    """Return what the form calls the term that a placeholder stands for."""
    term = "ip_model" if placeholder.startswith("ip_") else placeholder
    label, _value = terms.get(term, ("", ""))
    return label or str(wording.PLACEHOLDERS[placeholder])


def _missing_signers(text: Text) -> Iterator[str]:
    signing = {signer.organisation for signer in text.signers if not signer.witness}
    for party in text.parties:
        if party.organisation not in signing:
            yield _("A signatory of %(party)s.") % {"party": wording.called(party, "")}


def _is_whole(words: Mapping[str, str], text: Text) -> bool:
    return all(words.get(language, "").strip() for language in text.languages)


@dataclass(frozen=True)
class Offers:
    """What the reader may do with an agreement now; the pages offer no more than that."""

    edit: bool
    send: bool
    sign: bool
    approve: bool
    unapprove: bool
    reopen: bool
    withdraw: bool
    follow: bool
    terminate: bool
    let_end: bool


def offers_of(user: Reader, agreement: Agreement, version: Version) -> Offers:
    """Return what the reader may do with the agreement, of that latest version, as it stands."""
    own = membership_of(user, agreement.partnership)

    def may(act: str) -> bool:
        return POLICY.may(act, own, agreement)

    approved = (
        own is not None
        and may("approve")
        and bool(_approvals_by(version=version.pk, side=own.organisation_id))
    )
    asked = agreement.signatures.filter(person=user.pk, asked_at__isnull=False, signed_at=None)
    return Offers(
        edit=may("edit"),
        send=may("send"),
        sign=agreement.state == State.SIGNING and asked.exists(),
        approve=may("approve") and not approved,
        unapprove=approved,
        reopen=may("reopen"),
        withdraw=may("edit"),
        follow=may("follow"),
        terminate=may("terminate"),
        let_end=may("let end") and why_not_let_end(agreement, version) is None,
    )


@Prepared
def _approvals_by(version: UUID, side: UUID) -> QuerySet[Approval]:
    return Approval.objects.filter(version=version, organisation=side)
