"""How a rep does at the steps of the process, and what each step is worth: read from what the newest analysis kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import F, QuerySet
from django.urls import reverse

from afteraction.analysis.intervals import rate
from afteraction.report.deal_evidence import STEPS
from afteraction.report.wording import interval, percent, points
from afteraction.web.deals.evidence import process_of
from afteraction.web.deals.models import Deal, IndexState
from afteraction.web.deals.record import rows_of
from afteraction.web.insights.results import Saved
from afteraction.web.people.models import User

LATELY: Final = 30
"""Deals that are looked at: the last ones that ended, and the largest that are open."""


@dataclass(frozen=True)
class StepOfRep:
    """A step in the last deals of a rep: kept in `kept` of the `due` that had their chance, and its effect if known.

    `effect` is over all deals of everyone. `open` are the rep's open deals, by id and name, in which the step's stage
    has been entered and the step is still to be done.
    """

    step: str
    name: str
    stage: str
    due: int
    kept: int
    effect: float | None
    low: float | None
    high: float | None
    n: int
    verdict: str
    open: tuple[tuple[str, str], ...] = ()

    @property
    def missed(self) -> int:
        return self.due - self.kept

    @property
    def share(self) -> str:
        """The share kept, with its interval and n."""
        if not self.due:
            return "not due in any of the last deals"
        found = rate(self.kept, self.due)
        return f"{percent(found.value)} ({interval(found.low, found.high)}) of the last {self.due} it was due in"

    @property
    def power(self) -> str:
        """What the step does to winning, in points with interval and n; empty where it is not known."""
        if self.effect is None or self.low is None or self.high is None:
            return ""
        return f"{points(self.effect)} points ({points(self.low)} to {points(self.high)}, {self.n:,} deals)"

    @property
    def at_stake(self) -> float:
        """Points of winning that lie in the deals in which it was missed: what it is ranked by."""
        return (self.effect or 0.0) * self.missed / self.due if self.due else 0.0


def steps_of(shown: Saved | None, rep: User, state: IndexState | None) -> list[StepOfRep]:
    """The steps of the process in a rep's last deals, in the order of the process."""
    conformance = shown.figures.get("conformance") if shown else None
    if shown is None or not conformance or not rep.owner_name or state is None or not state.evidence_folder:
        return []
    lately = _lately(rep, state)
    effects = {one["step"]: one for one in shown.figures["steps"]}
    nothing = _Lately(0, 0, ())
    return [
        _step(step, lately.get(step["step"], nothing), effects.get(step["step"], {})) for step in conformance["steps"]
    ]


def missed_with_power(steps: list[StepOfRep], most: int = 3) -> list[StepOfRep]:
    """The steps that help to win and that a rep missed, those with most at stake first."""
    found = [each for each in steps if each.missed and each.verdict == "helps"]
    return sorted(found, key=lambda each: -each.at_stake)[:most]


def names_of_steps(shown: Saved | None) -> dict[str, str]:
    """The steps of the process of the newest results by their keys."""
    conformance = shown.figures.get("conformance") if shown else None
    return {each["step"]: each["name"] or each["step"] for each in (conformance or {}).get("steps", ())}


def deals_of(rep: User, **filters: str) -> str:
    """The list of a rep's deals."""
    return f"{reverse('deals')}?{urlencode({'owner': rep.owner_name, **filters})}"


@dataclass(frozen=True)
class _Lately:
    due: int
    kept: int
    open: tuple[tuple[str, str], ...]


def _lately(rep: User, state: IndexState) -> dict[str, _Lately]:
    """What became of each step in a rep's last deals that ended, and in which open ones it is still to be done."""
    folder = rep.organisation.home.folder / state.evidence_folder
    process = process_of(folder)
    if process is None:
        return {}
    deals = Deal.objects.filter(organisation=rep.organisation, owner=rep.owner_name)
    last = deals.exclude(outcome="open").order_by(F("closed_at").desc(nulls_last=True), "pk")[:LATELY]
    largest = deals.filter(outcome="open").order_by(F("amount").desc(nulls_last=True), "pk")[:LATELY]
    ended = [row for deal in last for row in rows_of([folder / STEPS], deal.deal_id)[0]]
    waiting = _to_do(folder / STEPS, largest)
    found = {}
    for place, step in enumerate(process.steps):
        rows = [each for each in ended if each["step"] == place]
        # As `adherence.step_states` has it: done, or may no longer be done and should have been.
        due = [each for each in rows if each["done"] or not (each["pending"] or each["excused"])]
        kept = sum(each["done"] and not each["late"] and not each["out_of_order"] for each in due)
        found[step.id] = _Lately(len(due), kept, tuple(waiting.get(place, ())))
    return found


def _to_do(path: Any, deals: "QuerySet[Deal]") -> dict[int, list[tuple[str, str]]]:
    found: dict[int, list[tuple[str, str]]] = {}
    for deal in deals:
        for row in rows_of([path], deal.deal_id)[0]:
            if row["pending"] and not row["done"]:
                found.setdefault(row["step"], []).append((deal.deal_id, str(deal)))
    return found


def _step(step: Mapping[str, Any], lately: _Lately, effect: Mapping[str, Any]) -> StepOfRep:
    return StepOfRep(
        step["step"],
        step["name"] or step["step"],
        step["stage"],
        lately.due,
        lately.kept,
        effect.get("effect"),
        effect.get("low"),
        effect.get("high"),
        effect.get("n", 0),
        effect.get("verdict", "cant_tell"),
        lately.open,
    )
