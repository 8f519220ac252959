"""What the members of a bundle are called."""

from typing import Final

STATEMENT: Final = "statement.dsse.json"
KEY: Final = "public-key.pem"
VERDICT: Final = "verdict.json"
PROTOCOL: Final = "protocol.toml"
SALT: Final = "private/salt"
MANIFEST: Final = "private/MANIFEST.json"
JUDGEMENT: Final = "private/judgement.json"
ANSWERS: Final = "private/outputs/"
PRIVATE: Final = "private/"
"""What the names of private members begin with."""
