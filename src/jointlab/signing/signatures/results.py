"""What an examination found: plain values, for pages and for the way out of a child process."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Self

from jointlab.signing.signatures.document import Document
from jointlab.signing.signatures.problems import Change, Problem


@dataclass(frozen=True)
class Signature:
    """A signature, the seal or a timestamp, as far as it can be told from the file.

    `time` is that of a timestamp: its own, else that of the next one over the document; None
    where there is neither. `covers` counts the bytes, from the first, that it vouches for.
    """

    field: str
    name: str
    emails: tuple[str, ...]
    issuer: str
    serial: str
    time: datetime | None
    intact: bool
    trusted: bool
    covers: int
    whole_file: bool

    @property
    def holds(self) -> bool:
        """Whether it is both unharmed and by a certificate that is trusted."""
        return self.intact and self.trusted

    def as_json(self) -> dict[str, Any]:
        """Return it as plain lists and strings."""
        return asdict(self) | {"time": self.time.isoformat() if self.time else None}

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> Self:
        """Read what as_json returned."""
        time = datetime.fromisoformat(plain["time"]) if plain["time"] else None
        return cls(**plain | {"time": time, "emails": tuple(plain["emails"])})


@dataclass(frozen=True)
class Examination:
    """What was found, and what is wrong with it: nothing, if it is `ok`.

    `document` is what the file says of itself: to be believed if the seal holds. `changes` is
    how it differs from what was sealed, where it does.
    """

    problems: tuple[Problem, ...] = ()
    seal: Signature | None = None
    signatures: tuple[Signature, ...] = ()
    timestamps: tuple[Signature, ...] = ()
    unsigned: tuple[str, ...] = ()
    document: Document | None = None
    changes: tuple[Change, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    def as_json(self) -> dict[str, Any]:
        """Return it as plain lists, dictionaries and strings."""
        return {
            "ok": self.ok,
            "problems": [asdict(each) for each in self.problems],
            "seal": self.seal.as_json() if self.seal else None,
            "signatures": [each.as_json() for each in self.signatures],
            "timestamps": [each.as_json() for each in self.timestamps],
            "unsigned": list(self.unsigned),
            "document": asdict(self.document) if self.document else None,
            "changes": [asdict(each) for each in self.changes],
        }

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> Self:
        """Read what as_json returned."""
        return cls(
            tuple(Problem(**each) for each in plain["problems"]),
            Signature.from_json(plain["seal"]) if plain["seal"] else None,
            tuple(map(Signature.from_json, plain["signatures"])),
            tuple(map(Signature.from_json, plain["timestamps"])),
            tuple(plain["unsigned"]),
            Document.from_json(plain["document"]) if plain["document"] else None,
            tuple(Change(**each) for each in plain["changes"]),
        )
