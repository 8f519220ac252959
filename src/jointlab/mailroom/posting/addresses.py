"""The addresses that may be posted to: services on a list, and no host of a private network.

apprise knows a hundred services and many options, some of which read files of this machine; only
what stands here is passed on to it, by a process of its own: it takes half a second to load.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePath
from urllib.parse import SplitResult, parse_qsl, urlsplit

# What apprise calls it → what people call it. None of them could be tried with an account of theirs.
SERVICES = {
    "dingtalk": "DingTalk (钉钉)",
    "feishu": "Feishu (飞书)",
    "lark": "Lark",
    "wecombot": "WeCom (企业微信)",
    "workflow": "Microsoft Teams",
    "mailtos": "Mail gateway",
}
OPTIONS = {
    "workflow": frozenset({"api-version", "sp", "sv", "sig"}),
    "mailtos": frozenset({"to", "from", "mode"}),
}
# As these services hand their addresses out: a place to post to over HTTPS.
HANDED_OUT = {
    "oapi.dingtalk.com": ("dingtalk", "access_token"),
    "qyapi.weixin.qq.com": ("wecombot", "key"),
    "open.feishu.cn": ("feishu", ""),
    "open.larksuite.com": ("lark", ""),
}
WRITTEN = {
    "dingtalk": re.compile(r"([A-Za-z0-9]+@)?[A-Za-z0-9]{8,}/?"),
    "feishu": re.compile(r"[A-Za-z0-9-]{8,}/?"),
    "lark": re.compile(r"[A-Za-z0-9-]{8,}/?"),
    "wecombot": re.compile(r"[A-Za-z0-9-]{8,}/?"),
    "workflow": re.compile(r"[A-Za-z0-9.-]+(:[0-9]+)?/[A-Za-z0-9]+/[A-Za-z0-9_-]+/?"),
    "mailtos": re.compile(r"[^/?#]+@[A-Za-z0-9.-]+(:[0-9]+)?/?"),
}
FLOW = re.compile(
    r"(/powerautomate/automations/direct)?/workflows/[A-Za-z0-9]+/triggers/manual/paths/invoke"
)
LONGEST = 1000
NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Refused(ValueError):  # noqa: N818 - as everywhere: something is refused
    """The address may not be posted to: `why` is "unknown", "options" or "private"."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Address:
    """An address as apprise takes it, and which service it is of."""

    service: str
    url: str


def understand(text: str) -> Address:
    """Return the address of a service on the list; raise Refused for any other."""
    text = text.strip()
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise Refused("unknown") from error
    if len(text) > LONGEST or not parts.hostname or not text.isprintable():
        raise Refused("unknown")
    scheme = parts.scheme.lower()
    if scheme == "https":
        return _handed_out(text, parts, port)
    service = {"workflows": "workflow"}.get(scheme, scheme)
    if service not in WRITTEN or not WRITTEN[service].fullmatch(parts.netloc + parts.path):
        raise Refused("unknown")
    _check_options(service, parts)
    return Address(service, text)


def _handed_out(text: str, parts: SplitResult, port: int | None) -> Address:
    """Return the address as apprise writes it, where a service's own was pasted."""
    host = (parts.hostname or "").lower()
    if host in HANDED_OUT and port in (None, 443):
        service, name = HANDED_OUT[host]
        token = dict(parse_qsl(parts.query)).get(name, "") if name else PurePath(parts.path).name
        if not WRITTEN[service].fullmatch(token):
            raise Refused("unknown")
        return Address(service, f"{service}://{token}/")
    if not FLOW.fullmatch(parts.path) or "sig=" not in parts.query:
        raise Refused("unknown")
    _check_options("workflow", parts)
    return Address("workflow", text)


def _check_options(service: str, parts: SplitResult) -> None:
    names = {name for name, _value in parse_qsl(parts.query, keep_blank_values=True)}
    if parts.fragment or names - OPTIONS.get(service, frozenset()):
        raise Refused("options")


def require_public(address: str, host: str, allowed: Collection[str]) -> None:
    """Refuse an IP address of a private network, unless its host was named for it."""
    if host.lower().rstrip(".") not in allowed and not is_public(address):
        raise Refused("private")


def is_public(address: str) -> bool:
    """Whether the IP address is one of the public network, also one that stands inside another."""
    try:
        ip = ipaddress.ip_address(address.split("%", 1)[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if inner := ip.ipv4_mapped or ip.sixtofour:
            return is_public(str(inner))
        if ip in NAT64:
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
    return ip.is_global and not ip.is_multicast
