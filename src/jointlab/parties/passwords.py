"""What a password must be, said in the reader's language."""

from __future__ import annotations

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import gettext as _


class LongEnough(MinimumLengthValidator):
    """Django's rule; its own words for it are not translated into Chinese."""

    def get_error_message(self) -> str:
        """Say how long a password must be."""
        return _("The password is too short: at least %(least)s characters.") % {
            "least": self.min_length
        }
