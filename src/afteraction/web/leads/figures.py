"""Where leads die and why, and how well both sides keep their promises: worked out by a job, and kept.

All figures are about the leads that came in during the last year of the record; promises about those made since the
first agreement came into force.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from afteraction.analysis.intervals import rate_if_any
from afteraction.analysis.medians import median
from afteraction.web.leads.agreeing import promised_since, terms_of
from afteraction.web.leads.life import OF_DEALS, S
from afteraction.web.leads.models import Lead, LeadIndex, LeadResult, MarketingAnswer, Notice, Returned
from afteraction.web.leads.trying import newest_lead
from afteraction.web.people.models import Organisation

YEAR: Final = timedelta(days=365)
_MOST_GROUPS: Final = 12
_DEALS: Final = [each.value for each in OF_DEALS]


@dataclass(frozen=True)
class Step:
    """A step on the way to revenue: how many leads got there, and of those that came no further how many are open, how
    many died there, and how many died with a promise to them broken."""

    name: str
    came: int
    open: int
    died: int
    broken: int


@dataclass(frozen=True)
class Death:
    """A reason that leads died of, or came back for: on whose side, at which step, how many, how many worked late."""

    reason: str
    step: str
    side: str
    leads: int
    broken: int


def keep_figures(*, organisation: Organisation, now: datetime) -> None:
    """Work the figures out anew."""
    state = LeadIndex.objects.filter(organisation=organisation, version__gt=0).first()
    if state is None:
        return
    figures = {LeadResult.Kind.DEATHS: deaths(organisation), LeadResult.Kind.LOOP: loop(organisation, now)}
    for kind, found in figures.items():
        LeadResult.objects.update_or_create(
            organisation=organisation,
            kind=kind,
            defaults={"data_version": state.version, "figures": found, "made_at": now},
        )


def deaths(organisation: Organisation) -> dict[str, Any]:
    """Where leads die: step by step, by reason, and by source."""
    until = newest_lead(organisation)
    if until is None:
        return {}
    leads = Lead.objects.filter(organisation=organisation, came_at__gt=until - YEAR, came_at__lte=until)
    by_source = leads.values("source").annotate(
        leads=Count("pk"),
        dead=Count("pk", filter=_dead()),
        won=Count("pk", filter=Q(state=S.WON)),
        never=Count("pk", filter=_dead() & Q(handed_at=None)),
        silent=Count("pk", filter=_dead() & Q(handed_at__isnull=False, answered_at=None)),
    )
    return {
        "since": (until - YEAR).isoformat(),
        "until": until.isoformat(),
        "leads": leads.count(),
        "steps": [asdict(each) for each in _steps(leads)],
        "deaths": [asdict(each) for each in _deaths(leads)],
        "sources": [_source(row) for row in by_source.order_by("-leads", "source")[:_MOST_GROUPS]],
    }


def _dead() -> Q:
    return Q(state__in=[S.DEAD.value, S.LOST.value])


def _late() -> Q:
    return Q(due_at__isnull=False) & (Q(answered_at=None) | Q(answered_at__gt=F("due_at")))


def _stations() -> dict[str, Q]:
    """Which leads got to each step."""
    # Whoever got further was at every step before, also where the record does not say when.
    deal = Q(state__in=_DEALS)
    accepted = deal | Q(accepted_at__isnull=False)
    answered = accepted | Q(answered_at__isnull=False)
    return {
        "came in": Q(),
        "handed over": answered | Q(handed_at__isnull=False),
        "answered": answered,
        "accepted": accepted,
        "a deal": deal,
        "won": Q(state=S.WON),
    }


def _steps(leads: "QuerySet[Lead]") -> list[Step]:
    stations = list(_stations().items())
    asked: dict[str, Any] = {}
    for n, (_name, there) in enumerate(stations):
        further = stations[n + 1][1] if n + 1 < len(stations) else Q(pk=None)
        stayed = there & ~further if n + 1 < len(stations) else there
        asked |= {
            f"came{n}": Count("pk", filter=there) if there else Count("pk"),
            f"died{n}": Count("pk", filter=stayed & _dead()),
            f"broken{n}": Count("pk", filter=stayed & _dead() & _late()),
            f"open{n}": Count("pk", filter=stayed & ~_dead() & ~Q(state=S.WON)),
        }
    found = leads.aggregate(**asked)
    return [
        Step(name, *(found[f"{what}{n}"] for what in ("came", "open", "died", "broken")))
        for n, (name, _there) in enumerate(stations)
    ]


def _deaths(leads: "QuerySet[Lead]") -> list[Death]:
    """What leads died of, and what those came back for that wait with marketing; the most common first."""
    ended = leads.filter(_dead() | Q(state=S.RETURNED))
    counted = ended.values("reason", "state").annotate(
        leads=Count("pk"),
        broken=Count("pk", filter=_late()),
        handed=Count("pk", filter=Q(handed_at__isnull=False)),
        deals=Count("pk", filter=Q(state=S.LOST)),
    )
    found: dict[tuple[str, str], list[int]] = {}
    for row in counted:
        step = "a deal" if row["state"] == S.LOST else "with sales" if row["handed"] else "before the hand-over"
        total = found.setdefault((row["reason"], step), [0, 0])
        total[0] += row["leads"]
        total[1] += row["broken"]
    rows = [Death(reason, step, _side(step), *total) for (reason, step), total in found.items()]
    return sorted(rows, key=lambda each: (-each.leads, each.reason))


def _side(step: str) -> str:
    return "marketing" if step == "before the hand-over" else "sales"


def _source(row: Mapping[str, Any]) -> dict[str, Any]:
    shares = {name: _rate(row[name], row["leads"]) for name in ("dead", "won", "never", "silent")}
    return {"source": row["source"], "leads": row["leads"], **shares}


def loop(organisation: Organisation, now: datetime) -> dict[str, Any]:
    """How far the loop closes on both sides: promises that were due, and how many were kept."""
    since = promised_since(organisation)
    if since is None:
        return {}
    since = max(since, now - YEAR)
    handed = Lead.objects.filter(organisation=organisation, handed_at__gte=since, due_at__lte=now)
    back = Returned.objects.filter(organisation=organisation, at__gte=since)
    teams = sorted(
        (_team(row["team"], handed.filter(team=row["team"])) for row in handed.values("team").distinct()),
        key=lambda each: (-each["answered"]["n"], each["team"]),
    )
    decided = handed.filter(due_at__lte=now - timedelta(days=terms_of(organisation).return_days * 7 / 5))
    answered = MarketingAnswer.objects.filter(organisation=organisation, at__gte=since)
    due = back.filter(answer_by__lte=now)
    on_time = Q(answer__isnull=False, answer__at__lte=F("answer_by"))
    told = Notice.objects.filter(answer__in=answered)
    return {
        "since": since.isoformat(),
        "teams": teams[:_MOST_GROUPS],
        "sales": _team("", handed) if handed.exists() else None,
        "decided": _of(decided, ~Q(state=S.ASSIGNED.value)),
        "early": _of(back.filter(reason="unreachable"), Q(early=True)),
        "marketing": _of(due, on_time),
        "answered": _of(due, Q(answer__isnull=False)),
        "changed": _of(due.filter(answer__isnull=False), Q(answer__changed=True)),
        "waiting": back.filter(answer=None).count(),
        "told": _of(told, Q(seen_at__isnull=False)),
        "reasons": _by_reason(back),
    }


def _team(name: str, handed: "QuerySet[Lead]") -> dict[str, Any]:
    """The promises of a team: calls in time, and how long they took."""
    kept = handed.filter(answered_at__isnull=False, answered_at__lte=F("due_at")).count()
    timed = handed.filter(answer_minutes__isnull=False).values_list("answer_minutes", flat=True)
    minutes = [each for each in timed[:50_000] if each is not None]
    middle = median(minutes)
    return {
        "team": name, "answered": _rate(kept, handed.count()), "minutes": asdict(middle) if middle else None,
    }  # fmt: skip


def _by_reason(back: "QuerySet[Returned]") -> list[dict[str, Any]]:
    later = Lead.objects.filter(pk=OuterRef("lead")).exclude(state__in=[S.RETURNED, S.DEAD, S.NURTURING])
    counted = back.values("reason").annotate(
        leads=Count("pk"),
        answered=Count("pk", filter=Q(answer__isnull=False)),
        changed=Count("pk", filter=Q(answer__changed=True)),
        again=Count("pk", filter=Exists(later)),
    )
    return [
        {**row, **{name: _rate(row[name], row["leads"]) for name in ("answered", "changed", "again")}}
        for row in counted.order_by("-leads", "reason")
    ]


def _of(rows: "QuerySet[Any]", kept: Q) -> dict[str, Any] | None:
    return _rate(rows.filter(kept).count(), rows.count())


def _rate(count: int, n: int) -> dict[str, Any] | None:
    found = rate_if_any(count, n)
    return (
        {"count": found.count, "n": found.n, "value": found.value, "low": found.low, "high": found.high}
        if found
        else None
    )
