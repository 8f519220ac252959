"""The lists that fields and skills come from, and what their publishers ask to be said."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from jointlab.common.names import Text


@dataclass(frozen=True)
class Scheme:
    """A list: its name, whom to thank, and where it is published."""

    code: str
    name: Text
    attribution: Text = ""
    url: str = ""


SCHEMES = {
    scheme.code: scheme
    for scheme in (
        Scheme("core", _("Joint laboratories' own list")),
        Scheme(
            "nsfc",
            _("Codes of the National Natural Science Foundation of China"),
            _(
                "Codes of the National Natural Science Foundation of China, from TaxoExt by "
                "AMiner (MIT licence). The English names were translated by machine."
            ),
            "https://github.com/AMinerOpen/TaxoExt",
        ),
        Scheme(
            "ford",
            _("OECD Fields of Research and Development"),
            _("Fields of Research and Development of the OECD's Frascati Manual 2015."),
            "https://doi.org/10.1787/9789264239012-en",
        ),
        Scheme(
            "esco",
            _("ESCO skills"),
            # The wording that the licence asks for (Commission Decision 2011/833/EU).
            _("This service uses the ESCO classification of the European Commission."),
            "https://esco.ec.europa.eu/",
        ),
    )
}
FIELD_SCHEMES = ("core", "ford", "nsfc")
SKILL_SCHEMES = ("core", "esco")
