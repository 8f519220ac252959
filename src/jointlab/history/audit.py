"""The database's chains, examined and exported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from jointlab.common.rooms import Subject
from jointlab.history import archive, checkpoints, queries
from jointlab.history.dsse import Faulty
from jointlab.history.examination import Examination


def examine(subject: Subject) -> Examination:
    """Return an examination of the subject's chain and its checkpoints."""
    found = Examination(subject.chain, subject.code or str(subject.chain))
    # Checkpoints first: one that is signed while we read is told of in an entry that we may not see.
    documents = queries.checkpoint_documents(subject.chain, subject.code, subject.names)
    for link in queries.links(subject.chain):
        found.entry(link)
    if not found.hashes:
        found.add_fault("it has no entries")
    for document in documents:
        try:
            found.checkpoint(checkpoints.read(document))
        except (Faulty, ValueError) as fault:
            found.add_fault(f"the checkpoint at entry {document['number']} does not fit: {fault}")
    return found


def export(subjects: Iterable[Subject]) -> Iterator[bytes]:
    """Yield the file of an export, line by line."""
    return archive.with_seal(line for subject in subjects for line in _chain_lines_of(subject))


def _chain_lines_of(subject: Subject) -> Iterator[str]:
    documents = queries.checkpoint_documents(subject.chain, subject.code, subject.names)
    links = queries.links(subject.chain)
    return archive.chain_lines(subject.chain, subject.code, subject.names, links, documents)
