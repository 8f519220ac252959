"""Whether a chain is whole: the same for the database and for a file. Knows no database."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from uuid import UUID

from jointlab.history.chain import Link, Walk
from jointlab.history.checkpoints import Signed

SIGNED = "history.checkpoint_signed"


@dataclass
class Examination:
    """One chain, entry after entry, then its checkpoints; the first fault is kept."""

    chain: UUID
    title: str
    fault: str = ""
    hashes: list[bytes] = field(default_factory=list)
    signed: list[Signed] = field(default_factory=list)
    _walk: Walk = field(default_factory=Walk)
    _signings: set[tuple[str, ...]] = field(default_factory=set)

    def entry(self, link: Link, place: str = "") -> None:
        """Look at the next entry; `place` says where it stands."""
        if self.fault:
            return
        if fault := self._walk.fault(link):
            self.fault = f"{place}entry {link.number} does not fit: {fault}"
            return
        self.hashes.append(link.hash)
        if link.event == SIGNED:
            self._signing(link)

    def checkpoint(self, signed: Signed, place: str = "", *, own: bool = True) -> None:
        """Look whether the chain contains that head; `own` ones must be told of in it, too."""
        if self.fault:
            return
        head, number = signed.head, signed.head.number
        if not 1 <= number <= len(self.hashes):
            fault = f"the chain ends at entry {len(self.hashes)}"
        elif self.hashes[number - 1] != head.hash:
            fault = f"entry {number} is another one than that which was signed"
        elif own and (untold := self._untold(signed)):
            fault = f"no entry tells that {untold} signed it"
        else:
            self.signed.append(signed)
            return
        self.fault = f"{place}the checkpoint at entry {number} does not fit: {fault}"

    def blame(self, fault: str) -> None:
        """Keep a fault found elsewhere, unless there is one already."""
        self.fault = self.fault or fault

    def lines(self) -> list[str]:
        """Return what is to be said of the chain."""
        if self.fault:
            return [f"{self.title}: {self.fault}"]
        count = len(self.hashes)
        head = f", head {self.hashes[-1].hex()}" if self.hashes else ""
        said = [f"{self.title}: whole, {count} {'entry' if count == 1 else 'entries'}{head}"]
        for signed in self.signed:
            who = ", ".join(
                f"{signer.names.get('en') or signer.names.get('own')} (key {signer.key[:16]})"
                for signer in signed.signers
            )
            said.append(f"  checkpoint at entry {signed.head.number}, signed by {who}")
        return said

    def _signing(self, link: Link) -> None:
        try:
            facts = json.loads(link.record)
            organisation = facts["organisation"]["id"]
            self._signings.add((str(facts["number"]), facts["hash"], organisation, facts["key"]))
        except (ValueError, KeyError, TypeError):
            self.fault = f"entry {link.number} does not say what was signed"

    def _untold(self, signed: Signed) -> str:
        """Return the id of a signing organisation of whose signature the chain does not tell."""
        head = signed.head
        for signer in signed.signers:
            organisation = str(signer.organisation["id"])
            told = (str(head.number), head.hash.hex(), organisation, signer.key)
            if told not in self._signings:
                return organisation
        return ""
