"""Check characters of the two public identifiers of organisations."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Crockford's base 32: no i, l, o, u.
_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
# GB 32100-2015: no I, O, S, V, Z.
_CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"

ROR_PATTERN = r"^0[0-9a-hjkmnp-tv-z]{6}[0-9]{2}$"
CREDIT_PATTERN = r"^[0-9A-HJ-NP-RTUWXY]{18}$"


def ror_of(text: str) -> str:
    """Return the nine characters of a ROR id that was typed bare or as an address, in small."""
    return (
        text.strip()
        .lower()
        .removeprefix("https://")
        .removeprefix("http://")
        .removeprefix("ror.org/")
        .rstrip("/")
    )


def is_ror(text: str) -> bool:
    """Whether it is a ROR id: 0, six characters, two check digits by ISO 7064 mod 97-10."""
    if len(text) != 9 or text[0] != "0" or not (text[7:].isascii() and text[7:].isdigit()):
        return False
    number = 0
    for character in text[:7]:
        if character not in _CROCKFORD:
            return False
        number = number * 32 + _CROCKFORD.index(character)
    return 98 - number * 100 % 97 == int(text[7:])


def is_credit_code(text: str) -> bool:
    """Whether it is a unified social credit code: 17 characters and a check by GB 32100-2015.

    The weights are powers of 3 modulo 31.
    """
    if len(text) != 18 or any(character not in _CREDIT for character in text):
        return False
    weighed = sum(
        _CREDIT.index(character) * pow(3, place, 31) for place, character in enumerate(text[:17])
    )
    return -weighed % 31 == _CREDIT.index(text[17])


def validate_ror(text: str) -> None:
    """Refuse what is no ROR id, as a field's validator."""
    if not is_ror(text):
        raise ValidationError(
            _(
                "This is no ROR id: nine characters such as 03yrm5c26, whose last two check the rest."
            )
        )


def validate_credit_code(text: str) -> None:
    """Refuse what is no unified social credit code, as a field's validator."""
    if not is_credit_code(text):
        raise ValidationError(
            _("This is no unified social credit code: 18 characters, the last checks the rest.")
        )
