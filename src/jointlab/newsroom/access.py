"""Who may do what with a story, and the only way to get one.

Everybody reads what is published. A draft exists for the offices of its partnership alone.
"""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from jointlab.common import days
from jointlab.common.errors import NotAllowed
from jointlab.common.prepared import Prepared
from jointlab.common.rows import first_visible, get_visible
from jointlab.newsroom.models import Kind, State, Story, StoryPicture
from jointlab.parties import access as parties
from jointlab.parties.models import Partnership
from jointlab.parties.policy import Policy, Reader, membership_of

DRAFTS = {"see drafts": parties.OFFICE, "withdraw": parties.OFFICE}
# When the partnership has ended, what was published can still be taken back.
POLICY = Policy(
    during={**DRAFTS, "write": parties.OFFICE, "publish": parties.OFFICE},
    afterwards=DRAFTS,
    words=_("The news is written by the partnership's offices."),
)


def rights_of(user: Reader, partnership: Partnership) -> frozenset[str]:
    """Return what the person may do with the partnership's stories."""
    return POLICY.rights(membership_of(user, partnership))


def get_partnership(user: Reader, code: str, to: str = "write") -> Partnership:
    """Return the partnership of that code, for that action."""
    return parties.get_partnership(user, code, to, POLICY)


def partnerships_written_by(user: Reader) -> QuerySet[Partnership]:
    """Return the partnerships whose news the person writes today: those that have not ended."""
    return (
        Partnership.objects.filter(pk__in=_offices_of(user))
        .exclude(Partnership.ended_by(days.today()))
        .order_by("code")
    )


def writes_anywhere(user: Reader) -> bool:
    """Whether the person sees the drafts of any partnership."""
    return bool(_offices_of(user))


def published_stories() -> QuerySet[Story]:
    """Return what everybody may read, the latest first."""
    return Story.objects.filter(state=State.PUBLISHED).order_by("-day", "-published_at")


def stories_of_offices(user: Reader) -> QuerySet[Story]:
    """Return the stories of the partnerships in whose offices the person works."""
    return Story.objects.filter(partnership__in=_offices_of(user))


def stories_visible_to(user: Reader) -> QuerySet[Story]:
    """Return what is published, and the drafts of the person's own partnerships."""
    return _visible(_offices_of(user))


def _visible(partnerships: list[UUID]) -> QuerySet[Story]:
    return Story.objects.filter(Q(state=State.PUBLISHED) | Q(partnership__any_of=partnerships))


@Prepared
def _visible_story(pk: UUID, partnerships: list[UUID]) -> QuerySet[Story]:
    return _visible(partnerships).filter(pk=pk).select_related("partnership")


def pictures_visible_to(user: Reader) -> QuerySet[StoryPicture]:
    """Return the pictures of the stories that the person sees."""
    return StoryPicture.objects.filter(story__in=stories_visible_to(user)).select_related("story")


def get_published(slug: str, kind: str = Kind.NEWS) -> Story:
    """Return the published story at that address."""
    return get_visible(published_stories().select_related("partnership"), slug=slug, kind=kind)


def get_story(user: Reader, pk: UUID, to: str = "see drafts") -> Story:
    """Return the story of that id, for that action of its offices."""
    story = first_visible(_visible_story(pk=pk, partnerships=_offices_of(user)))
    _check_visible(user, story, to)
    return story


def get_picture(user: Reader, pk: UUID) -> StoryPicture:
    """Return the picture of that id, to look at."""
    return get_visible(pictures_visible_to(user), pk=pk)


def get_picture_to_edit(user: Reader, pk: UUID) -> StoryPicture:
    """Return the picture of that id, for the offices of its story."""
    picture = get_picture(user, pk)
    _check_visible(user, picture.story, "write")
    return picture


def _check_visible(user: Reader, story: Story, to: str) -> None:
    if membership_of(user, story.partnership) is None:  # published, and somebody else's
        raise NotAllowed(str(POLICY.words))
    POLICY.authorise(user, to, story)


def _offices_of(user: Reader) -> list[UUID]:
    """Return the ids of the partnerships in which the person sees drafts today."""
    return POLICY.partnerships(user, "see drafts")
