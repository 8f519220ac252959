"""E-mail addresses: one form in which each is kept, looked for and compared.

A domain has as many spellings as there are scripts and widths, and all of them are one mailbox.
An address with something invisible in it looks like another one and is none: it is refused.
"""

from __future__ import annotations

import re
import unicodedata

import idna
from django.utils.translation import gettext_lazy as _

from jointlab.common.errors import Refusal
from jointlab.common.names import is_seen

# Marks by their category, and yet nothing is seen of them.
_UNSEEN_MARK = re.compile("[\u034f\u17b4\u17b5\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def address_of(text: str) -> str:
    """Return an address as it is kept: in small letters and plain widths, its domain in ASCII.

    The domain is what the DNS knows (IDNA 2008, read as UTS 46 says); capitals count nowhere. Raises
    Refusal where something in it cannot be seen, or the domain can be none. What is no address for
    other reasons is left to whoever checks that.
    """
    typed = text.strip()
    if not all(map(_is_plain, typed)):
        raise Refusal(
            str(_("Something in this address cannot be seen, or is a space: type it anew."))
        )
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", typed).lower())
    local, at, domain = folded.rpartition("@")
    return f"{local}{at}{_ascii(domain)}" if at else folded


def _is_plain(character: str) -> bool:
    if unicodedata.category(character)[0] == "M":
        return not _UNSEEN_MARK.match(character)
    return is_seen(character)


def _ascii(domain: str) -> str:
    if domain.isascii() and "xn--" not in domain:
        return domain
    try:
        return idna.encode(domain, uts46=True, std3_rules=True).decode()
    except idna.IDNAError:
        raise Refusal(str(_("There is no such domain: check what is after the @."))) from None
