"""As whom the embedded database runs where root starts it: a user of its own, never root's.

Whoever runs as that user may read and write the whole database, so it is nobody else's: not even
`nobody`, whom other services share.
"""

from __future__ import annotations

import os
import pwd
from pathlib import Path
from typing import NamedTuple

from jointlab.config.environment import Environment
from jointlab.config.home import Unusable

UNUSED = 60789  # in the range that neither Debian nor systemd gives to anybody


class Account(NamedTuple):
    """A user and a group, by their numbers."""

    uid: int
    gid: int

    def __str__(self) -> str:
        return f"{self.uid}:{self.gid}"

    def has_name(self) -> bool:
        """Say whether the machine knows the user: PostgreSQL makes no database for one it does not."""
        try:
            pwd.getpwuid(self.uid)
        except KeyError:
            return False
        return True

    def take(self, folder: Path) -> None:
        """Be given the folder and all that is in it."""
        for path in (folder, *folder.rglob("*")):
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


MAKER = Account(65534, 65534)
"""The user nobody: lends its name while the database of a user without one is made."""


def database_user() -> Account:
    """Return the user that the environment names, else one that nobody is."""
    named = Environment.read().database_user
    if not named:
        account = Account(UNUSED, UNUSED)
        if account.has_name():
            raise Unusable(
                f"user {UNUSED} is {pwd.getpwuid(UNUSED).pw_name} on this machine: name a user "
                "of the database's own with JOINTLAB_DATABASE_USER"
            )
        return account
    if named.isdecimal():
        account = Account(int(named), int(named))
    else:
        try:
            found = pwd.getpwnam(named)
        except KeyError:
            raise Unusable(f"JOINTLAB_DATABASE_USER={named}: there is no such user") from None
        account = Account(found.pw_uid, found.pw_gid)
    if account.uid == 0:
        raise Unusable(f"JOINTLAB_DATABASE_USER={named}: PostgreSQL does not run as root")
    return account
