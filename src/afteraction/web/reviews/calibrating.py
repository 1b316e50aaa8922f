"""Whose calibration someone may see, and what it is made of."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from django.db import transaction
from django.db.models import OuterRef, Subquery

from afteraction.analysis.person_calibration import PersonCalibration, person_calibration
from afteraction.errors import NotEnoughData
from afteraction.web.deals.models import Deal
from afteraction.web.people.models import Role, User
from afteraction.web.reviews.models import CalibrationConsent, Expectation, ReviewRules
from afteraction.web.reviews.rules import rules_of

MOST_STATEMENTS: Final = 5_000
"""The newest ones; who made more statements was another person then."""


@dataclass(frozen=True)
class Stated:
    """A person's calibration, or why there is none; `open` is how many of their statements wait for an outcome."""

    person: User
    found: PersonCalibration | NotEnoughData
    open: int


def stated_by(person: User) -> Stated:
    """The calibration of the chances that someone stated before the outcome."""
    noted = Expectation.objects.filter(organisation=person.organisation, person=person)
    ended = noted.annotate(outcome=_of_the_end("outcome"), closed_at=_of_the_end("closed_at"))
    rows = ended.exclude(outcome=None).order_by("-made_at")[:MOST_STATEMENTS]
    # What was changed after the end, which the record learnt of later, is no expectation. Without a date of the end
    # it counts when it was locked, which is when the record was seen to have moved on.
    known = [
        (each.deal_id, each.chance, each.outcome)
        for each in rows
        if (end := each.closed_at or each.locked_at) is not None and each.changed_at <= end
    ]
    numbers = {deal_id: number for number, deal_id in enumerate(dict.fromkeys(deal for deal, _c, _o in known))}
    found = person_calibration(
        np.array([chance / 100 for _deal, chance, _outcome in known], dtype=np.float64),
        np.array([outcome == "won" for _deal, _chance, outcome in known], dtype=np.bool_),
        np.array([numbers[deal_id] for deal_id, _chance, _outcome in known], dtype=np.intp),
    )
    return Stated(person, found, ended.filter(outcome=None).values("deal_id").distinct().count())


def may_see_calibration(user: User, person: User, rules: ReviewRules) -> bool:
    """Whether someone may see the calibration of a person: their own, or as the rules say that of their team."""
    if user.pk == person.pk:
        return True
    if person.organisation_id != user.organisation_id or not _leads(user, person):
        return False
    if rules.calibration == ReviewRules.Calibration.MANAGER:
        return True
    consent = rules.calibration == ReviewRules.Calibration.CONSENT
    return consent and CalibrationConsent.objects.filter(person=person).exists()


def team_of(user: User, *, now: datetime) -> list[tuple[User, bool]]:
    """Whom a manager leads, with whether they may see their calibration; empty for everyone else."""
    if user.role != Role.MANAGER:
        return []
    rules = rules_of(user.organisation, now=now)
    found = User.objects.filter(organisation=user.organisation, role=Role.REP, is_active=True).order_by("name")
    if user.team_id is not None:
        found = found.filter(team_id=user.team_id)
    return [(person, may_see_calibration(user, person, rules)) for person in found.select_related("organisation")]


@transaction.atomic
def give_consent(*, by: User, now: datetime) -> None:
    """Lets one's manager see one's calibration; does nothing when that is so."""
    CalibrationConsent.objects.get_or_create(person=by, defaults={"given_at": now})


@transaction.atomic
def take_consent_back(*, by: User) -> None:
    """Lets nobody else see one's calibration any more."""
    CalibrationConsent.objects.filter(person=by).delete()


def _leads(user: User, person: User) -> bool:
    return user.role == Role.MANAGER and (user.team_id is None or user.team_id == person.team_id)


def _of_the_end(field: str) -> Subquery:
    """What the record says of the deal of an expectation, if it has ended."""
    ended = Deal.objects.filter(organisation=OuterRef("organisation"), deal_id=OuterRef("deal_id")).exclude(
        outcome="open"
    )
    return Subquery(ended.values(field)[:1])
