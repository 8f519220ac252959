"""The report's styles, read once."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final

from trialbench.report.markup import Markup

ALONE: Final = ("tokens.css", "fonts.css", "plot.css", "alone.css")
"""Of a drawing that is a file of its own."""


@cache
def style(*names: str) -> Markup:
    """The files' text, one after another."""
    return Markup(
        "".join(files("trialbench.report").joinpath(name).read_text("utf-8") for name in names)
    )


@cache
def within(class_: str) -> Markup:
    """The page's style for the elements within one of this class, which lies in a page of others.

    Colours are the surrounding page's, so that it is light or dark with it.
    """
    rules = style("fonts.css", "plot.css", "page.css", "notebook.css").replace(":root", "&")
    return Markup(f".{class_} {{\n{rules}}}\n")
