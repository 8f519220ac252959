"""Letting it be another day."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from unittest import mock

from django.utils import timezone


@contextmanager
def on(day: date) -> Iterator[None]:
    """Let it be noon of that day, in the zone in which the instance counts days."""
    noon = timezone.make_aware(datetime.combine(day, time(12)))
    with mock.patch("django.utils.timezone.now", return_value=noon):
        yield
