"""The models of who owns results and who may use them (being written)."""

from __future__ import annotations


def label(code: str) -> str:
    """Return a model's name in the language in force; the code where it is unknown."""
    return code


def implications(model: str, language: str) -> list[tuple[str, str]]:
    """Return what a model implies."""
    return []
