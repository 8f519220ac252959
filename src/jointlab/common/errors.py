"""What a service refuses. A view turns each into a page that says what happened and what to do."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):  # noqa: N818 - the word of the field: a service refuses
    """A rule says no. The text is for the person who asked, in their language."""


class NotNow(Refusal):
    """The thing is in a state in which this cannot be done."""


class Changed(Refusal):
    """Somebody else changed the row meanwhile; `row` is what it is now."""

    def __init__(self, text: str, row: Any) -> None:
        super().__init__(text)
        self.row = row


class NotAllowed(Refusal):
    """Visible, but not this person's to do: answered with 403."""


class NotVisible(Exception):  # noqa: N818
    """Does not exist, for this person: answered with 404, alike whether it exists or not."""
