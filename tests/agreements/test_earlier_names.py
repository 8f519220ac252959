"""Events that were recorded when certificates belonged to this room are told as those of today."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.utils.translation import override

from jointlab.agreements import events
from jointlab.common.events import events_of
from jointlab.common.names import LANGUAGES
from jointlab.history.telling import kind_of, sentence_of
from jointlab.signing import events as certificates

EARLIER_NAMES = {
    event.name: event.name.replace("agreements.", "signing.")
    for event in events_of(events)
    if event.name.startswith("agreements.certificate_")
}
FACTS = {
    "actor": {"id": str(uuid4()), "name": {"own": "Lin Wenhua"}},
    "serial": "4f2a",
    "until": "2028-11-22T03:04:05+00:00",
    "reason": "keyCompromise",
}


def test_each_event_of_certificates_has_its_earlier_name() -> None:
    today = {event.name for event in events_of(certificates)}
    assert set(EARLIER_NAMES.values()) == today


@pytest.mark.parametrize("earlier", EARLIER_NAMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_earlier_event_is_told_alike(earlier: str, language: str) -> None:
    event = EARLIER_NAMES[earlier]
    with override(language):
        assert sentence_of(earlier, FACTS) == sentence_of(event, FACTS)
        assert kind_of(earlier) == kind_of(event)
        assert "Lin Wenhua" in sentence_of(earlier, FACTS)
        assert earlier not in sentence_of(earlier, FACTS)
        assert "keyCompromise" not in sentence_of(earlier, FACTS)
