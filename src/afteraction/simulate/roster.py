"""The reps: who they are, how careful, how good, and who owns which deal."""

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from afteraction.simulate.arrays import Codes, Floats, Ints, canonical, stream
from afteraction.simulate.calendar import WorkCalendar
from afteraction.simulate.names import unique_people
from afteraction.simulate.organisation import Organisation

_MONTH = 21.0
SUPPORT_TEAM = "Sales development"


@dataclass(frozen=True)
class Roster:
    """One value per rep: `skill` in logits of winning, `discipline` in its own unit; `team_skill` one per team.

    `since` and `until` are working times; `focus` is the segment that the rep's team sells to.
    """

    names: tuple[str, ...]
    managers: tuple[str, ...]
    developers: tuple[str, ...]
    team_names: tuple[str, ...]
    skill: Floats
    discipline: Floats
    team: Ints
    team_skill: Floats
    focus: Ints
    load: Floats
    since: Floats
    until: Floats

    @property
    def ids(self) -> tuple[str, ...]:
        """What `owner` and `actor` say: a rep's id, such as anna.keller."""
        return tuple(person_id(name) for name in self.names)

    @property
    def manager_ids(self) -> tuple[str, ...]:
        """The manager of each team."""
        return tuple(person_id(name) for name in self.managers)

    @property
    def advantage(self) -> Floats:
        """What each rep adds to the logit of winning by skill and team, not counting the steps."""
        return self.skill + self.team_skill[self.team]

    def as_average(self) -> "Roster":
        """The same people, all as skilled and as careful as the average: what a rep is compared with."""
        nothing = np.zeros_like(self.skill)
        return replace(self, skill=nothing, discipline=nothing, team_skill=np.zeros_like(self.team_skill))


def person_id(name: str) -> str:
    return name.lower().replace(" ", ".")


def draw_roster(organisation: Organisation, calendar: WorkCalendar, seed: int) -> Roster:
    """The reps of an organisation. Discipline, and skill before some are set apart, have exactly mean 0 over reps."""
    model, rng = organisation.people, stream(seed, "roster")
    team = np.arange(model.reps) % model.teams
    common, own = rng.standard_normal((2, model.reps))
    with_common, with_own = model.skill_with_discipline, np.sqrt(1 - model.skill_with_discipline**2)
    skill = model.skill_spread * _centred(with_common * common + with_own * own)
    skill[: len(model.apart)] += model.apart
    team_skill = model.team_spread * _centred(rng.standard_normal(model.teams))

    span = calendar.end - calendar.start
    comes, stays = rng.random((2, model.reps))
    permanent = (comes < model.stays) | (np.arange(model.reps) < model.teams)
    joins = calendar.start + 0.9 * span * (comes - model.stays) / (1 - model.stays + 1e-9)
    since = np.where(permanent, -np.inf, joins)
    until = np.where(permanent | (stays < 0.5), np.inf, since + span * (0.3 + stays))
    names = unique_people(model.reps + model.teams + 4, rng)
    return Roster(
        names=tuple(names[: model.reps]),
        managers=tuple(names[model.reps : model.reps + model.teams]),
        developers=tuple(names[model.reps + model.teams :]),
        team_names=tuple(
            f"Team {organisation.segments[n % len(organisation.segments)].name} {n // len(organisation.segments) + 1}"
            for n in range(model.teams)
        ),
        skill=skill,
        discipline=model.discipline_spread * _centred(common),
        team=team,
        team_skill=team_skill,
        focus=np.arange(model.teams)[team] % len(organisation.segments),
        load=rng.gamma(8.0, 1 / 8.0, model.reps),
        since=since,
        until=until,
    )


def assign_owners(
    organisation: Organisation, roster: Roster, created: Floats, segment: Codes, uniforms: Floats
) -> Ints:
    """The owner of each deal: a rep who is there when it comes in, most often of a team that sells to its segment."""
    month = np.floor(created / _MONTH).astype(np.int64)
    owner = np.zeros(len(created), dtype=np.int64)
    group = month * len(organisation.segments) + segment
    order = np.argsort(group, kind="stable")
    starts = np.flatnonzero(np.diff(group[order], prepend=-1))
    for first, last in zip(starts, [*starts[1:], len(order)], strict=True):
        deals = order[first:last]
        when = (month[deals[0]] + 0.5) * _MONTH
        there = (roster.since <= when) & (roster.until > when)
        focus = np.where(roster.focus == segment[deals[0]], organisation.people.focus, 1.0)
        weights = np.cumsum(roster.load * there * focus)
        drawn = np.searchsorted(weights, uniforms[deals] * weights[-1], side="right")
        owner[deals] = np.minimum(drawn, len(weights) - 1)
    return owner


def people_of_ours(organisation: Organisation, roster: Roster) -> pa.Table:
    """The people table's rows of our own side: reps, their managers, sales development."""
    names = [*roster.names, *roster.managers, *roster.developers]
    ids = [person_id(name) for name in names]
    teams = [roster.team_names[n] for n in roster.team]
    support = len(roster.developers)
    domain = person_id(organisation.name).replace(".", "-")
    columns = {
        "person_id": pa.array(ids),
        "name": pa.array(names),
        "email": pa.array([f"{own_id}@{domain}.example" for own_id in ids]),
        "role": pa.array(
            ["Sales rep"] * len(roster.names)
            + ["Sales manager"] * len(roster.managers)
            + ["Sales development rep"] * support
        ),
        "team": pa.array([*teams, *roster.team_names, *[SUPPORT_TEAM] * support]),
        "manager": pa.array(
            [*[roster.manager_ids[n] for n in roster.team], *[None] * (len(roster.managers) + support)], pa.string()
        ),
        "side": pa.array(["us"] * len(names)),
    }
    return canonical("people", columns, len(names))


def _centred(values: Floats) -> Floats:
    """Values with mean 0: what cannot be told apart from the intercept is left to it."""
    return values - values.mean() if len(values) > 1 else values
