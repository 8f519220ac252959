"""What the environment tells the platform: every variable read in one place, or refused in one line.

docs/howto/deploy.md lists them. Empty is not set.
"""

from __future__ import annotations

import os
import re
import zoneinfo
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Self, TypeVar
from urllib.parse import SplitResult, urlsplit

from jointlab.config.home import Unusable

T = TypeVar("T")

YES, NO = ("1", "yes", "true", "on"), ("0", "no", "false", "off")
LOCAL = ("localhost", "127.0.0.1", "[::1]")
HOST = re.compile(r"\*|\.?[\w-]+(\.[\w-]+)*\.?|\[[0-9a-fA-F:.]+\]")
IMPLICIT_PORT = 465


@dataclass(frozen=True)
class Mail:
    """Where mail is handed in, and how."""

    host: str
    port: int
    user: str
    password: str
    tls: str  # starttls, implicit or nothing


@dataclass(frozen=True)
class Bucket:
    """Where files are kept that are not kept on this machine."""

    name: str
    endpoint: str | None
    region: str | None


@dataclass(frozen=True)
class Environment:
    """The variables, understood."""

    origin: str
    hosts: tuple[str, ...]
    proxies: int
    tls_redirect: bool
    demonstration: bool
    secret_key: str
    time_zone: str
    data: str
    fonts: str
    database_user: str
    mail: Mail | None
    mail_from: str
    hook_hosts: tuple[str, ...]
    bucket: Bucket | None

    @classmethod
    def read(cls, variables: Mapping[str, str] | None = None) -> Self:
        """Read them; what one of them says wrongly is refused with its name."""
        given = _Variables(os.environ if variables is None else variables)
        _check_databases(given)
        origin = given.read("ORIGIN", _origin, "http://localhost:8000")
        own = urlsplit(origin).hostname or ""
        own = f"[{own}]" if ":" in own else own
        return cls(
            origin=origin,
            hosts=given.read("HOSTS", _hosts, "") or tuple(dict.fromkeys((*LOCAL, own))),
            proxies=given.read("PROXIES", _count, "0"),
            tls_redirect=given.read("TLS_REDIRECT", _yes_or_no, "no"),
            demonstration=given.read("DEMONSTRATION", _yes_or_no, "no"),
            secret_key=given.text("SECRET_KEY"),
            time_zone=given.read("TIME_ZONE", _zone, "Asia/Shanghai"),
            data=given.read("DATA", _path, ""),
            fonts=given.read("FONTS", _paths, ""),
            database_user=given.text("DATABASE_USER"),
            mail=_mail(given),
            mail_from=given.read("MAIL_FROM", _address, "jointlab@localhost"),
            hook_hosts=given.read("HOOK_HOSTS", _plain_hosts, ""),
            bucket=_bucket(given),
        )


class _Variables:
    """The variables whose names begin with JOINTLAB_."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self.all = variables

    def text(self, name: str, otherwise: str = "") -> str:
        return self.all.get(f"JOINTLAB_{name}", "").strip() or otherwise

    def read(self, name: str, parse: Callable[[str], T], otherwise: str) -> T:
        """Return what the variable means; `parse` raises ValueError with what it should be."""
        said = self.text(name, otherwise)
        try:
            return parse(said)
        except ValueError as wrong:
            raise Unusable(f"JOINTLAB_{name}={said}: {wrong}") from None


def _mail(given: _Variables) -> Mail | None:
    if not (host := given.text("MAIL_HOST")):
        return None
    port = given.read("MAIL_PORT", lambda said: _port(said) if said else 0, "")
    usual = "implicit" if port == IMPLICIT_PORT else "starttls"
    tls = given.read("MAIL_TLS", _tls, usual)
    return Mail(
        host=given.read("MAIL_HOST", _host, host),
        port=port or (IMPLICIT_PORT if tls == "implicit" else 25),
        user=given.text("MAIL_USER"),
        password=given.all.get("JOINTLAB_MAIL_PASSWORD", ""),
        tls=usual if tls == "yes" else tls,
    )


def _bucket(given: _Variables) -> Bucket | None:
    if not (name := given.text("S3_BUCKET")):
        return None
    endpoint = given.read("S3_ENDPOINT", lambda said: said and _url(said).geturl(), "")
    return Bucket(name, endpoint or None, given.text("S3_REGION") or None)


def _check_databases(given: _Variables) -> None:
    """Refuse an address of another kind of database; it is not repeated: it may hold a password."""
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        said = given.all.get(name, "")
        try:
            known = not said or urlsplit(said).scheme in ("postgresql", "postgres")
        except ValueError:
            known = False
        if not known:
            raise Unusable(f"{name}: an address is postgresql://USER:PASSWORD@HOST/DATABASE")


def _yes_or_no(said: str) -> bool:
    if said.lower() not in YES + NO:
        raise ValueError("say yes or no")
    return said.lower() in YES


def _tls(said: str) -> str:
    """Return how mail is encrypted: yes is by the port."""
    word = said.lower()
    if word in ("starttls", "implicit"):
        return word
    if word not in YES + NO:
        raise ValueError("say yes, starttls, implicit (from the first byte, port 465) or no")
    return "yes" if word in YES else ""


def _count(said: str) -> int:
    if not (said.isdecimal() and int(said) < 10):
        raise ValueError("say a number from 0 to 9")
    return int(said)


def _port(said: str) -> int:
    if not (said.isdecimal() and 0 < int(said) < 65536):
        raise ValueError("a port is a number from 1 to 65535")
    return int(said)


def _url(said: str) -> SplitResult:
    parts = urlsplit(said)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise ValueError("say an address like https://lab.example.org")
    _ = parts.port  # ValueError where it is no number
    return parts


def _origin(said: str) -> str:
    parts = _url(said)
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError(
            "JointLab has a host name of its own; below a path of another site it does not work"
        )
    return f"{parts.scheme}://{parts.netloc}"


def _host(said: str) -> str:
    if not HOST.fullmatch(said) or said.startswith(("*", ".")):
        raise ValueError("say a host's name or address, without a port")
    return said


def _hosts(said: str) -> tuple[str, ...]:
    for name in said.split():
        if not HOST.fullmatch(name):
            raise ValueError(f"{name} is no host name: say names alone, separated by spaces")
    return tuple(said.split())


def _plain_hosts(said: str) -> tuple[str, ...]:
    """Return hosts as they are looked up: no bracket is around an address then."""
    return tuple(_host(name).strip("[]") for name in said.lower().split())


def _zone(said: str) -> str:
    try:
        zoneinfo.ZoneInfo(said)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("say a zone like Asia/Seoul") from None
    return said


def _path(said: str) -> str:
    return os.path.abspath(said) if said else ""  # noqa: PTH100 - no link is resolved


def _paths(said: str) -> str:
    return os.pathsep.join(_path(each) for each in said.split(os.pathsep) if each)


def _address(said: str) -> str:
    name, _, domain = parseaddr(said)[1].rpartition("@")
    if not name or not domain:
        raise ValueError("say an address of mail, like JointLab <lab@example.org>")
    return said
