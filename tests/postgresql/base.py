from __future__ import annotations

from typing import Any

import psycopg
from django.db.backends.postgresql import base, operations

# Tables of whose existence Django's own flush does not know.
UNMANAGED = "TRUNCATE procrastinate_jobs, procrastinate_periodic_defers, procrastinate_workers, cache CASCADE"


class DatabaseOperations(operations.DatabaseOperations):
    def execute_sql_flush(self, sql_list: list[str]) -> None:
        with psycopg.connect(self.connection.settings_dict["OWNER_URL"], autocommit=True) as owner:
            for statement in sql_list:
                owner.execute(statement)  # type: ignore[arg-type]
            owner.execute(UNMANAGED)


class DatabaseWrapper(base.DatabaseWrapper):
    ops_class: Any = DatabaseOperations
