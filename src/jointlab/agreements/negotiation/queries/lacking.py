"""What a text lacks before a side can approve it, each with where it is mended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from jointlab.agreements.access import POLICY
from jointlab.agreements.models import Agreement, Version
from jointlab.agreements.text import Clause, Commitment, Duty, Party, Text, wording
from jointlab.agreements.text.in_step import DIRECTIONS, NAMES, PARTIES, languages_behind, place_of
from jointlab.agreements.text.phrases import language_name, listed
from jointlab.common import days
from jointlab.common.names import pick
from jointlab.common.prepared import Prepared
from jointlab.parties.models import Membership

Words = Mapping[str, str]


@dataclass(frozen=True)
class Lack:
    """Something that a text lacks, as a line, and the page on which one finds it."""

    line: str
    url: str


def what_is_missing(
    agreement: Agreement, version: Version, own: Membership, comments: Mapping[str, int]
) -> list[Lack]:
    """Return why that member's side cannot approve the version yet.

    `comments` counts the open ones of which the side knows, by clause: one that another side keeps
    to itself hinders that side alone.
    """
    text, places = version.text, _Places(agreement, edits=POLICY.may("edit", own, agreement))
    return [
        *_missing_words(text, version, places),
        *_missing_terms(text, places),
        *_missing_signers(agreement, text, places),
        *_open_comments(agreement, text, dict(comments)),
    ]


@dataclass(frozen=True)
class _Places:
    """Where a part of the text is mended; for who does not edit, where it is read."""

    agreement: Agreement
    edits: bool

    def of(self, page: str, *row: str, anchor: str) -> str:
        if self.edits:
            return reverse(f"agreements:{page}", args=[self.agreement.code, *row])
        return reverse("agreements:agreement", args=[self.agreement.code]) + f"#{anchor}"


@dataclass(frozen=True)
class _Worded:
    """A part that is said in several languages: how lines call it, where it is, what it says."""

    label: str
    url: str
    places: tuple[str, ...]
    words: Sequence[Words]


def _missing_words(text: Text, version: Version, places: _Places) -> Iterator[Lack]:
    if not text.clauses:
        yield Lack(_("At least one clause."), places.of("edit-clauses", anchor="text"))
    for part in _worded_parts(text, places):
        lacks = [
            code
            for code in text.languages
            if not all(words.get(code, "").strip() for words in part.words)
        ]
        if lacks:
            yield Lack(
                _("%(part)s: not yet written in %(languages)s.")
                % {"part": part.label, "languages": _listed(lacks)},
                part.url,
            )
        left = languages_behind(version.behind, part.places)
        if behind := [code for code in left if code not in lacks]:
            yield Lack(
                _(
                    "%(part)s: translations differ. Since the last change nobody has written or"
                    " confirmed: %(languages)s."
                )
                % {"part": part.label, "languages": _listed(behind)},
                part.url,
            )
    yield from _unknown_terms(text, places)


def _worded_parts(text: Text, places: _Places) -> Iterator[_Worded]:
    at_terms = places.of("edit-terms", anchor="terms")
    yield _Worded(_("Its name"), at_terms, (NAMES,), [text.names])
    if text.terms.directions:
        said = text.terms.directions
        yield _Worded(_("The directions of cooperation"), at_terms, (DIRECTIONS,), said)
    for party in text.parties:
        yield _party(party, places.of("edit-parties", anchor="parties"))
    for number, clause in enumerate(text.clauses, 1):
        yield _clause(number, clause, places)
    for part, page, label, rows in (
        ("commitments", "edit-commitment", _("The commitment “%(what)s”"), text.commitments),
        ("duties", "edit-duty", _("The obligation “%(what)s”"), text.duties),
    ):
        for row in rows:
            yield _row(row, part, label, places.of(page, row.id, anchor=part))


def _party(party: Party, url: str) -> _Worded:
    """Return what a party is called, and its name: a name of its own need not be translated."""
    label = _("What “%(party)s” is called") % {"party": wording.called(party, "")}
    called = [party.capacity] if any(party.capacity.values()) else []
    return _Worded(label, url, (f"{PARTIES}{party.organisation}/",), called)


def _clause(number: int, clause: Clause, places: _Places) -> _Worded:
    url = places.of("edit-clause", clause.id, anchor=f"clause-{clause.id}")
    where = (place_of("clauses", clause.id),)
    label = _("Clause %(number)s") % {"number": number}
    return _Worded(label, url, where, [clause.heading, clause.body])


def _row(row: Commitment | Duty, part: str, label: str, url: str) -> _Worded:
    what = pick(dict(row.what), get_language()) or "…"
    return _Worded(label % {"what": what}, url, (place_of(part, row.id),), [row.what])


def _unknown_terms(text: Text, places: _Places) -> Iterator[Lack]:
    for number, clause in enumerate(text.clauses, 1):
        unknown = {
            name for body in clause.body.values() for name in wording.unknown_placeholders(body)
        }
        for name in sorted(unknown):
            yield Lack(
                _("Clause %(number)s names a term that there is not: {%(name)s}.")
                % {"number": number, "name": name},
                _clause(number, clause, places).url,
            )


def _missing_terms(text: Text, places: _Places) -> Iterator[Lack]:
    url, terms = places.of("edit-terms", anchor="terms"), wording.term_values(text, _reader())
    for label in dict.fromkeys(_label(terms, name) for name in wording.unsaid(text)):
        yield Lack(_("A term that the clauses name: %(term)s.") % {"term": label}, url)
    if text.terms.renewal == "automatic" and text.terms.end is None:
        yield Lack(_("A last day, from which it goes on by itself."), url)


def _label(terms: Mapping[str, tuple[str, str]], placeholder: str) -> str:
    """Return what the form calls the term that a placeholder stands for."""
    term = "ip_model" if placeholder.startswith("ip_") else placeholder
    label, _value = terms.get(term, ("", ""))
    return label or str(wording.PLACEHOLDERS[placeholder])


def _missing_signers(agreement: Agreement, text: Text, places: _Places) -> Iterator[Lack]:
    url = places.of("edit-signers", anchor="signers")
    signing = {signer.organisation for signer in text.signers if not signer.witness}
    for party in text.parties:
        if party.organisation not in signing:
            line = _("A signatory of %(party)s.") % {"party": wording.called(party, "")}
            yield Lack(line, url)
    rows = _members(partnership=agreement.partnership_id, today=days.today())
    members = {(row.person_id, row.organisation_id) for row in rows}
    for signer in text.signers:
        if (signer.person, signer.organisation) not in members:
            yield Lack(
                _("%(person)s is no longer on that side and cannot sign. Choose who signs.")
                % {"person": pick(dict(signer.names))},
                url,
            )


@Prepared
def _members(partnership: UUID, today: date) -> QuerySet[Membership]:
    return Membership.objects.live(today).filter(partnership=partnership)


def _open_comments(agreement: Agreement, text: Text, counted: dict[str, int]) -> Iterator[Lack]:
    url = reverse("agreements:comments", args=[agreement.code])
    for number, clause in enumerate(text.clauses, 1):
        if comments := counted.pop(clause.id, 0):
            said = ngettext(
                "%(number)s open comment on clause %(clause)s.",
                "%(number)s open comments on clause %(clause)s.",
                comments,
            )
            yield Lack(said % {"number": comments, "clause": number}, f"{url}?clause={clause.id}")
    if comments := sum(counted.values()):  # on the whole text, or on a clause that was dropped
        said = ngettext(
            "%(number)s open comment on the text.",
            "%(number)s open comments on the text.",
            comments,
        )
        yield Lack(said % {"number": comments}, url)


def _listed(codes: Iterable[str]) -> str:
    return listed([language_name(code) for code in codes], _reader())


def _reader() -> str:
    return get_language() or "en"
