"""Addresses of editing a text, of its versions and of what is said about it."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, path

from jointlab.agreements.views import changes, clauses, comments, editing

AT = "agreements/<slug:code>"


def _rows(part: str, one: str) -> Iterator[URLPattern]:
    """Yield the addresses of a list of the text and of its rows."""
    given = {"part": part}
    at = f"{AT}/edit/{part}/"
    yield path(at, editing.rows, given, name=f"edit-{part}")
    yield path(f"{at}add/", editing.put, given, name=f"add-{one}")
    yield path(f"{at}<slug:row>/", editing.put, given, name=f"edit-{one}")
    yield path(f"{at}<slug:row>/drop/", editing.drop, given, name=f"drop-{one}")


urlpatterns: list[URLPattern] = [
    path(f"{AT}/edit/terms/", editing.terms, name="edit-terms"),
    path(f"{AT}/edit/parties/", editing.parties, name="edit-parties"),
    path(f"{AT}/edit/signers/", editing.signers, name="edit-signers"),
    path(f"{AT}/edit/clauses/", clauses.clauses, name="edit-clauses"),
    path(f"{AT}/edit/add-clause/", clauses.add, name="add-clause"),
    path(f"{AT}/edit/clauses/<slug:clause>/", clauses.clause, name="edit-clause"),
    path(f"{AT}/edit/clauses/<slug:clause>/move/", clauses.move, name="move-clause"),
    path(f"{AT}/edit/clauses/<slug:clause>/drop/", clauses.drop, name="drop-clause"),
    *_rows("commitments", "commitment"),
    *_rows("duties", "duty"),
    path(f"{AT}/versions/", changes.versions, name="versions"),
    path(f"{AT}/versions/compare/", changes.compare, name="compare"),
    path(f"{AT}/versions/since-followed/", changes.since_followed, name="since-followed"),
    path(f"{AT}/versions/<int:number>/", changes.version, name="version"),
    path(f"{AT}/comments/", comments.comments, name="comments"),
    path(f"{AT}/comments/<uuid:pk>/settle/", comments.settle, name="settle-comment"),
]
