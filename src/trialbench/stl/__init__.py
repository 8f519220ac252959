"""Signal Temporal Logic over recordings: parse a formula, judge it, say why. See `docs/stl.md`."""

from trialbench.stl.dimensions import unit_of, with_units
from trialbench.stl.explain import Cause
from trialbench.stl.parser import parse
from trialbench.stl.robust import Robustness, robustness
from trialbench.stl.syntax import Formula, names
from trialbench.stl.verdict import Reason, Unknown, Verdict

__all__ = [
    "Cause", "Formula", "Reason", "Robustness", "Unknown", "Verdict", "names", "parse", "robustness",
    "unit_of", "with_units",
]  # fmt: skip
