"""Who may do what with a story, and the only way to get one.

Everybody reads what is published. A draft exists for the offices of its partnership alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from jointlab.common.errors import NotAllowed, NotVisible
from jointlab.common.rows import the_row
from jointlab.newsroom.models import Kind, State, Story, StoryPicture
from jointlab.parties import access as parties
from jointlab.parties.models import Membership, Partnership, Role

# What each role may do while the partnership is prepared or in force …
ACTIONS: parties.Table = {
    "see drafts": parties.OFFICE,
    "write": parties.OFFICE,
    "publish": parties.OFFICE,
    "withdraw": parties.OFFICE,
}
# … and what is left when it has ended: what was published can still be taken back.
AFTERWARDS: parties.Table = {action: ACTIONS[action] for action in ("see drafts", "withdraw")}


def rights(partnership: Partnership, roles: Iterable[Role | str]) -> frozenset[str]:
    """Return the actions that these roles have in the partnership as it stands today."""
    return parties.rights(partnership, roles, ACTIONS, AFTERWARDS)


def rights_of(user: parties.Reader, partnership: Partnership) -> frozenset[str]:
    """Return what the person may do with the partnership's stories."""
    membership = parties.membership_of(user, partnership)
    return rights(partnership, membership.roles) if membership else frozenset()


def giving(own: Iterable[Membership], to: str) -> list[Membership]:
    """Return those of somebody's own memberships that give that right with stories today."""
    return parties.giving(own, to, ACTIONS, AFTERWARDS)


def demand(user: parties.Reader, partnership: Partnership, to: str) -> None:
    """Refuse whoever may not do this with the partnership's stories; a service's first line."""
    membership = parties.membership_of(user, partnership)
    if membership is None:
        raise NotVisible
    if to not in rights(partnership, membership.roles):
        raise NotAllowed(_("The news is written by the partnership's offices."))


def get_partnership(user: parties.Reader, code: str, to: str = "write") -> Partnership:
    """Return the partnership of that code, for that action."""
    partnership = parties.get_partnership(user, code)
    demand(user, partnership, to)
    return partnership


def partnerships_written_by(user: parties.Reader) -> QuerySet[Partnership]:
    """Return the partnerships whose news the person writes today: those that have not ended."""
    return (
        Partnership.objects.filter(pk__in=_offices_of(user))
        .exclude(in_force_until__lt=timezone.localdate())
        .order_by("code")
    )


def writes_anywhere(user: parties.Reader) -> bool:
    """Whether the person sees the drafts of any partnership."""
    return _offices_of(user).exists()


def published_stories() -> QuerySet[Story]:
    """Return what everybody may read, the latest first."""
    return Story.objects.filter(state=State.PUBLISHED).order_by("-day", "-published_at")


def stories_of_offices(user: parties.Reader) -> QuerySet[Story]:
    """Return the stories of the partnerships in whose offices the person works."""
    return Story.objects.filter(partnership__in=_offices_of(user))


def stories_visible_to(user: parties.Reader) -> QuerySet[Story]:
    """Return what is published, and the drafts of the person's own partnerships."""
    return Story.objects.filter(Q(state=State.PUBLISHED) | Q(partnership__in=_offices_of(user)))


def pictures_visible_to(user: parties.Reader) -> QuerySet[StoryPicture]:
    """Return the pictures of the stories that the person sees."""
    return StoryPicture.objects.filter(story__in=stories_visible_to(user)).select_related("story")


def get_published(slug: str, kind: str = Kind.NEWS) -> Story:
    """Return the published story at that address."""
    return the_row(published_stories().select_related("partnership"), slug=slug, kind=kind)


def get_story(user: parties.Reader, pk: UUID, to: str = "see drafts") -> Story:
    """Return the story of that id, for that action of its offices."""
    story = the_row(stories_visible_to(user).select_related("partnership"), pk=pk)
    _demand_of_visible(user, story, to)
    return story


def get_picture(user: parties.Reader, pk: UUID) -> StoryPicture:
    """Return the picture of that id, to look at."""
    return the_row(pictures_visible_to(user), pk=pk)


def get_picture_to_edit(user: parties.Reader, pk: UUID) -> StoryPicture:
    """Return the picture of that id, for the offices of its story."""
    picture = get_picture(user, pk)
    _demand_of_visible(user, picture.story, "write")
    return picture


def _demand_of_visible(user: parties.Reader, story: Story, to: str) -> None:
    if to not in rights_of(user, story.partnership):
        raise NotAllowed(_("The news is written by the partnership's offices."))


def _offices_of(user: parties.Reader) -> QuerySet[Membership, UUID]:
    """Return the ids of the partnerships in which the person sees drafts today."""
    memberships = parties.memberships_giving(user, "see drafts", ACTIONS, AFTERWARDS)
    return memberships.values_list("partnership", flat=True)
