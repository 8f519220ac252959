"""Somebody's browser, before the pages of certificates and of signing."""

from __future__ import annotations

from django.http import HttpResponse
from django.test import Client

from tests.cast import PASSWORD, Cast

LIST = "/en/certificates/"
ISSUE = "/en/certificates/issue/"
REAUTHENTICATE = "/en/account/reauthenticate/"


def browser(cast: Cast, name: str) -> Client:
    """Return the browser of somebody who is signed in."""
    client = Client()
    client.force_login(cast.people[name])
    return client


def afresh(cast: Cast, name: str) -> Client:
    """Return the browser of somebody who has just signed in afresh."""
    client = browser(cast, name)
    client.post(f"{REAUTHENTICATE}?next={ISSUE}", {"password": PASSWORD})
    return client


def text_of(answer: HttpResponse, status: int = 200) -> str:
    """Return the page, answered with that status."""
    assert answer.status_code == status
    return answer.content.decode()
