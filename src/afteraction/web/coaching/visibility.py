"""Who reads what of coaching: one table, which pages, mail, exports and the tests read.

A conversation is of those who are in it. Nobody else reads any of it, admins included; what is private is for its
author alone. Everyone is shown it before they write (`readers`).
"""

from enum import StrEnum
from typing import Final

from django.db.models import Q, QuerySet

from afteraction.web.coaching.models import Assessment, Cadence, Meeting, SkillRating
from afteraction.web.people.models import Role, User
from afteraction.web.reviews.models import Review


class Reader(StrEnum):
    """Who someone is to a text."""

    AUTHOR = "author"
    BESIDE = "beside"
    """The other one of a pair; in a huddle everyone of the team."""


BOTH: Final = frozenset({Reader.AUTHOR, Reader.BESIDE})
READERS: Final[dict[str, frozenset[Reader]]] = {
    "private_note": frozenset({Reader.AUTHOR}),
    "shared_note": BOTH,
    "learned": BOTH,
    "serves": BOTH,
    "commitment": BOTH,
    "dropped_because": BOTH,
    "agenda": BOTH,
    "skip_reason": BOTH,
    "assessment_before_both": frozenset({Reader.AUTHOR}),
    "assessment_after_both": BOTH,
}
"""Whoever is not named reads nothing. `assessment_before_both`: levels and examples until both have given theirs."""


def relation(user: User, cadence: Cadence) -> Reader | None:
    """Who someone is to a row of meetings: in it, or nobody."""
    if not user.is_active or user.organisation_id != cadence.organisation_id:
        return None
    if user.pk in (cadence.manager_id, cadence.rep_id):
        return Reader.BESIDE
    return Reader.BESIDE if cadence.team_id is not None and user.team_id == cadence.team_id else None


def cadences_for(user: User) -> "QuerySet[Cadence]":
    """The rows of meetings that someone is in, those in force first."""
    mine = Q(manager=user) | Q(rep=user)
    if user.team_id is not None:
        mine |= Q(team_id=user.team_id)
    found = Cadence.objects.filter(mine, organisation=user.organisation)
    return found.select_related("manager", "rep", "team", "organisation")


def meetings_for(user: User) -> "QuerySet[Meeting]":
    """The meetings that someone is in."""
    found = Meeting.objects.filter(cadence__in=cadences_for(user))
    return found.select_related("cadence__manager", "cadence__rep", "cadence__team", "cadence__organisation", "lesson")


def people_in(cadence: Cadence) -> list[User]:
    """Who is in a row of meetings and may come in here, the manager first."""
    others = [cadence.rep] if cadence.rep is not None else []
    if cadence.team is not None:
        others = list(cadence.team.users.filter(is_active=True).exclude(pk=cadence.manager_id).order_by("name", "pk"))
    return [each for each in (cadence.manager, *others) if each is not None and each.is_active]


def readers(user: User, cadence: Cadence) -> str:
    """Who will read what is written in a meeting, in sentences that stand above it."""
    if cadence.rep is not None:
        other = cadence.rep if user.pk == cadence.manager_id else cadence.manager
        who = f"you and {other}"
    else:
        who = f"everyone of {cadence.team} and {'you' if user.pk == cadence.manager_id else cadence.manager}"
    return (
        f"Shared notes, answers and commitments are read by {who}, and by nobody else: no other manager, and not even "
        "an admin. Your private notes are for you alone."
    )


def assessment_readers(user: User, assessment: Assessment) -> str:
    """Who will read an assessment, and when."""
    other = assessment.manager if user.pk == assessment.rep_id else assessment.rep
    return (
        f"{other} sees what you say here once both of you have given theirs, and you see {_owned(other)} then: neither "
        "is swayed by the other. Nobody else reads it, not even an admin."
    )


def _owned(person: User) -> str:
    name = str(person)
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def both_given(assessment: Assessment) -> bool:
    """Whether each has given theirs."""
    return assessment.rep_done_at is not None and assessment.manager_done_at is not None


def assessments_for(user: User) -> "QuerySet[Assessment]":
    """The assessments that someone is one of the two of."""
    found = Assessment.objects.filter(Q(rep=user) | Q(manager=user), organisation=user.organisation)
    return found.select_related("rep", "manager")


def ratings_shown(user: User, assessment: Assessment) -> list[SkillRating]:
    """What of an assessment someone may read: their own, and the other's once both have given theirs."""
    if user.pk not in (assessment.rep_id, assessment.manager_id) or not user.is_active:
        return []
    found = assessment.ratings.select_related("skill").order_by("skill__place", "skill__name", "pk")
    return list(found if both_given(assessment) else found.filter(author=user))


def readable_reviews(user: User) -> "QuerySet[Review]":
    """The reviews whose texts someone reads, as `reviews.visibility.reads_texts` has it for one review."""
    found = Review.objects.filter(organisation=user.organisation)
    if user.role in (Role.OPERATIONS, Role.ADMIN):
        return found
    mine = Q(person=user)
    if user.role == Role.MANAGER:
        if user.team is None:
            return found
        mine |= Q(team=user.team.name)
    return found.filter(mine)
