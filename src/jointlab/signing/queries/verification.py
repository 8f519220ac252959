"""What a file is worth, told to anybody, and nothing about what this instance knows of it.

A signed PDF, or a history as it was exported. All that is said stands in the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from threading import BoundedSemaphore

from django.utils.translation import gettext as _

from jointlab.common.errors import NotNow, Refusal
from jointlab.common.names import pick
from jointlab.history import archive
from jointlab.history import examination as history
from jointlab.history.dsse import Faulty
from jointlab.signing import instance
from jointlab.signing.queries.certificates import all_revocations
from jointlab.signing.signatures import confined
from jointlab.signing.signatures.pades import CLOSING_FIELD, SEAL_FIELD
from jointlab.signing.signatures.problems import CHANGES, TEXTS, Problem
from jointlab.signing.signatures.results import Examination, Signature

# Each file is judged by a process of its own, which may take 1 GiB and 15 s of a processor.
AT_ONCE = 2
PATIENCE_S = 10
ROOM = BoundedSemaphore(AT_ONCE)
# Problems after which the bytes that were signed are not those that stand in the file.
CHANGED = frozenset({"altered", "changed", "attached", "trailing", "damaged", "dangling", "active"})
KEY = 16  # of a key's id, as much as is shown
NO_SEAL = frozenset({"no-seal", "foreign-seal"})
UNREADABLE = frozenset({"no-pdf", "too-large", "encrypted", "damaged", "trailing", "too-much"})


@dataclass(frozen=True)
class SignatureLine:
    """One place to sign, or a signature without one, in the reader's words."""

    who: str
    state: str  # valid, broken, untrusted or missing
    signature: Signature | None = None


@dataclass(frozen=True)
class Verdict:
    """What was found of a signed document, in the reader's words."""

    found: Examination

    @property
    def ok(self) -> bool:
        """Whether every signature is valid, trusted and covers what it must."""
        return self.found.ok

    @property
    def problems(self) -> list[str]:
        """What is wrong, a line each."""
        return [describe_problem(each, self._who(each.field)) for each in self.found.problems]

    @property
    def changes(self) -> list[str]:
        """How the document differs from what was sealed, a line each."""
        return [_(CHANGES[each.code]) % {"page": each.page} for each in self.found.changes]

    @property
    def is_vouched(self) -> bool:
        """Whether what the document says of itself is sealed by an authority that is trusted."""
        codes = {each.code for each in self.found.problems}
        return bool(self.found.seal and self.found.seal.holds and not codes & NO_SEAL)

    @property
    def title(self) -> str:
        """What the document calls itself."""
        return pick(self.found.document.names) if self.found.document else ""

    @property
    def parties(self) -> list[str]:
        """Between whom it says that it is."""
        return [pick(each) for each in self.found.document.parties] if self.found.document else []

    @property
    def lines(self) -> list[SignatureLine]:
        """Who signed, in order, and who has still to sign."""
        signed = [
            SignatureLine(self._who(each.field), _state(each), each)
            for each in self.found.signatures
        ]
        missing = [SignatureLine(self._who(each), "missing") for each in self.found.unsigned]
        return signed + missing

    @property
    def is_readable(self) -> bool:
        """Whether the file holds signatures that can be spoken of."""
        return not any(each.code in UNREADABLE for each in self.found.problems)

    @property
    def is_unchanged(self) -> bool:
        """Whether no byte was changed after it had been signed."""
        parts = (*self.found.signatures, *self.found.timestamps)
        return all(each.intact for each in parts) and not CHANGED.intersection(
            each.code for each in self.found.problems
        )

    @property
    def covers_all(self) -> bool:
        """Whether what is signed, or timestamped at the end, is the whole file."""
        parts = (*self.found.signatures, *self.found.timestamps)
        return any(each.whole_file and each.intact for each in parts)

    def _who(self, field: str) -> str:
        """Return in what office and for whom one signs there, else what the field is called."""
        special = {SEAL_FIELD: _("Seal of the instance"), CLOSING_FIELD: _("Closing timestamp")}
        document, number = self.found.document, field.removeprefix("signer-")
        places = document.places if document else ()
        if not number.isdecimal() or not 0 < int(number) <= len(places):
            return special.get(field, field)
        place = places[int(number) - 1]
        facts = {"title": pick(place.title), "organisation": pick(place.organisation)}
        return _("%(title)s, for %(organisation)s") % facts if facts["title"] else pick(place.name)


@dataclass(frozen=True)
class HistoryVerdict:
    """What was found of an exported history: a line for each chain in it."""

    chains: tuple[history.Examination, ...]

    @property
    def ok(self) -> bool:
        """Whether all of it is whole."""
        return bool(self.chains) and not any(each.fault for each in self.chains)

    @property
    def lines(self) -> list[ChainLine]:
        """What is to be said of each chain."""
        return [ChainLine(each) for each in self.chains]


@dataclass(frozen=True)
class ChainLine:
    """One chain of an export, in the reader's words."""

    found: history.Examination

    @property
    def name(self) -> str:
        """Whose history it says that it is."""
        names = {key: name for key, name in self.found.names.items() if isinstance(name, str)}
        return pick(names) or self.found.title

    @property
    def entries(self) -> int:
        """How many entries fit, from the first."""
        return len(self.found.hashes)

    @property
    def checkpoints(self) -> list[tuple[int, list[tuple[str, str]]]]:
        """Up to which entry it was signed, for whom by its own account, and by which key."""
        return [
            (each.head.number, [(pick(dict(who.names)), who.key[:KEY]) for who in each.signers])
            for each in self.found.signed
        ]


def describe_problem(problem: Problem, who: str = "") -> str:
    """Return what is wrong with a file, in one sentence of the reader's language.

    `who` stands for the field in it.
    """
    sentence = TEXTS[problem.code]  # extracted for the catalogues where it is written
    return _(sentence) % {**problem.facts, **({"field": who} if who else {})}


def _state(signature: Signature) -> str:
    if not signature.intact:
        return "broken"
    return "valid" if signature.trusted else "untrusted"


def verdict_on(file: bytes) -> Verdict | HistoryVerdict:
    """Judge a file; NotNow where too many are judged at the moment.

    A PDF is judged in a process of its own. An export of a history is text, and is read here.
    """
    if not ROOM.acquire(timeout=PATIENCE_S):
        raise NotNow(_("Many files are being checked just now. Try again in a minute."))
    try:
        if file.startswith(b"{"):
            return HistoryVerdict(tuple(archive.examine(file.splitlines(keepends=True))))
        trust, people = instance.trusted(), instance.trusted_for_people()
        return Verdict(confined.examine(file, trust=trust, people=people, crls=all_revocations()))
    except Faulty as fault:
        raise Refusal(_("The file is neither a signed PDF nor an export of a history.")) from fault
    finally:
        ROOM.release()
