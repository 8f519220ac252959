"""Access as a value: which roles may do what in a room, and why somebody may not.

A room has one `POLICY`. Its access functions, its services and what its pages offer ask the same
`why_not`, so that none of them knows a rule that another has forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jointlab.common import days
from jointlab.common.errors import NotAllowed, NotVisible, Refusal
from jointlab.common.prepared import Prepared
from jointlab.parties.models import Membership, Memberships, Partnership, Person, Phase, Role

Reader = Person | AnonymousUser
Table = Mapping[str, frozenset[Role]]
Rule = Callable[[Membership, Any], Refusal | None]

NOT_OF_THE_ROLE = _("Your role in this partnership does not include that.")


@dataclass(frozen=True)
class Policy:
    """Who may do what in a room.

    during      action → roles, while the partnership is prepared or in force
    afterwards  the same when it has ended
    rules       action → what it takes besides the role, of this member and this thing: a function
                that returns the refusal, or None; such an action is always asked with the thing
    words       what is said to whoever has not the role
    """

    during: Table
    afterwards: Table
    rules: Mapping[str, Rule] = field(default_factory=dict)
    words: str | Promise = NOT_OF_THE_ROLE

    def rights(self, member: Membership | None) -> frozenset[str]:
        """Return the actions that the member's roles have in their partnership as it stands today."""
        if member is None:
            return frozenset()
        held = frozenset(member.roles)
        table = self._table(member.partnership)
        return frozenset(action for action, allowed in table.items() if held & allowed)

    def why_not(self, act: str, member: Membership, thing: Any = None) -> Refusal | None:
        """Return why the member may not do this with the thing; None when they may."""
        if not self._table(member.partnership).get(act, frozenset()) & frozenset(member.roles):
            return NotAllowed(str(self.words))
        rule = self.rules.get(act)
        return rule(member, thing) if rule else None

    def may(self, act: str, member: Membership | None, thing: Any = None) -> bool:
        """Whether a page offers the member this act on the thing."""
        return member is not None and self.why_not(act, member, thing) is None

    def authorise(self, user: Reader, act: str, thing: Any) -> Membership:
        """Return the membership by which the person may do this: for an access function.

        `thing` is a partnership, or a row that has one. Raises NotVisible for a stranger, else
        what `why_not` says.
        """
        return self._checked(membership_of(user, _partnership_of(thing)), act, thing)

    def require(self, by: Reader, act: str, thing: Any) -> Membership:
        """Return the same membership, read from the database anew: a service's first line."""
        member = read_membership_of(by, _partnership_of(thing))
        return self._checked(member, act, thing)

    def with_right(self, own: Iterable[Membership], act: str) -> list[Membership]:
        """Return those of these memberships that give that right today."""
        return [member for member in own if act in self.rights(member)]

    def memberships(self, user: Reader, act: str) -> list[Membership]:
        """Return the person's memberships that give that right today."""
        return self.with_right(own_memberships(user), act)

    def partnerships(self, user: Reader, act: str) -> list[UUID]:
        """Return the ids of the partnerships in which the person has that right today."""
        return [member.partnership_id for member in self.memberships(user, act)]

    def holders(self, act: str, today: date | None = None) -> Memberships:
        """Return everybody's memberships that give that right today."""
        today = today or days.today()
        ended = Partnership.ended_by(today, "partnership__")
        now = Q(~ended, roles__overlap=list(self.during[act]))
        after = Q(ended, roles__overlap=list(self.afterwards.get(act, ())))
        return Membership.objects.live(today).filter(now | after)

    def _checked(self, member: Membership | None, act: str, thing: Any) -> Membership:
        if member is None:
            raise NotVisible
        if refusal := self.why_not(act, member, thing):
            raise refusal
        return member

    def _table(self, partnership: Partnership) -> Table:
        return self.afterwards if partnership.phase is Phase.ENDED else self.during


def own_memberships(user: Reader) -> Sequence[Membership]:
    """Return the person's live memberships, by the code of the partnership.

    Each with its partnership, organisation and unit. In a request they are read once.
    """
    if not isinstance(user, Person):
        return ()
    kept = user.read_once
    if kept is not None and "memberships" in kept:
        memberships: list[Membership] = kept["memberships"]
        return memberships
    memberships = read_memberships(user)
    if kept is not None:
        kept["memberships"] = memberships
    return memberships


def read_memberships(user: Reader) -> list[Membership]:
    """Return the same, read afresh: for what a service checks itself."""
    if not isinstance(user, Person):
        return []
    memberships = _live_memberships(person=user.pk, today=days.today())
    for own in memberships:
        own.person = user
    return memberships


def membership_of(user: Reader, partnership: Partnership | UUID) -> Membership | None:
    """Return the person's live membership in the partnership, if there is one."""
    pk = partnership.pk if isinstance(partnership, Partnership) else partnership
    return next((own for own in own_memberships(user) if own.partnership_id == pk), None)


def read_membership_of(user: Reader, partnership: Partnership) -> Membership | None:
    """Return the same, read afresh: for what a service checks itself."""
    return next(
        (own for own in read_memberships(user) if own.partnership_id == partnership.pk), None
    )


def _partnership_of(thing: Any) -> Partnership:
    partnership: Partnership = thing if isinstance(thing, Partnership) else thing.partnership
    return partnership


@Prepared
def _live_memberships(person: UUID, today: date) -> Memberships:
    rows = Membership.objects.live(today).filter(person=person)
    return rows.select_related("partnership", "organisation", "unit").order_by("partnership__code")
