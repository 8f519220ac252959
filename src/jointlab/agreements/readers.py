"""Which of the room's entries in a history only those read who may read drafts."""

from __future__ import annotations

from uuid import UUID

from jointlab.agreements.access import POLICY
from jointlab.parties.policy import Reader

# Whatever tells of a text before it is signed, for good: what was negotiated stays so when the
# text binds. A signature is told to all, the first one too: it is given in the name of a side that
# everybody belongs to. Certificates stand in their person's own chain, which has no page.
NARROWER = frozenset(
    {
        "agreements.drafted",  # of an amendment or a renewal, too: what it follows is told, not it
        "agreements.text_changed",
        "agreements.commented",  # in a side's own chain, too: there is a text, and it is doubted
        "agreements.comment_settled",
        "agreements.approved",
        "agreements.approval_withdrawn",
        "agreements.document_made",  # nobody has signed it yet
        "agreements.signing_declined",  # sends the text back, and says why
        "agreements.reopened",
        "agreements.withdrawn",
    }
)


def reads_narrower(user: Reader, chain: UUID) -> bool:
    """Whether the person may read drafts of that partnership; of its own chain, for that side."""
    own = POLICY.memberships(user, "read drafts")
    return any(chain in (member.partnership_id, member.organisation_id) for member in own)
