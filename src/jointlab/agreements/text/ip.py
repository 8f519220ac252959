"""Who owns results, who may use them, who may publish: eleven models by name, and what each implies.

The models follow the Lambert toolkit of the United Kingdom's Intellectual Property Office
(University and business collaboration agreements: seven model research collaboration agreements for
two parties, 1 to 6 with 4A, and four consortium agreements, A to D, for more), in our own words.
Models 1 to 5 and A to D follow its guidance. 4A and 6 came with the edition of 2016, of which only
the summary was at hand: they are two further ways of sharing ownership, as their names say here.
The words are what the parties agree, not the toolkit's text: they stand in the agreement through
the placeholders {ip_ownership}, {ip_background} and {ip_publication}.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from jointlab.common.names import Text as Words

LAMBERT, CONSORTIUM = "lambert", "consortium"

_EACH_KEEPS = gettext_lazy(
    "Each party keeps its background IP. For the common work alone it grants the others a"
    " non-exclusive, royalty-free right to use what it brought in; any other use takes a licence"
    " of its own."
)
_KEPT_WITH_ACCESS = gettext_lazy(
    "Each party keeps its background IP and grants a non-exclusive, royalty-free right to use it"
    " for the common work. Where the enterprise cannot use the results without background IP of"
    " the university, the university negotiates a licence on fair terms."
)
_KEPT_WITH_EXPLOITATION = gettext_lazy(
    "Each party keeps its background IP and grants a non-exclusive, royalty-free right to use it"
    " for the common work. What is needed to exploit the results is licensed on fair terms, so"
    " far as its owner is free to do so."
)
_AFTER_NOTICE = gettext_lazy(
    "The university may publish results for academic purposes after the agreed notice. The"
    " enterprise may ask for a delay, within the agreed limit, to protect IP or to have its"
    " confidential information taken out."
)
_BY_CONSENT = gettext_lazy(
    "The university publishes results only with the enterprise’s written consent."
)
_EACH_ITS_OWN = gettext_lazy(
    "Each party may publish the results that it owns, and a university also those that it made,"
    " after the agreed notice to the others. A party concerned may ask for a delay, within the"
    " agreed limit, to protect IP or to have its confidential information taken out."
)


@dataclass(frozen=True)
class IpModel:
    """A named choice, and what it implies for ownership of results, background, publication."""

    code: str
    family: str
    label: Words
    ownership: Words
    background: Words
    publication: Words


MODELS: Mapping[str, IpModel] = {
    model.code: model
    for model in (
        IpModel(
            "lambert-1",
            LAMBERT,
            gettext_lazy("Lambert 1: the university owns, the enterprise may use"),
            gettext_lazy(
                "The university owns the results. The enterprise and the companies of its group"
                " may use them, not exclusively and without sublicensing, in the agreed field and"
                " territory."
            ),
            _EACH_KEEPS,
            _AFTER_NOTICE,
        ),
        IpModel(
            "lambert-2",
            LAMBERT,
            gettext_lazy("Lambert 2: the university owns, with an option of an exclusive licence"),
            gettext_lazy(
                "The university owns the results. The enterprise may use them, not exclusively, in"
                " the agreed field and territory, and within the option period it may negotiate an"
                " exclusive licence of certain results."
            ),
            _EACH_KEEPS,
            _AFTER_NOTICE,
        ),
        IpModel(
            "lambert-3",
            LAMBERT,
            gettext_lazy("Lambert 3: the university owns, with an option of an assignment"),
            gettext_lazy(
                "The university owns the results. The enterprise may use them, not exclusively, in"
                " the agreed field and territory, and within the option period it may negotiate"
                " the assignment of certain results. The university keeps the right to use these"
                " in teaching and research."
            ),
            _EACH_KEEPS,
            _AFTER_NOTICE,
        ),
        IpModel(
            "lambert-4",
            LAMBERT,
            gettext_lazy("Lambert 4: the enterprise owns, academic use stays free"),
            gettext_lazy(
                "The enterprise owns the results; the university assigns to it what its people"
                " make. The university may use the results in teaching and research, without"
                " charge and for good."
            ),
            _KEPT_WITH_ACCESS,
            _AFTER_NOTICE,
        ),
        IpModel(
            "lambert-4a",
            LAMBERT,
            gettext_lazy("Lambert 4A: the results are divided by subject"),
            gettext_lazy(
                "The results are divided by subject: the enterprise owns those that belong to its"
                " own field as agreed, the university owns the others. Each may use the other’s"
                " for the common work, and the university may use all of them in teaching and"
                " research."
            ),
            _KEPT_WITH_ACCESS,
            _AFTER_NOTICE,
        ),
        IpModel(
            "lambert-5",
            LAMBERT,
            gettext_lazy("Lambert 5: contract research, the enterprise owns"),
            gettext_lazy(
                "The enterprise owns the results; the university assigns to it what its people"
                " make. No right to use the results for academic purposes is reserved to the"
                " university."
            ),
            _KEPT_WITH_ACCESS,
            _BY_CONSENT,
        ),
        IpModel(
            "lambert-6",
            LAMBERT,
            gettext_lazy("Lambert 6: each owns what it makes"),
            gettext_lazy(
                "Each party owns the results that its own people make, and grants the other a"
                " non-exclusive right to use them. Who owns what both make is agreed in writing"
                " before it is used or published."
            ),
            _KEPT_WITH_EXPLOITATION,
            _AFTER_NOTICE,
        ),
        IpModel(
            "consortium-a",
            CONSORTIUM,
            gettext_lazy("Consortium A: each owns, all may use for any purpose"),
            gettext_lazy(
                "Each party owns the results that it makes, and grants every other party a"
                " non-exclusive licence of them, with the right to sublicense, for the common work"
                " and for any other purpose."
            ),
            _KEPT_WITH_EXPLOITATION,
            _EACH_ITS_OWN,
        ),
        IpModel(
            "consortium-b",
            CONSORTIUM,
            gettext_lazy("Consortium B: a lead party exploits for all"),
            gettext_lazy(
                "The other parties assign their results to the lead exploitation party, or grant"
                " it an exclusive licence. It undertakes to exploit them by the agreed plan and"
                " pays the others a share; where it does not exploit, these rights end."
            ),
            _KEPT_WITH_EXPLOITATION,
            _EACH_ITS_OWN,
        ),
        IpModel(
            "consortium-c",
            CONSORTIUM,
            gettext_lazy("Consortium C: each takes what belongs to its core business"),
            gettext_lazy(
                "Each party takes the results that belong to its core business, by assignment from"
                " those who made them, and undertakes to exploit them by the agreed plan; where it"
                " does not exploit, these rights end."
            ),
            _KEPT_WITH_EXPLOITATION,
            _EACH_ITS_OWN,
        ),
        IpModel(
            "consortium-d",
            CONSORTIUM,
            gettext_lazy("Consortium D: each owns, all may use for the common work alone"),
            gettext_lazy(
                "Each party owns the results that it makes, and grants every other party a"
                " non-exclusive licence of them for the common work alone. Whoever wants to"
                " exploit another’s results asks for a licence or an assignment, and their owner"
                " negotiates in good faith."
            ),
            _EACH_KEEPS,
            _EACH_ITS_OWN,
        ),
    )
}


def label(code: str) -> str:
    """Return a model's name in the language in force; the code where it is unknown."""
    return str(MODELS[code].label) if code in MODELS else code


def implications(code: str, language: str) -> list[tuple[str, str]]:
    """Return what a model implies, as rows of label and sentences; none where it is unknown."""
    model = MODELS.get(code)
    if model is None:
        return []
    with override(language):
        return [
            (_("Ownership of results"), str(model.ownership)),
            (_("Background IP"), str(model.background)),
            (_("Publication"), str(model.publication)),
        ]
