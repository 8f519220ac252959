"""How a notebook shows a value: asked for here, by the values; drawn in `trialbench.notebook`.

Drawing stands above everything that it draws, so a value does not import it. Each function here is
open for a type (`functools.singledispatch`), and the notebook's module fills in the bench's own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import singledispatch


@dataclass(frozen=True, slots=True)
class Plot:
    """A drawing that a notebook shows by itself.

    `svg` stands alone, fit to be written to a file; `html` is a fragment in the colours of the page
    around it.
    """

    svg: str = field(repr=False)
    html: str = field(repr=False)

    def _repr_svg_(self) -> str:
        return self.svg

    def _repr_html_(self) -> str:
        return self.html


@singledispatch
def html(value: object) -> str:
    """The value as a fragment of HTML that needs nothing from outside."""
    raise NotImplementedError(f"nothing shows a {type(value).__name__}")


@singledispatch
def plot(value: object, name: str = "") -> Plot:
    """The value's course over time, under this name."""
    raise NotImplementedError(f"nothing draws a {type(value).__name__}")
