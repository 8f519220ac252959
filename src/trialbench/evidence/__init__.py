"""Evidence bundles: what a judgement came from and to, signed, in an edition for each side.

A bundle's first member is a DSSE envelope around an in-toto statement. The owner's edition holds all;
the submitter's holds the same envelope and what the protocol discloses, and nothing else:

| member | submitter | what it is |
|---|---|---|
| `statement.dsse.json` | yes | the signed envelope (`statement.py`), the same bytes in both editions |
| `verdict.json` | yes | the public record (`record.py`) |
| `protocol.toml`, `public-key.pem` | yes | what was judged by, and the key to check with |
| `traces/…` | yes | the signals that a protocol of disclosure `trace` names |
| `private/salt`, `private/MANIFEST.json` | no | what opens the statement's commitment (`commitments.py`) |
| `private/…` | no | the judgement in full, the report, the answers, the plots |
"""

from trialbench.evidence.bundle import edition, save, write
from trialbench.evidence.checking import Verification, check, verify
from trialbench.evidence.commitments import Salts

__all__ = ["Salts", "Verification", "check", "edition", "save", "verify", "write"]
