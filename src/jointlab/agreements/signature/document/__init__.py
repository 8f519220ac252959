"""The paper: an agreement's text as PDF/A with boxes to sign in; a draft, as PDF or for a word processor."""

from jointlab.agreements.signature.document.setting import Paper, typeset, typeset_draft
from jointlab.agreements.signature.document.word import write_docx

__all__ = ["Paper", "typeset", "typeset_draft", "write_docx"]
