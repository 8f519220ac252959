from __future__ import annotations

from typing import Any

import psycopg
from django.db.backends.postgresql import base, operations


class DatabaseOperations(operations.DatabaseOperations):
    def execute_sql_flush(self, sql_list: list[str]) -> None:
        with psycopg.connect(self.connection.settings_dict["OWNER_URL"], autocommit=True) as owner:
            for statement in sql_list:
                owner.execute(statement)  # type: ignore[arg-type]


class DatabaseWrapper(base.DatabaseWrapper):
    ops_class: Any = DatabaseOperations
