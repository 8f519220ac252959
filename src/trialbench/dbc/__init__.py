"""DBC databases, and the signals that they find in frames."""

from trialbench.dbc.database import Database
from trialbench.dbc.decoding import Decoded, decode
from trialbench.dbc.model import MessageDef, SignalDef

__all__ = ["Database", "Decoded", "MessageDef", "SignalDef", "decode"]
