"""How a rep does at the steps of the process, and what each step is worth: read from saved results."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from afteraction.analysis.intervals import rate
from afteraction.report.wording import interval, percent, points
from afteraction.web.insights.results import Saved
from afteraction.web.people.models import User


@dataclass(frozen=True)
class StepOfRep:
    """A required step in a rep's deals, kept in `kept` of `due`, and its effect over all deals where one is known."""

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

    @property
    def missed(self) -> int:
        return self.due - self.kept

    @property
    def share(self) -> str:
        """The share kept, with its interval and n."""
        if not self.due:
            return "not due in any deal yet"
        found = rate(self.kept, self.due)
        return f"{percent(found.value)} ({interval(found.low, found.high)}, {self.kept} of {self.due})"

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


def steps_of(shown: Saved | None, rep: User) -> list[StepOfRep]:
    """The required steps that were due in a rep's deals, in the order of the process."""
    conformance = shown.figures.get("conformance") if shown else None
    if shown is None or not conformance or not rep.owner_name:
        return []
    own = next((group for group in conformance["by_owner"] if group["group"] == rep.owner_name), None)
    effects = {one["step"]: one for one in shown.figures["steps"]}
    return [_step(step, own, effects.get(step["step"], {})) for step in conformance["steps"] if step["required"]]


def missed_with_power(shown: Saved | None, rep: User, most: int = 3) -> list[StepOfRep]:
    """The steps that help to win and that a rep missed, those with most at stake first."""
    found = [each for each in steps_of(shown, rep) if each.missed and each.verdict == "helps"]
    return sorted(found, key=lambda each: -each.at_stake)[:most]


def names_of_steps(shown: Saved | None) -> dict[str, str]:
    """The steps of the process of the newest results by their keys."""
    conformance = shown.figures.get("conformance") if shown else None
    return {each["step"]: each["name"] or each["step"] for each in (conformance or {}).get("steps", ())}


def deals_of(rep: User, **filters: str) -> str:
    """The list of a rep's deals."""
    return f"{reverse('deals')}?{urlencode({'owner': rep.owner_name, **filters})}"


def _step(step: Mapping[str, Any], own: Mapping[str, Any] | None, effect: Mapping[str, Any]) -> StepOfRep:
    due, kept = own["steps"].get(step["step"], (0, 0)) if own else (0, 0)
    return StepOfRep(
        step["step"],
        step["name"] or step["step"],
        step["stage"],
        due,
        kept,
        effect.get("effect"),
        effect.get("low"),
        effect.get("high"),
        effect.get("n", 0),
        effect.get("verdict", "cant_tell"),
    )
