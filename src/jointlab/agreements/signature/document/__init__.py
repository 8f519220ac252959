"""The paper: an agreement's text as PDF/A with boxes to sign in."""

from jointlab.agreements.signature.document.setting import Paper, typeset

__all__ = ["Paper", "typeset"]
