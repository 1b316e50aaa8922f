"""What is said of reps, teams and the course of deals, where the truth is known."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import NormalDist
from typing import Final

import numpy as np

from afteraction.analysis.competing_risks import CREATED, Stall, TimeToEnd, competing_risks
from afteraction.analysis.features import Moment, snapshot
from afteraction.analysis.rep_skill import RepSkill, Skill, rep_skill
from afteraction.analysis.settled import settled_age
from afteraction.analysis.win_probability import WinProbability, win_probability
from afteraction.errors import NotEnoughData
from afteraction.simulate import Organisation, chance_only, default_organisation
from afteraction.simulate.arrays import Flags, Floats, Ints
from afteraction.simulate.calendar import DAY
from afteraction.simulate.ending import LOST, NO_DECISION, WON
from afteraction.simulate.true_effects import rep_truths
from afteraction.simulate.truth import truth_world
from afteraction.simulate.world import World, live
from benchmarks.truth_found import Found
from benchmarks.truth_worlds import TRUTH_DEALS, Seen, enough_to_know, planted, seen, world_behind

_READ_AT: Final = (0.1, 0.25, 0.5, 0.75)
"""Curves are compared with the truth at these parts of their length."""
APART: Final = 0.1
"""How much more, or less, often than the average rep the reps set apart win."""
APART_DEALS: Final = 200
_QUALITIES: Final = 40
_LARGE: Final = 8_000
"""Deals that are made to keep as many as give the rep set apart `APART_DEALS` that count."""


def people_found(deals: int, number: int) -> Iterator[Found]:
    """Reps who differ, then reps who are all alike: what is said of them, and of their deals' course."""
    rng = np.random.default_rng([7, number])
    alike = chance_only()
    alike = replace(alike, people=replace(alike.people, reps=int(rng.integers(10, 120))))
    for place, (label, organisation) in enumerate((("planted", planted(number)), ("chance only", alike))):
        seed = 10 * number + place
        known = seen(organisation, deals, seed)
        win = win_probability(known.frame, known.process)
        skill = win if isinstance(win, NotEnoughData) else rep_skill(known.frame, known.process, win)
        yield from skill_found(organisation, label, deals, seed, skill)
        yield from calibration_found(label, deals, seed, win)
        if place == 0:
            yield from course_found(organisation, label, deals, seed, known)


def skill_found(
    organisation: Organisation, label: str, deals: int, seed: int, skill: RepSkill | NotEnoughData
) -> Iterator[Found]:
    """Every rep and team. The truth is what each adds on fresh deals of their own kind."""
    if isinstance(skill, NotEnoughData):
        return
    truths = rep_truths(truth_world(organisation, seed, TRUTH_DEALS))
    of_rep = {each.rep: each.points / 100 for each in truths}
    of_team = {
        team: float(
            np.average(
                [each.points / 100 for each in truths if each.team == team],
                weights=[each.share for each in truths if each.team == team],
            )
        )
        for team in {each.team for each in truths}
    }
    for kind, group, truth in (("rep", skill.reps, of_rep), ("team", skill.teams, of_team)):
        for each in group:
            yield _of_skill(kind, label, deals, seed, each, truth[each.name])


def _of_skill(kind: str, label: str, deals: int, seed: int, each: Skill, truth: float) -> Found:
    raw = (each.won - each.expected) / each.deals
    return Found(
        kind,
        label,
        deals,
        seed,
        each.name,
        truth,
        each.verdict.value,
        effect=each.skill,
        low=each.low,
        high=each.high,
        naive=raw,
    )


def calibration_found(label: str, deals: int, seed: int, win: WinProbability | NotEnoughData) -> Iterator[Found]:
    """Whether the win probability, trained before the split, means what it says after it: slope 1, intercept 0."""
    if isinstance(win, NotEnoughData):
        return
    for name, measured, truth in (("slope", win.overall.slope, 1.0), ("intercept", win.overall.intercept, 0.0)):
        yield Found(
            "calibration",
            label,
            deals,
            seed,
            name,
            truth,
            effect=measured.value,
            low=measured.low,
            high=measured.high,
        )


def apart_found(number: int) -> Iterator[Found]:
    """One rep who wins 10 points more, or less, than the average rep, over 200 deals that count: is it found?

    Once among reps who are all alike, once among reps who differ as they do.
    """
    points = APART if number % 2 else -APART
    alone = chance_only()
    bases = {"alone": replace(alone, people=replace(alone.people, reps=20)), "among others": default_organisation()}
    for place, (label, base) in enumerate(bases.items()):
        seed = 10 * number + place
        organisation = with_one_apart(replace(base, people=replace(base.people, reps=20, teams=4)), seed, points)
        known = seen(organisation, _LARGE, seed)
        known = _thinned(known, organisation, seed)
        if known is None:
            continue
        win = win_probability(known.frame, known.process)
        skill = win if isinstance(win, NotEnoughData) else rep_skill(known.frame, known.process, win)
        world = world_behind(organisation, _LARGE, seed)
        for each in skill_found(organisation, label, len(known.frame), seed, skill):
            if each.kind == "rep" and each.name == world.roster.ids[0]:
                yield replace(each, kind="apart", oracle=_by_oracle(world, known, label == "alone"))
            elif each.kind == "rep":
                yield replace(each, kind="beside one apart")


def _by_oracle(world: World, known: Seen, alone: bool) -> str:
    """The verdict on the first rep of somebody who knows what the average rep wins of deals of each true quality.

    A plain test of wins beyond that. Where the rep is alone among equals its level is that (Bonferroni) at which none
    of so many equals is named in 95 % of organisations; among reps who differ nobody is to be spared, and it is 5 %.
    """
    average = live(replace(world, roster=world.roster.as_average()))
    order = np.argsort(world.quality)
    at_start = np.empty(len(order))
    for part in np.array_split(order, _QUALITIES):
        at_start[part] = np.mean(average.ending.win_chance[part])
    numbers = np.array([int(each[1:]) for each in known.frame.deal_id.to_pylist()]) - 1
    rows = _old(known)
    rows = rows[world.deals.owner[numbers[rows]] == 0]
    chance = at_start[numbers[rows]]
    beyond = float(np.sum(known.frame.won[rows] - chance) / np.sqrt(np.sum(chance * (1 - chance))))
    limit = NormalDist().inv_cdf(1 - 0.025 / (len(world.roster.ids) if alone else 1))
    return "above" if beyond > limit else "below" if beyond < -limit else ""


def with_one_apart(organisation: Organisation, seed: int, points: float) -> Organisation:
    """The same organisation, its first rep so good or bad that `points` are gained or lost on their deals."""
    low, high = -3.0, 3.0
    for _halving in range(12):
        logits = (low + high) / 2
        changed = replace(organisation, people=replace(organisation.people, apart=(logits,)))
        found = rep_truths(truth_world(changed, seed, TRUTH_DEALS))[0].points / 100
        low, high = (logits, high) if found < points else (low, logits)
    return changed


def _old(known: Seen) -> Ints:
    """The places of the ended deals that are old enough to count: of younger ones losses are known sooner than wins."""
    start = snapshot(known.frame, known.process, Moment(None))
    old = known.frame.end - start.at >= settled_age(known.frame, start)
    return start.rows[old & ~known.frame.open[start.rows]]


def _thinned(known: Seen, organisation: Organisation, seed: int) -> Seen | None:
    """Some of the deals, drawn at random: so many that the first rep has about `APART_DEALS` that are old enough."""
    frame = known.frame
    first = frame.owner.levels.index(truth_world(organisation, seed, 100).roster.ids[0])
    counted = int(np.sum(frame.owner.codes[_old(known)] == first))
    if counted < APART_DEALS:
        return None
    rows = np.flatnonzero(np.random.default_rng([3, seed]).random(len(frame)) < APART_DEALS / counted)
    return replace(known, frame=frame.only(rows.astype(np.int32)))


def course_found(organisation: Organisation, label: str, deals: int, seed: int, known: Seen) -> Iterator[Found]:
    """The curves of winning, losing and fading away, and where deals stand still, at some times."""
    found = competing_risks(known.frame, known.process)
    if isinstance(found, NotEnoughData):
        return
    world = truth_world(organisation, seed, enough_to_know(deals))
    for curve in (found.overall, *found.by_segment, *found.by_stage):
        yield from _curve(curve, world, label, deals, seed)
    for stall in found.stalls:
        yield from _stall(stall, world, label, deals, seed)


def _curve(curve: TimeToEnd, world: World, label: str, deals: int, seed: int) -> Iterator[Found]:
    start, chosen = _since(world, curve.since)
    if curve.segment is not None:
        names = [segment.name for segment in world.organisation.segments]
        chosen &= world.deals.segment == names.index(curve.segment)
    life = ((world.calendar.at(world.path.closed) - start) / DAY)[chosen]
    outcome = world.ending.outcome[chosen]
    for place in (int(part * (len(curve.days) - 1)) for part in _READ_AT):
        day = curve.days[place]
        for code, name in ((WON, "won"), (LOST, "lost"), (NO_DECISION, "no_decision")):
            truth = float(np.mean((outcome == code) & (life <= day)))
            yield _read(curve, name, place, truth, label, deals, seed)
        yield _read(curve, "open", place, float(np.mean(life > day)), label, deals, seed)


def _read(curve: TimeToEnd, name: str, place: int, truth: float, label: str, deals: int, seed: int) -> Found:
    band = getattr(curve, name)
    where = f"{curve.since} {curve.segment or ''} {name} {curve.days[place]:.0f}"
    share, low, high = (float(each[place]) for each in (band.share, band.low, band.high))
    return Found("curve", label, deals, seed, where, truth, effect=share, low=low, high=high)


def _stall(stall: Stall, world: World, label: str, deals: int, seed: int) -> Iterator[Found]:
    entered, chosen = _since(world, stall.stage)
    column = world.organisation.stage_names.index(stall.stage)
    later = np.where(world.path.recorded[:, column + 1 :], world.path.entered[:, column + 1 :], np.inf)
    out = world.calendar.at(np.minimum(np.min(later, axis=1, initial=np.inf), world.path.closed))
    still = chosen & (out - entered > stall.days * DAY)
    name = f"{stall.stage} {stall.days:.0f} days"
    truth = np.count_nonzero(still) / np.count_nonzero(chosen)
    yield Found("stall", label, deals, seed, name, truth, effect=stall.share, low=stall.low, high=stall.high)
    if stall.won is not None and still.any():
        won = float(np.mean(world.ending.outcome[still] == WON))
        yield Found(
            "won of stalled", label, deals, seed, name, won, "", False, stall.won, stall.won_low, stall.won_high
        )


def _since(world: World, since: str) -> tuple[Floats, Flags]:
    """The second at which each deal starts, and which deals do: all, or those on record as entering a stage.

    Slow deals enter theirs after the record's end more often than others, and are not asked about.
    """
    if since == CREATED:
        return world.calendar.at(world.deals.created), np.ones(len(world.deals), dtype=np.bool_)
    column = world.organisation.stage_names.index(since)
    recorded = world.path.recorded[:, column] & (world.path.entered[:, column] < world.calendar.end)
    return world.calendar.at(world.path.entered[:, column]), recorded


def names_nobody(found: Sequence[Found]) -> list[bool]:
    """For each organisation in which all reps are alike: whether no rep is called above or below."""
    runs: dict[tuple[str, int, int], bool] = {}
    for each in found:
        runs[each.run] = runs.get(each.run, True) and each.verdict not in ("above", "below")
    return list(runs.values())
