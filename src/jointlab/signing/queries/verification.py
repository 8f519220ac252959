"""What a signed PDF is worth, told to anybody, and nothing about what this instance knows of it."""

from __future__ import annotations

from dataclasses import dataclass
from threading import BoundedSemaphore

from django.utils.translation import gettext as _

from jointlab.common.errors import NotNow
from jointlab.signing import instance
from jointlab.signing.queries.certificates import all_revocations
from jointlab.signing.signatures import confined
from jointlab.signing.signatures.problems import TEXTS, Problem
from jointlab.signing.signatures.results import Examination, Signature

# Each file is judged by a process of its own, which may take 1 GiB and 15 s of a processor.
AT_ONCE = 2
PATIENCE_S = 10
ROOM = BoundedSemaphore(AT_ONCE)
# Problems after which the bytes that were signed are not those that stand in the file.
CHANGED = frozenset({"altered", "changed", "attached", "trailing", "damaged", "dangling", "active"})
UNREADABLE = frozenset({"no-pdf", "too-large", "encrypted", "damaged", "trailing", "too-much"})


@dataclass(frozen=True)
class Verdict:
    """What was found of a file, in the reader's words."""

    found: Examination

    @property
    def ok(self) -> bool:
        """Whether every signature is valid, trusted and covers what it must."""
        return self.found.ok

    @property
    def problems(self) -> list[str]:
        """What is wrong, a line each."""
        return list(map(describe_problem, self.found.problems))

    @property
    def signatures(self) -> tuple[Signature, ...]:
        """Who signed, in order."""
        return self.found.signatures

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


def describe_problem(problem: Problem) -> str:
    """Return what is wrong with a file, in one sentence of the reader's language."""
    sentence = TEXTS[problem.code]  # extracted for the catalogues where it is written
    return _(sentence) % problem.facts


def verdict_on(pdf: bytes) -> Verdict:
    """Judge a file in a process of its own; NotNow where too many are judged at the moment."""
    if not ROOM.acquire(timeout=PATIENCE_S):
        raise NotNow(_("Many files are being judged just now. Try again in a minute."))
    try:
        trust, people = instance.trusted(), instance.trusted_for_people()
        return Verdict(confined.examine(pdf, trust=trust, people=people, crls=all_revocations()))
    finally:
        ROOM.release()
