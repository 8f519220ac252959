"""Signal Temporal Logic over recordings: parse a formula, judge it, say why. See `docs/stl.md`."""

from trialbench.signal import Unknown
from trialbench.stl.cause import Cause
from trialbench.stl.dimensions import unit_of, with_units
from trialbench.stl.occurrences import Occurrences, conditions
from trialbench.stl.parser import parse
from trialbench.stl.robust import Robustness, robustness
from trialbench.stl.syntax import Formula, names
from trialbench.stl.verdict import Reason, Verdict

__all__ = [
    "Cause", "Formula", "Occurrences", "Reason", "Robustness", "Unknown", "Verdict", "conditions",
    "names", "parse", "robustness", "unit_of", "with_units",
]  # fmt: skip
