"""What somebody does who owns the server: triggers off, rows changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection


def owning(server: Any) -> psycopg.Connection[Any]:
    """Return a connection of the role that owns the tables."""
    database = connection.settings_dict["NAME"]
    return psycopg.connect(server.url("owner"), dbname=database, autocommit=True)


@contextmanager
def intruder(server: Any) -> Iterator[psycopg.Connection[Any]]:
    """Lend the owner's connection, the guards taken away while it is used."""
    guards = ("history_append", "history_entry_closed")
    with owning(server) as owner:
        for guard in guards:
            owner.execute(f"ALTER TABLE history_entry DISABLE TRIGGER {guard}")  # type: ignore[arg-type]
        yield owner
        for guard in guards:
            owner.execute(f"ALTER TABLE history_entry ENABLE TRIGGER {guard}")  # type: ignore[arg-type]


HASHED = """
UPDATE history_entry SET hash = sha256(convert_to(concat_ws(E'\\n', 'jointlab-history-1', chain::text,
  number::text, (extract(epoch FROM at) * 1000000)::bigint::text, event, coalesce(actor::text, ''),
  record, encode(previous, 'hex')), 'UTF8')) WHERE chain = %(chain)s AND number = %(number)s
"""
