"""Whether a chain is whole: the same for the database and for a file. Knows no database."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from jointlab.history import details
from jointlab.history.chain import Link, Walk
from jointlab.history.checkpoints import Signed

CHECKPOINT_SIGNED = "history.checkpoint_signed"


@dataclass
class Examination:
    """One chain, entry after entry, then its checkpoints; the first fault is kept.

    `erased` counts the details that are gone. That is no fault: what is left still fits.
    """

    chain: UUID
    title: str
    names: Mapping[str, str] = field(default_factory=dict)  # of what it is the history
    fault: str = ""
    hashes: list[bytes] = field(default_factory=list)
    signed: list[Signed] = field(default_factory=list)
    erased: int = 0
    _walk: Walk = field(default_factory=Walk)
    _commitments: Mapping[str, str] = field(default_factory=dict)  # of the last entry
    _signings: set[tuple[str, ...]] = field(default_factory=set)

    def entry(self, link: Link, place: str = "") -> None:
        """Look at the next entry, and the details that it brings; `place` says where it stands."""
        if self.fault:
            return
        if fault := self._walk.fault(link):
            self.fault = f"{place}entry {link.number} does not fit: {fault}"
            return
        self.hashes.append(link.hash)
        self._commitments = details.commitments_of(link.record)
        self.erased += len(self._commitments)
        if link.event == CHECKPOINT_SIGNED:
            self._signing(link)
        if link.details:
            self.check_details(link.number, details.read_details(link.details), place)

    def check_details(self, number: int, found: Any, place: str = "") -> None:
        """Look whether these are details of the last entry, unchanged."""
        if self.fault:
            return
        if number != len(self.hashes):
            self.fault = f"{place}details of entry {number} do not stand after it"
            return
        there, fault = details.check_details(self._commitments, found)
        self.erased -= there
        self._commitments = {}
        if fault:
            self.fault = f"{place}entry {number} does not fit: {fault}"

    def checkpoint(self, signed: Signed, place: str = "", *, own: bool = True) -> None:
        """Look whether the chain contains that head; `own` ones must be told of in it, too."""
        if self.fault:
            return
        head, number = signed.head, signed.head.number
        if not 1 <= number <= len(self.hashes):
            fault = f"the chain ends at entry {len(self.hashes)}"
        elif self.hashes[number - 1] != head.hash:
            fault = f"entry {number} is another one than that which was signed"
        elif own and (unrecorded := self._unrecorded_signer(signed)):
            fault = f"no entry tells that {unrecorded} signed it"
        else:
            self.signed.append(signed)
            return
        self.fault = f"{place}the checkpoint at entry {number} does not fit: {fault}"

    def add_fault(self, fault: str) -> None:
        """Keep a fault found elsewhere, unless there is one already."""
        self.fault = self.fault or fault

    def lines(self) -> list[str]:
        """Return what is to be said of the chain."""
        if self.fault:
            return [f"{self.title}: {self.fault}"]
        count = len(self.hashes)
        head = f", head {self.hashes[-1].hex()}" if self.hashes else ""
        said = [f"{self.title}: whole, {count} {'entry' if count == 1 else 'entries'}{head}"]
        if self.erased:
            one = self.erased == 1
            said.append(f"  {self.erased} {'detail is' if one else 'details are'} erased")
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

    def _unrecorded_signer(self, signed: Signed) -> str:
        """Return the id of a signing organisation of whose signature the chain does not tell."""
        head = signed.head
        for signer in signed.signers:
            organisation = str(signer.organisation["id"])
            told = (str(head.number), head.hash.hex(), organisation, signer.key)
            if told not in self._signings:
                return organisation
        return ""
