"""Mail in the reader's language: plain text, from two templates, sent by a worker.

`parties/mail/invitation_subject.txt` and `…_message.txt` are the letter `parties/mail/invitation`.
Nothing in them is escaped: it is no HTML.
"""

from __future__ import annotations

import zoneinfo
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template import Context
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone, translation

from jointlab.common.particles import settle


def compose(letter: str, *, to: str, language: str, zone: str = "", **context: Any) -> EmailMessage:
    """Write the letter in that language, with times in that zone."""
    with (
        translation.override(language),
        timezone.override(zoneinfo.ZoneInfo(zone) if zone else None),
    ):
        subject = _text(f"{letter}_subject.txt", context)
        body = _text(f"{letter}_message.txt", {"origin": settings.ORIGIN, **context})
    # One line, whatever a name in it holds; Django refuses an address with a line break.
    subject = " ".join(subject.split())
    return EmailMessage(subject, f"{body}\n", to=[to], headers={"Auto-Submitted": "auto-generated"})


def link(url_name: str, language: str, **arguments: Any) -> str:
    """Return the whole address of a page, in that language."""
    with translation.override(language):
        return settings.ORIGIN + reverse(url_name, kwargs=arguments)


def _text(template: str, context: dict[str, Any]) -> str:
    engine: Any = get_template(template)
    text: str = engine.template.render(Context(context, autoescape=False))
    return settle(text.strip())
