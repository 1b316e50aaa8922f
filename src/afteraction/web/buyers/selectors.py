"""What there is to know about the buyer's voice. Every query starts from one organisation."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from afteraction.web.buyers.models import AnonymousAnswer, Asking, BuyerFigures, BuyerWords, HeldAnswer, Invitation
from afteraction.web.buyers.programme import default_words
from afteraction.web.people.models import Organisation, Role, User
from afteraction.web.people.roles import Right, may
from afteraction.web.reviews.models import Driver
from afteraction.web.reviews.taxonomy import counted_as, drivers_of

_VERY_MANY: Final = 20_000
"""Asked deals from which on the figures take a job many seconds."""


def known_drivers(organisation: Organisation) -> frozenset[int]:
    """The drivers that may be named, by their keys."""
    return frozenset(drivers_of(organisation, now=timezone.now()).values_list("pk", flat=True))


def drivers_in_words(organisation: Organisation, language: str, outcome: str) -> list[tuple[int, str]]:
    """What may have weighed in a decision, as buyers read it, in the taxonomy's order.

    Drivers with the same words are one: of them the one that explains this outcome, so that all that anybody sees of
    the outcome is a number.
    """
    drivers = list(drivers_of(organisation, now=timezone.now()))
    own = dict(BuyerWords.objects.filter(driver__in=drivers, language=language).values_list("driver", "words"))
    chosen: dict[str, Driver] = {}
    for driver in drivers:
        words = own.get(driver.pk) or default_words(driver, language)
        there = chosen.setdefault(words, driver)
        if outcome in driver.outcomes and outcome not in there.outcomes:
            chosen[words] = driver
    return [(driver.pk, words) for words, driver in chosen.items()]


@dataclass(frozen=True)
class Standing:
    """How many deals are in preview, asked, without an address, withheld; how many people were asked and answered."""

    preview: int
    asked: int
    nobody: int
    withheld: int
    left_out: int
    sent: int
    answered: int
    anonymous: int
    declined: int
    held: int


def standing_of(organisation: Organisation) -> Standing:
    """Where the asking of an organisation stands."""
    deals = Counter(dict(Asking.objects.filter(organisation=organisation).values_list("state").annotate(Count("pk"))))
    invitations = Invitation.objects.filter(asking__organisation=organisation).exclude(
        asking__state=Asking.State.PREVIEW
    )
    people = Counter(dict(invitations.values_list("state").annotate(Count("pk"))))
    unsent = (Invitation.State.PREVIEW, Invitation.State.WITHHELD, Invitation.State.BOUNCED)
    return Standing(
        preview=deals["preview"],
        asked=deals["asked"],
        nobody=deals["nobody"],
        withheld=deals["withheld"],
        left_out=deals["left_out"],
        sent=sum(n for state, n in people.items() if state not in unsent),
        answered=people["answered"],
        anonymous=people["anonymous"],
        declined=people["declined"] + people["unsubscribed"],
        held=held_answers(organisation),
    )


def held_answers(organisation: Organisation) -> int:
    """Anonymous answers that wait until five of a kind can appear together."""
    return HeldAnswer.objects.filter(organisation=organisation).count()


def visible_askings(user: User, state: str = "") -> "QuerySet[Asking]":
    """The deals of which someone may see whom they ask: those who may read everything of an answer about them."""
    found = Asking.objects.filter(organisation=user.organisation).select_related("review__person", "withheld_by")
    if state:
        found = found.filter(state=state)
    if not may(user, Right.ASK_BUYERS):
        own = Q(review__person=user)
        if user.role == Role.MANAGER:
            own = Q() if user.team is None else own | Q(review__team=user.team.name)
        found = found.filter(own)
    return found.prefetch_related("invitations").order_by("-opened_at", "-id")


def figures_of(organisation: Organisation) -> BuyerFigures | None:
    """The figures that the newest job found."""
    return BuyerFigures.objects.filter(organisation=organisation).first()


def figures_are_old(organisation: Organisation, *, now: datetime) -> bool:
    """Whether anything that the figures count has changed since they were made; of very many asked deals hourly."""
    figures, standing = figures_of(organisation), standing_of(organisation)
    if figures and standing.asked > _VERY_MANY and now < figures.made_at + timedelta(hours=1):
        return False
    counted = [standing.asked, standing.withheld, standing.sent, standing.answered, standing.anonymous]
    return any(counted) if figures is None else figures.content.get("counted") != counted


def withholding_for(user: User, figures: BuyerFigures | None) -> list[dict[str, Any]]:
    """What is withheld by rep, as far as someone may see the skill of reps: of everyone, of their team, or nothing."""
    rows: list[dict[str, Any]] = figures.content.get("withheld", []) if figures else []
    if may(user, Right.SEE_ALL_SKILL):
        return rows
    if may(user, Right.SEE_TEAM_SKILL):
        return [row for row in rows if user.team is None or row["team"] == user.team.name]
    return [row for row in rows if user.owner_name and row["owner"] == user.owner_name]


def driver_names(organisation: Organisation) -> dict[int, str]:
    """What the organisation itself calls its drivers, merged and retired ones too."""
    return {key: driver.name for key, driver in counted_as(organisation).items()}


def anonymous_answers(user: User) -> "QuerySet[AnonymousAnswer]":
    """Answers that nobody is known to have given, in the order of their keys, which says nothing."""
    if not may(user, Right.SEE_BUYERS):
        return AnonymousAnswer.objects.none()
    return AnonymousAnswer.objects.filter(organisation=user.organisation).order_by("-quarter", "pk")
