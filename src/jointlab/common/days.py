"""The day that it is, for every rule: that of the instance's zone (`JOINTLAB_TIME_ZONE`).

Whoever reads may have chosen another zone, in which moments are shown to them; it decides nothing,
or somebody could reopen a deadline by living further west.
"""

from __future__ import annotations

from datetime import date, datetime, time

from django.utils import timezone


def today() -> date:
    """Return the day that it is where the instance is."""
    return day_of(timezone.now())


def day_of(moment: datetime) -> date:
    """Return the day of that moment where the instance is."""
    return timezone.localdate(moment, timezone.get_default_timezone())


def start_of(day: date) -> datetime:
    """Return the first moment of that day where the instance is."""
    return timezone.make_aware(datetime.combine(day, time.min), timezone.get_default_timezone())


def end_of(day: date) -> datetime:
    """Return the last moment of that day where the instance is."""
    return timezone.make_aware(datetime.combine(day, time.max), timezone.get_default_timezone())
