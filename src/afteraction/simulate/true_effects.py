"""True effects, each a mean difference between two worlds that share all noise."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from afteraction.simulate.arrays import Flags, Floats
from afteraction.simulate.calendar import DAY
from afteraction.simulate.course import take_course
from afteraction.simulate.deals import ATTRIBUTES, levels_of
from afteraction.simulate.ending import WON, win_chance
from afteraction.simulate.organisation import StepModel
from afteraction.simulate.steps import Intervention, schedule_step
from afteraction.simulate.world import World, live

_LANDMARK_QUANTILE = 0.9


@dataclass(frozen=True)
class StepTruth:
    """The truth about a step.

    `effect_points`: among deals recorded as entering the stage and still open `landmark_days` later, the chance of
    being won in the end if the step is done by then, less that if it is not (it may still be done later).
    `population` is the share of all deals that these are, `done_by_landmark` the share of them with the step.
    `naive_points`: the win rate of all deals with the step, less that of all deals without, as most reports have it.
    """

    step: str
    activity: str
    stage: str
    kind: str
    logits: float
    landmark_days: float
    population: float
    done_by_landmark: float
    effect_points: float
    standard_error: float
    naive_points: float
    effect_by_segment: Mapping[str, float]
    naive_by_segment: Mapping[str, float]


@dataclass(frozen=True)
class RepTruth:
    """`points`: the rep's win rate on deals of their own mix, less what average reps would win of them; 0 on average.

    It holds skill, team and the steps that the rep's discipline brings. `share` is the rep's share of all deals.
    """

    rep: str
    team: str
    share: float
    skill_logits: float
    team_logits: float
    discipline: float
    points: float
    standard_error: float


@dataclass(frozen=True)
class TeamTruth:
    """What being in the team itself adds, and its reps' points on average."""

    team: str
    logits: float
    points: float


@dataclass(frozen=True)
class LevelTruth:
    """`would_win_percent`: the win rate if every deal had this level of the attribute and its others as they are."""

    attribute: str
    level: str
    quality_logits: float
    would_win_percent: float
    standard_error: float


def step_truth(world: World, step_id: str, landmark_days: float | None = None) -> StepTruth:
    """The truth about one step; the landmark is in days after entering its stage, by default found from the delays."""
    number = world.organisation.step_number(step_id)
    step = world.organisation.steps[number]
    column = world.organisation.stage_names.index(step.stage)
    entered, due = world.calendar.at(world.path.entered[:, column]), world.calendar.at(world.due[:, number])
    done = world.due[:, number] < world.path.closed
    recorded = world.path.recorded[:, column]
    with np.errstate(invalid="ignore"):
        delay, life = (due - entered) / DAY, (world.calendar.at(world.path.closed) - entered) / DAY
    if landmark_days is None:
        landmark_days = float(np.ceil(np.quantile(delay[done & recorded], _LANDMARK_QUANTILE)))
    population = recorded & (life > landmark_days)
    difference = np.zeros(len(done)) if step.leak else _difference(world, number, landmark_days)
    won = world.ending.outcome == WON
    segments = {s.name: world.deals.segment == n for n, s in enumerate(world.organisation.segments)}
    effect, error = _mean(difference[population])
    return StepTruth(
        step=step.id,
        activity=step.activity,
        stage=step.stage,
        kind=_kind(step, effect),
        logits=step.effect,
        landmark_days=landmark_days,
        population=float(population.mean()),
        done_by_landmark=float((delay <= landmark_days)[population].mean()),
        effect_points=effect,
        standard_error=error,
        naive_points=_naive(won, done),
        effect_by_segment={name: _mean(difference[population & here])[0] for name, here in segments.items()},
        naive_by_segment={name: _naive(won[here], done[here]) for name, here in segments.items()},
    )


def rep_truths(world: World) -> tuple[RepTruth, ...]:
    """What each rep adds: the same deals with the same luck, owned by an average rep instead."""
    roster, owner = world.roster, world.deals.owner
    average = live(replace(world, roster=roster.as_average()))
    difference = world.ending.win_chance - average.ending.win_chance
    difference = difference - difference.mean()
    counts = np.bincount(owner, minlength=len(roster.names))
    truths = []
    for number, rep in enumerate(roster.ids):
        points, error = _mean(difference[owner == number])
        truths.append(
            RepTruth(
                rep=rep,
                team=roster.team_names[roster.team[number]],
                share=float(counts[number] / len(owner)),
                skill_logits=float(roster.skill[number]),
                team_logits=float(roster.team_skill[roster.team[number]]),
                discipline=float(roster.discipline[number]),
                points=points,
                standard_error=error,
            )
        )
    return tuple(truths)


def team_truths(world: World) -> tuple[TeamTruth, ...]:
    """What each team adds to its reps' deals."""
    roster = world.roster
    without = replace(roster, team_skill=np.zeros_like(roster.team_skill))
    difference = world.ending.win_chance - win_chance(replace(world, roster=without), world.due, world.helped_at)
    team = roster.team[world.deals.owner]
    return tuple(
        TeamTruth(name, float(roster.team_skill[number]), _mean(difference[team == number])[0])
        for number, name in enumerate(roster.team_names)
    )


def level_truths(world: World) -> tuple[LevelTruth, ...]:
    """What each level of each attribute would do to all deals: what the deals do on their way follows from it."""
    truths = []
    for attribute in ATTRIBUTES:
        for number, level in enumerate(levels_of(world.organisation, attribute)):
            deals = world.deals.with_attribute(attribute, number)
            course = take_course(world.organisation, world.roster, world.calendar, deals, world.noise)
            mean, error = _mean(live(course).ending.win_chance)
            truths.append(LevelTruth(attribute, level.name, level.quality, mean, error))
    return tuple(truths)


def going_back_points(world: World) -> float:
    """What going back a stage does to the chance of winning, over the deals that reached the third stage."""
    reached = (world.path.last >= 2) & ~world.deals.after_the_fact
    went, stayed = (win_chance(world, world.due, world.helped_at, share) for share in (1.0, 0.0))
    return _mean((went - stayed)[reached])[0]


def _difference(world: World, number: int, landmark_days: float) -> Floats:
    """For each deal the chance of winning with the step done by the landmark, less that without."""
    step, chances = world.organisation.steps[number], []
    for done in (True, False):
        due = world.due.copy()
        due[:, number] = schedule_step(world, number, Intervention(step.id, done, landmark_days))
        chances.append(win_chance(world, due, world.helped_at))
    return chances[0] - chances[1]


def _kind(step: StepModel, effect: float) -> str:
    if step.leak:
        return "leak"
    if not step.matters:
        return "nothing"
    return "helps" if effect > 0 else "hurts"


def _mean(differences: Floats) -> tuple[float, float]:
    """The mean in points and its Monte Carlo standard error."""
    if not len(differences):
        return 0.0, 0.0
    return 100 * float(differences.mean()), 100 * float(differences.std() / np.sqrt(len(differences)))


def _naive(won: Flags, done: Flags) -> float:
    if done.all() or not done.any():
        return 0.0
    return 100 * float(won[done].mean() - won[~done].mean())
