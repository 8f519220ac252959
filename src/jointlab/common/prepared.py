"""Queries that are asked on every page: built and compiled once, then only given their values.

Django builds a query and compiles it to SQL each time that it is asked, which takes five times what
it takes to send it and to read the answer (docs/decisions/0018-prepared-queries.md).
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from datetime import date
from functools import lru_cache, update_wrapper
from itertools import count
from typing import Any, Generic, NamedTuple, NoReturn, ParamSpec, TypeVar
from uuid import UUID

from django.db import connections
from django.db.models import Expression, Field, ForeignObject, Lookup, QuerySet
from django.db.models.sql import Query
from django.db.models.sql.compiler import SQLCompiler

Given = ParamSpec("Given")
Row = TypeVar("Row")

SHAPES = 64  # of one query, the least used forgotten


class Prepared(Generic[Given, Row]):
    """The rows of the query set that a function builds; built once for each shape of what is given.

    What is given by name is a value: the function sees a parameter in its place, so that it cannot
    decide by it. A list is one parameter (compare with `__any_of`), a tuple one for each of its
    items. What is given by position decides.

    Raises TypeError where the function takes a day, a moment or an id from elsewhere: that of the
    first call would stay for ever.
    """

    def __init__(self, build: Callable[Given, QuerySet[Any, Row]]) -> None:
        update_wrapper(self, build)
        self._build: Callable[..., QuerySet[Any, Row]] = build
        self._compiled = lru_cache(maxsize=SHAPES)(self._compile)

    def __call__(self, *args: Given.args, **kwargs: Given.kwargs) -> list[Row]:
        """Return the rows for these values."""
        values: list[Any] = []
        shape = tuple([(name, _take(value, values)) for name, value in kwargs.items()])
        compiled = self._compiled(args, shape)
        asked = compiled.rows.all()
        # Not `asked.query`: to set that makes dictionaries of what values_list lists.
        asked._query = _Asked(compiled, values)  # type: ignore[attr-defined]
        return list(asked)

    def _compile(self, decided: tuple[Any, ...], shape: tuple[tuple[str, Any], ...]) -> _Compiled:
        numbers = count()
        given = {name: _parameters(part, numbers) for name, part in shape}
        rows = self._build(*decided, **given)
        compiler = rows.query.get_compiler(rows.db)
        sql, parameters = compiler.as_sql()
        for constant in parameters:
            if isinstance(constant, (date, UUID, list)):
                raise TypeError(f"{self._build.__qualname__}: {constant!r} is not given by name")
        return _Compiled(rows, compiler, sql, tuple(parameters))


class AnyOf(Lookup):
    """`partnership__any_of=ids`: equal to one in a list, which is one parameter whatever its length."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, Any]:
        """Return the condition and its parameters."""
        left, parameters = self.process_lhs(compiler, connection)
        right: Any = self.rhs
        return f"{left} = ANY(%s)", [
            *parameters,
            right if hasattr(right, "number") else list(right),
        ]


Field.register_lookup(AnyOf)
ForeignObject.register_lookup(AnyOf)


class _Parameter(Expression):
    """Where a value comes, and which."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number

    def as_sql(self, _compiler: SQLCompiler, _connection: Any) -> tuple[str, Any]:
        return "%s", [self]


class _Compiled(NamedTuple):
    rows: QuerySet[Any, Any]
    compiler: SQLCompiler
    sql: str
    parameters: tuple[Any, ...]

    def ask(self, values: list[Any], using: str) -> SQLCompiler:
        """Return a compiler that has compiled it already, with these values in their places."""
        filled = [
            values[one.number] if isinstance(one, _Parameter) else one for one in self.parameters
        ]
        compiler = copy.copy(self.compiler)
        compiler.connection = connections[using]  # this thread's
        compiler.as_sql = lambda *_, **__: (self.sql, filled)  # type: ignore[method-assign,assignment]
        return compiler


class _Asked(Query):
    """A query with its values, as it was compiled."""

    def __init__(self, compiled: _Compiled, values: list[Any]) -> None:
        self.__dict__.update(compiled.rows.query.__dict__)
        self._compiled, self._values = compiled, values

    def get_compiler(self, using: str | None = None, *_: Any, **__: Any) -> SQLCompiler:
        return self._compiled.ask(self._values, using or "default")

    def clone(self) -> NoReturn:
        raise TypeError("A prepared query takes no further condition.")


def _take(value: Any, values: list[Any]) -> Any:
    """Add the value to the list, or those that a tuple holds; return what shape it has."""
    if isinstance(value, tuple):
        return tuple([_take(one, values) for one in value])
    values.append(value)
    return None


def _parameters(shape: Any, numbers: Iterator[int]) -> Any:
    if shape is None:
        return _Parameter(next(numbers))
    return tuple([_parameters(one, numbers) for one in shape])
