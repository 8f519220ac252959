"""Commitments: what a statement fixes without telling it.

A hash of something that can be guessed tells it to whoever guesses. So what is private is hashed with
a salt that only the data owner can make: HMAC-SHA256 (RFC 2104) under a key of the owner's own. The
same key makes the same salt for the same thing, so a trial held again gives the same bytes.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from trialbench.errors import EvidenceError

if TYPE_CHECKING:
    from collections.abc import Iterable

BYTES: Final = 32
"""Of a key, a salt, a commitment."""
_PRIVATE: Final = b"trialbench-private-v1"
_RECORDING: Final = b"trialbench-recording-v1"
_RECORDING_SALT: Final = b"trialbench-recording-salt-v1"


@dataclass(frozen=True, slots=True)
class Salts:
    """The owner's salts, all made of `key`, 32 bytes that nobody else knows."""

    key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.key) != BYTES:
            raise EvidenceError(f"a salt key has {BYTES} bytes, not {len(self.key)}")

    @classmethod
    def load(cls, path: str | Path | None = None) -> Salts:
        """The salts of the key file; without a path the user's own, made at its first use.

        Raises `EvidenceError`.
        """
        file = own_salt_key() if path is None else Path(path)
        try:
            return cls(bytes.fromhex(file.read_text("ascii").strip()))
        except OSError as error:
            raise EvidenceError(f"{file}: {error.strerror}") from None
        except ValueError:
            raise EvidenceError(f"{file}: no salt key ({2 * BYTES} hexadecimal digits)") from None

    def of_recording(self, need: str, alias: str) -> bytes:
        """The salt of the recording that a need calls by that alias; `need` is 64 hex digits."""
        return self._made(_RECORDING_SALT + bytes.fromhex(need) + alias.encode())

    def of_private(self, protocol: str, artefact: str | None, recordings: Iterable[str]) -> bytes:
        """The salt of a trial's private part, from the hashes of what it was held with, all of one length."""
        fixed = (protocol, artefact or "00" * BYTES, *recordings)
        return self._made(b"".join(map(bytes.fromhex, fixed)))

    def _made(self, of: bytes) -> bytes:
        return hmac.new(self.key, of, hashlib.sha256).digest()


def recording(salt: bytes, sha256: str) -> str:
    """The commitment to a recording of this raw SHA-256, hex."""
    return hashlib.sha256(_RECORDING + salt + bytes.fromhex(sha256)).hexdigest()


def private(salt: bytes, manifest: bytes) -> str:
    """The commitment to all private members, which the manifest lists, hex."""
    return hashlib.sha256(_PRIVATE + salt + manifest).hexdigest()


def own_salt_key() -> Path:
    """The file of the user's own salt key, readable by its owner alone, made at its first use."""
    home = os.environ.get("XDG_CONFIG_HOME") or Path("~/.config").expanduser()
    path = Path(home) / "trialbench" / "salt-key"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_hex(BYTES) + "\n")
    except FileExistsError:
        pass
    except OSError as error:
        raise EvidenceError(f"{path}: {error.strerror}") from None
    return path
