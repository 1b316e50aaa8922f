"""Crossovers: deals that were not done the way that was drawn for them. They stay in their arm, and are told.

Three things show one: somebody who works on the deal told so; the record has the step that tells the arms apart in a
deal of the other arm, or has not got it in a deal whose time is over; the deal went to a rep or team that goes the
other way. Of what was told the last counts.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models import Count as CountOf

from afteraction.analysis.intervals import Rate, rate_if_any
from afteraction.web.deals.models import Deal
from afteraction.web.experiments.drawing import Drawing
from afteraction.web.experiments.models import Assignment, Exposure, Protocol, StepDone
from afteraction.web.experiments.seen import TellingStep, telling_step
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may

HOW: Final = {"by_word": "told so", "by_record": "by the record", "by_hands": "changed hands"}


@dataclass(frozen=True)
class Crossings:
    """The deals of one arm: all, those whose way is known, and of these how many went the other way (with interval)."""

    arm: str
    deals: int
    share: Rate | None


@dataclass(frozen=True)
class Crossed:
    """The deals in arms of a protocol as `now` has them, with what tells that one went the other way.

    Each row of `rows` has `owner_now`, `name_now`, `team_now` and `title_now` (None where it left the record),
    `followed` and `why` as told last, `done_at` (the telling step), and flags: `by_word`, `by_record`, `by_hands`,
    `is_crossed`, `is_known`.
    """

    rows: "QuerySet[Assignment]"
    step: TellingStep | None

    def by_arm(self, arms: tuple[str, str]) -> tuple[Crossings, ...]:
        """The crossovers of each arm."""
        found = {row["arm"]: row for row in self._counted("arm")}
        nothing = {"deals": 0, "known": 0, "crossed": 0}
        return tuple(_crossings(arm, found.get(arm, nothing)) for arm in arms)

    def by_owner(self) -> tuple[Crossings, ...]:
        """The crossovers of each rep, by who has the deal now; `arm` is the rep's key in the record."""
        return tuple(_crossings(row["owner_now"] or "", row) for row in self._counted("owner_now"))

    @property
    def over(self) -> "QuerySet[Assignment]":
        """Those that went the other way."""
        return self.rows.filter(Q(is_crossed=True))

    def _counted(self, by: str) -> list[dict[str, Any]]:
        counts = {
            "deals": CountOf("pk"),
            "known": CountOf("pk", filter=Q(is_known=True)),
            "crossed": CountOf("pk", filter=Q(is_crossed=True)),
        }
        return [dict(row) for row in self.rows.order_by(by).values(by).annotate(**counts)]


def _crossings(key: str, row: Mapping[str, Any]) -> Crossings:
    return Crossings(key, row["deals"], rate_if_any(row["crossed"], row["known"]))


def crossed(protocol: Protocol, drawing: Drawing, now: datetime) -> Crossed:
    """The deals in arms, and which went the other way."""
    step = telling_step(protocol, drawing.document)
    organisation = protocol.experiment.organisation_id
    deal = Deal.objects.filter(organisation=organisation, deal_id=OuterRef("unit"))
    told = Exposure.objects.filter(protocol=protocol, deal_id=OuterRef("unit")).exclude(followed="")
    told = told.order_by("-told_at", "-pk")
    done = StepDone.objects.filter(protocol=protocol, deal_id=OuterRef("unit"))
    over = Q(at__lte=now - timedelta(days=drawing.document.primary.horizon)) | Q(has_ended=True)
    by_word = Q(followed=Exposure.Followed.OTHER)
    by_record, known_by_record = Q(pk__in=[]), Q(pk__in=[])
    if step is not None:
        by_record = (~Q(arm=step.arm) & Q(done_at__isnull=False)) | (Q(arm=step.arm, done_at__isnull=True) & over)
        known_by_record = Q(done_at__isnull=False) | over
    by_hands = _changed_hands(protocol, drawing)
    rows = protocol.assignments.exclude(arm="").annotate(
        owner_now=Subquery(deal.values("owner")[:1]),
        team_now=Subquery(deal.values("team")[:1]),
        name_now=Subquery(deal.values("owner_name")[:1]),
        title_now=Subquery(deal.values("name")[:1]),
        has_ended=Exists(deal.exclude(outcome="open")),
        followed=Subquery(told.values("followed")[:1]),
        why=Subquery(told.values("why")[:1]),
        done_at=Subquery(done.values("at")[:1]),
    )
    rows = rows.annotate(
        by_word=_flag(by_word), by_record=_flag(by_record), by_hands=_flag(by_hands),
        is_crossed=_flag(by_word | by_record | by_hands),
        is_known=_flag(by_word | by_record | by_hands | known_by_record | Q(followed=Exposure.Followed.YES)),
    )  # fmt: skip
    return Crossed(rows, step)


def _flag(condition: Q) -> Case:
    """A condition as a column that is never null."""
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def _changed_hands(protocol: Protocol, drawing: Drawing) -> Q:
    """Deals that belong to a rep or team now which went the other way when the deal began."""
    column = {"rep": "owner_now", "team": "team_now"}.get(drawing.design.unit)
    found = Q(pk__in=[])
    if column is None:
        return found
    units = sorted(set(drawing.design.units))
    periods = protocol.assignments.exclude(arm="").order_by("period").values_list("period", flat=True).distinct()
    for period in periods:
        arm_of = {unit: drawing.arm_of_unit(unit, period) for unit in units}
        for arm in drawing.arms:
            others = [unit for unit, its in arm_of.items() if its != arm]
            found |= Q(**{"period": period, "arm": arm, f"{column}__in": others})
    return found


@dataclass(frozen=True)
class DealInTrial:
    """A deal with its arm, who has it now (`there`: it is on record), and what shows that it went the other way."""

    deal_id: str
    name: str
    arm: str
    at: datetime
    owner: str
    there: bool
    followed: str
    why: str
    done_at: datetime | None
    how: tuple[str, ...]


def lines_of(rows: "QuerySet[Assignment]") -> Iterator[DealInTrial]:
    """Rows of `Crossed` as they are listed."""
    names = ("unit", "arm", "at", "title_now", "owner_now", "name_now", "followed", "why", "done_at", *HOW)
    for row in rows.values(*names):
        yield DealInTrial(
            row["unit"], row["title_now"] or row["unit"], row["arm"], row["at"],
            row["name_now"] or row["owner_now"] or "", row["owner_now"] is not None,
            row["followed"] or "", row["why"] or "", row["done_at"],
            tuple(word for name, word in HOW.items() if row[name]),
        )  # fmt: skip


def sees(user: User, protocol: Protocol) -> str:
    """Which deals of a trial someone sees one by one: all, team or own (`seen_by`)."""
    return seen_by(user, (protocol.experiment.owner_id, protocol.experiment.sponsor_id))


def seen_by(user: User, answer_for_it: Collection[int | None]) -> str:
    """Which deals someone sees one by one of what these people answer for.

    They themselves and who may see everyone's figures: all. A manager: their team's. Others: their own.
    """
    if user.pk in answer_for_it or may(user, Right.SEE_ALL_SKILL):
        return "all"
    return "team" if may(user, Right.SEE_TEAM_SKILL) and user.team is not None else "own"


def deals_of(rows: "QuerySet[Assignment]", user: User, protocol: Protocol) -> "QuerySet[Assignment]":
    """Of the deals of a trial those that someone sees one by one, with what was told of each."""
    seen = sees(user, protocol)
    return rows if seen == "all" else rows.filter(one_s_own(user, seen, "owner_now", "team_now"))


def one_s_own(user: User, seen: str, owner: str = "owner", team: str = "team") -> Q:
    """The deals of someone who sees their own, or those of their team: by the columns of who has them now."""
    mine = Q(**{owner: user.owner_name}) if user.owner_name else Q(pk__in=[])
    if seen == "team" and user.team is not None:
        mine |= Q(**{team: user.team.name})
    return mine
