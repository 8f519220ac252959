"""What this instance signs with and whom it trusts: files in JOINTLAB_HOME, opened when needed.

`keys/authority/` holds the instance's own authority, made at the first need; `keys/signing` the
pepper of sealed keys. Whoever runs the instance may put there, for signatures made elsewhere:
`trust/*.pem`, roots by which people may sign; `trust/authorities/*.pem`, roots by which documents may
be sealed and timestamped as well; `trust/*.crl`, lists of revoked certificates (DER).
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
    """Return the roots that count for all: the instance's own, and those in trust/authorities/.

    Raises Refusal, with the file's name, where one of them cannot be read.
    """
    return (authority().root.certificate, *_roots("authorities/*.pem"))


def trusted_for_people() -> tuple[x509.Certificate, ...]:
    """Return the roots in trust/: people may sign by them, and nobody seal or timestamp."""
    return tuple(_roots("*.pem"))


def _roots(pattern: str) -> Iterator[x509.Certificate]:
    for path in _trusted_files(pattern):
        with _naming_the_file(path):
            yield from x509.load_pem_x509_certificates(path.read_bytes())


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
