"""Days and moments as a reader writes them, with the zone said."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone
from django.utils.dateformat import format as written
from django.utils.translation import get_language

DAY = {"en": "j F Y", "zh-hans": "Y年n月j日", "ko": "Y년 n월 j일"}


def day(value: date) -> str:
    """Write a day in the reader's language: 24 June 2019."""
    return written(value, DAY[get_language() or "en"])


def clock(value: datetime) -> str:
    """Write the time of day, to the minute: 09:30."""
    return written(value, "H:i")


def zone(value: datetime) -> str:
    """Write the distance from UTC: UTC, UTC+8, UTC+5:30, UTC−3."""
    offset = value.utcoffset()
    minutes = int(offset.total_seconds() // 60) if offset else 0
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '−'}{hours}" + (f":{rest:02}" if rest else "")


def local(value: datetime) -> datetime:
    """Return the moment in the reader's zone."""
    return timezone.localtime(value)
