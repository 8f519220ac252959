"""What this instance signs with and whom it trusts: files in JOINTLAB_HOME, opened when needed.

`keys/authority/` holds the instance's own authority, made at the first need; `keys/signing` the
pepper of sealed keys; `trust/*.pem` the further roots, and `trust/*.crl` the lists of revoked
certificates (DER), that whoever runs the instance has put there for signatures made elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from django.conf import settings
from django.utils.translation import gettext as _

from jointlab.common.errors import Refusal
from jointlab.signing.signatures.authority import Authority


def authority() -> Authority:
    """Return the instance's authority."""
    return _open_authority(settings.HOME.keys / "authority", settings.ORIGIN)


def pepper() -> bytes:
    """Return what every PIN is mixed with before it opens a key."""
    secret: str = settings.HOME.secret("signing")
    return secret.encode()


def trusted() -> tuple[x509.Certificate, ...]:
    """Return the roots by which signatures count here: the instance's own, and those in trust/.

    Raises Refusal, with the file's name, where one of them cannot be read.
    """
    roots = [authority().root.certificate]
    for path in _trusted_files("*.pem"):
        with _naming_the_file(path):
            roots += x509.load_pem_x509_certificates(path.read_bytes())
    return tuple(roots)


def trusted_crls() -> list[bytes]:
    """Return the lists of revoked certificates in trust/; Refusal names one that is none."""
    lists = []
    for path in _trusted_files("*.crl"):
        with _naming_the_file(path):
            content = path.read_bytes()
            x509.load_der_x509_crl(content)
            lists.append(content)
    return lists


def _trusted_files(pattern: str) -> list[Path]:
    return sorted((settings.HOME.folder / "trust").glob(pattern))


@contextmanager
def _naming_the_file(path: Path) -> Iterator[None]:
    """Turn what cannot be read into a line that names the file."""
    try:
        yield
    except (OSError, ValueError) as error:
        unread = _("This server cannot read the trusted certificates in %(file)s.")
        raise Refusal(unread % {"file": path.name}) from error


@cache
def _open_authority(folder: Path, origin: str) -> Authority:
    name = f"{getattr(settings, 'INSTANCE', 'JointLab')}, {urlsplit(origin).hostname}"
    return Authority.at(folder, name=name, origin=origin)
