"""The room's addresses."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, path

from jointlab.agreements.force.views import endings, publications
from jointlab.agreements.negotiation.views import (
    agreement,
    approving,
    changes,
    clauses,
    comments,
    drafts,
    editing,
    importing,
    lists,
    replies,
    sending,
)
from jointlab.agreements.signature import views as signing

app_name = "agreements"
AT = "agreements/<slug:code>"


def _rows(part: str, one: str) -> Iterator[URLPattern]:
    """Yield the addresses of a list of the text and of its rows."""
    given = {"part": part}
    at = f"{AT}/edit/{part}/"
    yield path(at, editing.rows, given, name=f"edit-{part}")
    yield path(f"{at}add/", editing.edit_row, given, name=f"add-{one}")
    yield path(f"{at}<slug:row>/", editing.edit_row, given, name=f"edit-{one}")
    yield path(f"{at}<slug:row>/drop/", editing.drop_row, given, name=f"drop-{one}")


NEGOTIATION: list[URLPattern] = [
    path("agreements/", lists.agreements, name="agreements"),
    path("partnerships/<slug:code>/agreements/", lists.of_partnership, name="of-partnership"),
    path("partnerships/<slug:code>/agreements/draft/", agreement.draft, name="draft"),
    path(f"{AT}/", agreement.agreement, name="agreement"),
    path(f"{AT}/send/", sending.send, name="send"),
    path(f"{AT}/draft.pdf", drafts.draft_as, {"kind": "pdf"}, name="draft-pdf"),
    path(f"{AT}/draft.docx", drafts.draft_as, {"kind": "docx"}, name="draft-docx"),
    path(f"{AT}/approve/", approving.approve, name="approve"),
    path(f"{AT}/withdraw-approval/", approving.unapprove, name="unapprove"),
    path(f"{AT}/reopen/", approving.reopen, name="reopen"),
    path(f"{AT}/withdraw/", approving.withdraw, name="withdraw"),
    path(f"{AT}/amend/", agreement.follow, {"relation": "amendment"}, name="amend"),
    path(f"{AT}/renew/", agreement.follow, {"relation": "renewal"}, name="renew"),
    path(f"{AT}/edit/terms/", editing.terms, name="edit-terms"),
    path(f"{AT}/edit/parties/", editing.parties, name="edit-parties"),
    path(f"{AT}/edit/signers/", editing.signers, name="edit-signers"),
    path(f"{AT}/edit/clauses/", clauses.clauses, name="edit-clauses"),
    path(f"{AT}/edit/add-clause/", clauses.add, name="add-clause"),
    path(f"{AT}/edit/import/", importing.import_text, name="import"),
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
    path(f"{AT}/comments/<uuid:pk>/answer/", replies.answer, name="answer-comment"),
    path(f"{AT}/comments/<uuid:pk>/settle/", comments.settle, name="settle-comment"),
    path(f"{AT}/comments/<uuid:pk>/set-aside/", comments.set_aside, name="set-comment-aside"),
]
SIGNATURE: list[URLPattern] = [
    path(f"{AT}/signing/", signing.signing, name="signing"),
    path(f"{AT}/document/", signing.document, name="document"),
    path(f"{AT}/document/<slug:sha256>/<int:number>/", signing.picture, name="page-picture"),
    path(f"{AT}/signing/sign/", signing.sign, name="sign"),
    path(f"{AT}/signing/elsewhere/", signing.elsewhere, name="sign-elsewhere"),
    path(f"{AT}/signing/decline/", signing.decline, name="decline"),
    path(f"{AT}/signing/<uuid:pk>/remind/", signing.remind, name="remind-signer"),
    path(f"{AT}/signing/<uuid:pk>/deputy/", signing.deputy, name="name-deputy"),
    path(f"{AT}/signing/again/", signing.again, name="make-document-again"),
]
NOTICE = f"{AT}/publications/<uuid:pk>"
END = f"{AT}/ending/<uuid:pk>"
FORCE: list[URLPattern] = [
    path(f"{AT}/publications/", publications.publications, name="publications"),
    path(f"{AT}/publications/give/", publications.give, name="give-notice"),
    path(f"{NOTICE}/clear/", publications.clear, name="clear-publication"),
    path(f"{NOTICE}/object/", publications.refuse, name="object-to-publication"),
    path(f"{NOTICE}/withdraw/", publications.withdraw, name="withdraw-publication"),
    path(f"{AT}/terminate/", endings.terminate, name="terminate"),
    path(f"{AT}/let-end/", endings.let_end, name="let-end"),
    path(f"{AT}/ending/", endings.ending, name="ending"),
    path(f"{END}/note/", endings.note, name="note-end"),
    path(f"{END}/ask-back/", endings.ask_back, name="ask-back"),
    path(f"{END}/take-back/", endings.take_back, name="take-back"),
    path(f"{END}/keep/", endings.keep_ending, name="keep-ending"),
]
urlpatterns = [*NEGOTIATION, *SIGNATURE, *FORCE]
