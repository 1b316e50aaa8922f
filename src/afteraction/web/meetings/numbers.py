"""The figures of the loop in the last weeks and in those before, as the joint meeting compares them.

Counted by the database over the leads and deals that both sides work with; by a job, when an agenda is made.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any, Final

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from afteraction.analysis.medians import Median, median
from afteraction.analysis.moved import Pair
from afteraction.web.deals.models import Deal
from afteraction.web.leads.models import Lead
from afteraction.web.people.models import Organisation

LAST: Final = timedelta(days=28)
BEFORE: Final = timedelta(days=84)
RIPE: Final = timedelta(days=30)
"""A lead younger than this cannot have failed to become a deal within it: it is not counted yet."""
DECIDED: Final = timedelta(days=14)
"""So long sales has to accept a lead before that is counted, of all that were handed over. Of young leads only the
quickly accepted ones are decided about: what comes back takes longer."""
_MOST_SOURCES: Final = 20
_MOST_MINUTES: Final = 50_000
ANSWERED, ACCEPTED, DEAL, WON = (
    "leads called or written to in time",
    f"leads accepted within {DECIDED.days} days of the hand-over",
    f"leads that became a deal within {RIPE.days} days",
    "won, of the deals from leads that ended",
)
WAITS: Final = {ACCEPTED: DECIDED, DEAL: RIPE}
"""Figures whose weeks end so long before the newest lead."""


@dataclass(frozen=True)
class Period:
    """From when, left out, until when, included."""

    since: datetime
    until: datetime

    def of(self, column: str) -> Q:
        """What lies in it, its last moment included: the newest lead is often that."""
        return Q(**{f"{column}__gt": self.since, f"{column}__lte": self.until})


def periods(until: datetime, wait: timedelta = timedelta(0)) -> tuple[Period, Period]:
    """The last weeks and those before, both ended so long ago that their outcome is known."""
    end = until - wait
    return Period(end - LAST, end), Period(end - LAST - BEFORE, end - LAST)


def pairs_of(organisation: Organisation, *, until: datetime) -> list[Pair]:
    """All figures that are compared: over all leads, and by source; calls in time also by team."""
    leads = Lead.objects.filter(organisation=organisation)
    in_time = Q(answered_at__isnull=False, answered_at__lte=F("due_at"))
    handed = leads.filter(handed_at__isnull=False, due_at__lte=until)
    accepted = Q(accepted_at__isnull=False, accepted_at__lte=F("handed_at") + DECIDED)
    soon = Deal.objects.filter(
        organisation=organisation, deal_id=OuterRef("deal_id"), created_at__lte=OuterRef("came_at") + RIPE
    )
    became = leads.annotate(soon=Exists(soon))
    last, before = periods(until)
    return [
        *_compared(ANSWERED, handed, "handed_at", in_time, (last, before), ("source", "team")),
        *_compared(ACCEPTED, leads, "handed_at", accepted, periods(until, DECIDED), ("source",)),
        *_compared(DEAL, became, "came_at", ~Q(deal_id="") & Q(soon=True), periods(until, RIPE), ("source",)),
        *_won(organisation, last, before),
    ]


def minutes_of(organisation: Organisation, *, until: datetime) -> tuple[Median | None, Median | None]:
    """The middle of how long the first answer took in the last weeks and before, in minutes of business hours."""
    answered = Lead.objects.filter(organisation=organisation, answer_minutes__isnull=False)
    found = []
    for period in periods(until):
        rows = answered.filter(period.of("handed_at")).values_list("answer_minutes", flat=True)[:_MOST_MINUTES]
        found.append(median([each for each in rows if each is not None]))
    return found[0], found[1]


def _compared(
    measure: str,
    rows: "QuerySet[Lead]",
    dated: str,
    kept: Q,
    both: tuple[Period, Period],
    by: Iterable[str],
) -> Iterator[Pair]:
    last, before = both
    asked = _asked(dated, kept, last, before)
    inside = rows.filter(last.of(dated) | before.of(dated))
    yield _pair(measure, "", inside.aggregate(**asked))
    for column in by:
        counted = inside.exclude(**{column: ""}).order_by().values(column).annotate(**asked)
        for row in counted.order_by("-n_now", column)[:_MOST_SOURCES]:
            yield _pair(measure, f"{column} {row[column]}", row)


def _won(organisation: Organisation, last: Period, before: Period) -> Iterator[Pair]:
    """Of the deals that came from leads and ended: how many were won, over all and by the deal's source."""
    of_lead = Lead.objects.filter(organisation=organisation, deal_id=OuterRef("deal_id"))
    ended = Deal.objects.filter(organisation=organisation, outcome__in=["won", "lost", "no_decision"])
    ended = ended.filter(last.of("closed_at") | before.of("closed_at")).filter(Exists(of_lead))
    asked = _asked("closed_at", Q(outcome="won"), last, before)
    yield _pair(WON, "", ended.aggregate(**asked))
    by_source = ended.exclude(source="").order_by().values("source").annotate(**asked)
    for row in sorted(by_source, key=itemgetter("n_now"), reverse=True)[:_MOST_SOURCES]:
        yield _pair(WON, f"source {row['source']}", row)


def _asked(dated: str, kept: Q, last: Period, before: Period) -> dict[str, Count]:
    return {
        "n_now": Count("pk", filter=last.of(dated)),
        "kept_now": Count("pk", filter=last.of(dated) & kept),
        "n_before": Count("pk", filter=before.of(dated)),
        "kept_before": Count("pk", filter=before.of(dated) & kept),
    }


def _pair(measure: str, of: str, row: Mapping[str, Any]) -> Pair:
    return Pair(measure, of, (row["kept_now"], row["n_now"]), (row["kept_before"], row["n_before"]))
