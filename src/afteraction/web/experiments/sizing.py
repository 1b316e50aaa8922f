"""How many deals and weeks a plan needs, when it can never be answered, and what could be answered instead."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from afteraction.analysis.cluster_inference import FEW_CLUSTERS
from afteraction.analysis.experiment_planning import Estimate
from afteraction.analysis.experiment_power import (
    Measure,
    NotAnswerable,
    Size,
    Supply,
    size,
    smallest_effect,
    stretched,
)
from afteraction.errors import NotEnoughData
from afteraction.process.model import STAGE_ACTIVITY, Process
from afteraction.web.experiments.document import TrialMeasure
from afteraction.web.experiments.estimating import Asked, FromRecord, from_record
from afteraction.web.experiments.history import History

POWER: Final = 0.8
_LEADING: Final = 8
_OF_A_TURN: Final = 4
_FEWEST_PAIRS: Final = 6
_RARE: Final = 0.05
"""What hardly any deal has, or nearly all, tells little of the others."""
_SOON: Final = 30
"""Days within which a leading measure is to show."""


@dataclass(frozen=True)
class Wished:
    """What a planner wishes beside the question: the smallest effect that matters, weeks at most, and the design."""

    effect: float
    longest: float
    kind: str = "arrival"
    period: int | None = None
    steps: int | None = None
    adjusted: bool = True


@dataclass(frozen=True)
class Leading:
    """A measure that comes sooner: what it needs to show the same effect, or the smallest that it can."""

    measure: TrialMeasure
    base: Estimate
    found: Size | None
    smallest: float | None


@dataclass(frozen=True)
class Sizing:
    """What the record says, what it takes, and the smallest effect that the time there is can tell.

    `clusters` are those drawn (reps or teams, in a switchback each by its periods; None: deals), `few` by how much
    larger an effect must be because they are so few, `assign_weeks` the weeks in which deals are assigned, `drawn` what
    is drawn, in words.
    """

    record: FromRecord
    answer: Size | NotAnswerable | NotEnoughData
    smallest: float | None = None
    clusters: int | None = None
    few: float = 1.0
    assign_weeks: int = 0
    leading: tuple[Leading, ...] = ()
    drawn: str = "deals"


def sizing(
    history: History, asked: Asked, wished: Wished, process: Process | None, verdicts: Mapping[str, str] | None = None
) -> Sizing:
    """The size of a plan. A `NotEnoughData` of the record stands in its place where it cannot be computed.

    `verdicts` are those of steps in the newest results: a step that follows the decision leads to nothing.
    """
    record = from_record(history, asked, process)
    measure, supply = _inputs(record, asked.measure, wished)
    if isinstance(measure, NotEnoughData):
        return Sizing(record, measure)
    if isinstance(supply, NotEnoughData):
        return Sizing(record, supply)
    if problem := _unlike(measure) or _unpaired(supply, wished):
        return Sizing(record, problem)
    least = smallest_effect(measure, supply, power=POWER)
    answer: Size | NotAnswerable = size(measure, supply, power=POWER)
    leading = () if isinstance(answer, Size) else tuple(_leading(history, asked, wished, process, verdicts or {}))
    assign_weeks = math.ceil(answer.deals / supply.per_week) if isinstance(answer, Size) else 0
    if wished.kind == "stepped" and isinstance(answer, Size):
        # Every step has its whole time, however soon there are deals enough.
        assign_weeks = math.ceil((wished.period or 0) * ((wished.steps or 0) + 1) / 7)
        answer = replace(answer, weeks=assign_weeks + asked.measure.horizon / 7)
    named = {"deal": "deals", "rep": "reps", "team": "teams"}[asked.unit]
    drawn = f"turns of {named}" if wished.kind == "switchback" else named
    return Sizing(record, answer, least, supply.clusters, _few(supply.clusters), assign_weeks, leading, drawn)


def _inputs(
    record: FromRecord, asked: TrialMeasure, wished: Wished
) -> tuple[Measure | NotEnoughData, Supply | NotEnoughData]:
    base, weekly = record.base, record.per_week
    if isinstance(base, NotEnoughData):
        return base, base
    if isinstance(weekly, NotEnoughData):
        return weekly, weekly
    # What cannot be estimated is taken to be no help.
    known = record.explained.value if wished.adjusted and isinstance(record.explained, Estimate) else 0.0
    if record.likeness is not None and isinstance(record.likeness, NotEnoughData):
        return record.likeness, record.likeness
    effect = wished.effect if asked.share else -wished.effect
    measure = Measure(
        name=asked.name,
        base=base.value,
        effect=effect,
        horizon=asked.horizon,
        likeness=record.likeness.value if record.likeness else 0.0,
        explained=min(known, 0.9),
        spread=record.spread,
    )
    uneven = record.unevenness.value if isinstance(record.unevenness, Estimate) else 0.0
    supply = Supply(weekly.value, wished.longest, _drawn(record, asked, wished), uneven)
    return measure, _stepped(supply, asked, wished) if wished.kind == "stepped" else supply


def _drawn(record: FromRecord, asked: TrialMeasure, wished: Wished) -> int | None:
    """How many are drawn: none (deals), the reps or teams, or of a switchback each rep's or team's periods."""
    if record.likeness is None:
        return None
    if wished.kind != "switchback" or not wished.period:
        return len(record.clusters)
    days = max(wished.longest * 7 - asked.horizon, 0.0)
    turns = len(record.clusters) * max(1, int(days // wished.period))
    # A turn in which no deal begins tells nothing: no more are counted than have some deals each.
    coming = record.per_week.value * days / 7 if isinstance(record.per_week, Estimate) else 0.0
    return min(turns, max(len(record.clusters), int(coming / _OF_A_TURN)))


def _stepped(supply: Supply, asked: TrialMeasure, wished: Wished) -> Supply | NotEnoughData:
    """Of a roll-out in steps: its time is that of its periods, of each only the comparison within it counts.

    With j of S steps taken, p = j / S are on the new way; a deal keeps 4 p (1 - p) of its information. The mean over
    the periods 0 to S is (2/3) (S - 1) / S.
    """
    steps, period = wished.steps or 0, wished.period or 0
    weeks = period * (steps + 1) / 7 + asked.horizon / 7
    if steps < 2 or not period:
        return NotEnoughData(f"{steps} steps of {period} days", "two steps at least, and the days between them")
    if weeks > supply.longest:
        return NotEnoughData(
            f"{steps + 1} periods of {period} days and {asked.horizon} days to wait take {weeks:.0f} weeks",
            f"fewer or shorter periods, or more than {supply.longest:g} weeks",
        )
    return replace(supply, longest=weeks, balance=2 / 3 * (steps - 1) / steps)


def _unlike(measure: Measure) -> NotEnoughData | None:
    """A share of none or all, or an effect beyond what there is, of which no size can be computed."""
    if measure.spread is None and not 0 < measure.base < 1:
        return NotEnoughData(f"{measure.name}: {measure.base:.0%} of the deals before", "some with and some without it")
    if measure.spread is not None and (not measure.spread or not measure.base):
        return NotEnoughData(f"{measure.name}: the same for all deals before", "deals that differ")
    room = 1 - measure.base if measure.spread is None else measure.base
    if not measure.effect:
        return NotEnoughData("no effect that matters", "how much better it would have to be to be worth it")
    if abs(measure.effect) > room:
        said = f"{measure.effect:.0%}" if measure.spread is None else f"{abs(measure.effect):.0f} days"
        return NotEnoughData(f"an effect of {said}, more than there is room for", "a smaller one")
    return None


def _unpaired(supply: Supply, wished: Wished) -> NotEnoughData | None:
    """Pairs are drawn in 2 to the power of pairs ways: six are the fewest of which one can be beyond chance."""
    count = supply.clusters or 0
    if wished.kind != "pairs" or (count % 2 == 0 and count // 2 >= _FEWEST_PAIRS):
        return None
    return NotEnoughData(f"{count} that would be drawn in pairs", f"an even number, {2 * _FEWEST_PAIRS} at least")


def _few(clusters: int | None) -> float:
    found = stretched(clusters) if clusters is not None and clusters < FEW_CLUSTERS else None
    return found or 1.0


def _leading(
    history: History, asked: Asked, wished: Wished, process: Process | None, verdicts: Mapping[str, str]
) -> Iterator[Leading]:
    """Steps done and stages reached soon, that would show the same effect in the time there is.

    First those that can be answered, of these the steps that are known to help, then the surest.
    """
    found = []
    for measure in candidates(history, asked, process):
        if verdicts.get(measure.what) == "leak":
            continue
        record = from_record(history, replace(asked, measure=measure), process)
        its, supply = _inputs(record, measure, wished)
        if isinstance(its, NotEnoughData) or isinstance(supply, NotEnoughData) or _unlike(its):
            continue
        if isinstance(record.base, Estimate) and _RARE < its.base < 1 - _RARE:
            answer, least = size(its, supply, power=POWER), smallest_effect(its, supply, power=POWER)
            found.append(Leading(measure, record.base, answer if isinstance(answer, Size) else None, least))

    def rank(each: Leading) -> tuple[bool, bool, float]:
        helps = verdicts.get(each.measure.what) == "helps"
        return each.found is None, not helps, each.smallest if each.smallest is not None else math.inf

    yield from sorted(found, key=rank)[:4]


def candidates(history: History, asked: Asked, process: Process | None) -> list[TrialMeasure]:
    """The leading measures that there are: stages of the process or the record, and steps; not what is asked."""
    stages = (
        process.stages
        if process
        else tuple(name.removeprefix(STAGE_ACTIVITY) for name in history.first if name.startswith(STAGE_ACTIVITY))
    )
    made = [
        TrialMeasure(kind="stage", what=each, horizon=_SOON, name=f"{each} reached within {_SOON} days")
        for each in stages[1:]
    ]
    for step in process.steps if process else ():
        named = step.name or step.id.replace("_", " ")
        made.append(TrialMeasure(kind="step", what=step.id, horizon=_SOON, name=f"{named[:80]} within {_SOON} days"))
    known = (asked.measure.kind, asked.measure.what)
    return [each for each in made if (each.kind, each.what) != known][: 2 * _LEADING]
