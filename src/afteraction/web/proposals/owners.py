"""Who answers a proposal."""

from datetime import timedelta
from typing import Final

from django.db.models import Count, Q

from afteraction.web.people.models import Organisation, Role, User
from afteraction.web.people.roles import RIGHTS, Right
from afteraction.web.proposals.models import Proposal

ANSWER_WITHIN: Final = timedelta(days=14)
"""From the day it was proposed, brought back or handed over."""
_FIRST: Final = (Role.OPERATIONS, Role.MANAGER, Role.EXECUTIVE, Role.ADMIN)
"""Who is asked first: who owns the process, then who lead those who follow it."""


def who_may_answer(organisation: Organisation) -> list[User]:
    """Everyone who may answer proposals, by name."""
    roles = [role for role in Role.values if Right.OWN_TRIALS in RIGHTS[role]]
    people = User.objects.filter(organisation=organisation, is_active=True, role__in=roles)
    return list(people.select_related("team").order_by("name", "pk"))


def owner_for(organisation: Organisation, author: User | None) -> User | None:
    """Who is to answer: not the author, somebody who has been here, operations before managers, the least burdened.

    Among managers it is the one of the author's team. None where nobody may.
    """
    people = who_may_answer(organisation)
    waiting = Count("proposals_owned", filter=Q(proposals_owned__state=Proposal.State.OPEN))
    counts = dict(User.objects.filter(pk__in=[one.pk for one in people]).annotate(n=waiting).values_list("pk", "n"))

    def rank(one: User) -> tuple[bool, bool, int, bool, int, int]:
        elsewhere = one.role == Role.MANAGER and (author is None or one.team_id != author.team_id)
        place = _FIRST.index(Role(one.role))
        return (one == author, one.last_login is None, place, elsewhere, counts[one.pk], one.pk)

    return min(people, key=rank, default=None)
