"""Who reads what of a buyer's answer: one table, which pages, exports, the API and the tests read.

Buyers are told that their answers go to the company. Inside it, those who worked on the deal learn who said what;
others learn what was said, without who and about which deal, unless the buyer may be quoted by name.
"""

from enum import StrEnum
from typing import Any, Final

from django.db.models import Q, QuerySet

from afteraction.web.buyers.models import BuyerAnswer, Interview
from afteraction.web.people.models import Role, User
from afteraction.web.people.roles import Right, may
from afteraction.web.reviews.models import Review
from afteraction.web.reviews.visibility import leads


class Part(StrEnum):
    """A part of an answer."""

    CHOICES = "choices"
    WORDS = "words"
    DEAL = "deal"
    NAME = "name"


ALL: Final = frozenset(Part)
UNNAMED: Final = frozenset({Part.CHOICES, Part.WORDS})
READERS: Final[dict[str, frozenset[Part]]] = {
    "rep of the deal": ALL,
    "manager of the team": ALL,
    Role.OPERATIONS: ALL,
    Role.ADMIN: ALL,
    Role.MARKETING: UNNAMED,
    Role.EXECUTIVE: UNNAMED,
}
"""Whoever is not here reads nothing of an answer that is tied to a deal. Anonymous answers are for everyone."""
FIELDS: Final[dict[Part, tuple[str, ...]]] = {
    Part.CHOICES: ("source", "cause", "drivers", "score", "engaged", "may_quote"),
    Part.WORDS: ("better", "apart", "changed"),
    Part.DEAL: ("review",),
    Part.NAME: ("name",),
}
_QUOTABLE: Final = (Interview.Consent.QUOTE, Interview.Consent.NAMED)


def parts(user: User, answer: BuyerAnswer) -> frozenset[Part]:
    """What someone reads of an answer."""
    if answer.organisation_id != user.organisation_id or not may(user, Right.SEE_BUYERS):
        return frozenset()
    found = READERS.get(_relation(user, answer.review), frozenset())
    if found and answer.may_quote == BuyerAnswer.Quote.NAMED:
        return ALL
    return found


def shown(user: User, answer: BuyerAnswer) -> dict[str, Any]:
    """The fields of an answer that someone may read, by name."""
    return {name: getattr(answer, name) for part in parts(user, answer) for name in FIELDS[part]}


def visible_answers(user: User) -> "QuerySet[BuyerAnswer]":
    """The answers of which someone may read anything, newest first."""
    found = BuyerAnswer.objects.filter(organisation=user.organisation).select_related("review")
    return _narrowed(found, user).order_by("-answered_at", "-id")


def visible_interviews(user: User) -> "QuerySet[Interview]":
    """The interviews whose text someone may read: those outside the deal where the interviewee agreed to be quoted."""
    found = Interview.objects.filter(organisation=user.organisation).select_related("review")
    if READERS.get(user.role) == UNNAMED:
        found = found.filter(consent__in=_QUOTABLE)
    return _narrowed(found, user)


def interview_parts(user: User, interview: Interview) -> frozenset[Part]:
    """What someone reads of an interview."""
    if interview.organisation_id != user.organisation_id or not may(user, Right.SEE_BUYERS):
        return frozenset()
    found = READERS.get(_relation(user, interview.review), frozenset())
    if found == UNNAMED:
        if interview.consent == Interview.Consent.NAMED:
            return ALL
        return UNNAMED if interview.consent in _QUOTABLE else frozenset()
    return found


def _relation(user: User, review: Review) -> str:
    if review.person_id == user.pk:
        return "rep of the deal"
    return "manager of the team" if leads(user, review) else str(user.role)


def _narrowed(found: "QuerySet[Any]", user: User) -> "QuerySet[Any]":
    if not may(user, Right.SEE_BUYERS):
        return found.none()
    if user.role in READERS:
        return found
    own = Q(review__person=user)
    if user.role == Role.MANAGER:
        own |= Q(review__team=user.team.name) if user.team else Q()
        return found if user.team is None else found.filter(own)
    return found.filter(own)
