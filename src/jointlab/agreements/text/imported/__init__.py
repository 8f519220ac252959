"""A text of one's own, taken over into clauses: as one pastes it, or out of a .docx."""

from jointlab.agreements.text.imported.blocks import Block, clauses_from, worded
from jointlab.agreements.text.imported.plain import read_plain
from jointlab.agreements.text.imported.word import read_docx

__all__ = ["Block", "clauses_from", "read_docx", "read_plain", "worded"]
