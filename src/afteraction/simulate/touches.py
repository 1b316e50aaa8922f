"""The touches: steps, their repetitions, and the calls and mails in between, as they were logged."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from afteraction.simulate.accounts import Accounts, contact_ids
from afteraction.simulate.arrays import Column, Flags, Floats, Ints, canonical, joined, moments, numbered, stream, words
from afteraction.simulate.deal_tables import deal_ids
from afteraction.simulate.ending import NO_DECISION
from afteraction.simulate.organisation import FollowUp, Organisation, StepModel
from afteraction.simulate.world import World

_MOST_REPEATS = 3
_SUBJECTS = ("{}", "{}: open questions", "{}: next steps")
_LONGEST = 8_192.0
_LOGGING_SHAPE = 1.0
_SOONEST = 0.02


@dataclass(frozen=True)
class _Log:
    """Touches, one value each: position of the deal, number of the activity (steps, then follow-ups), working time."""

    deal: Ints
    activity: Ints
    at: Floats

    def at_rows(self, rows: Flags | Ints) -> "_Log":
        return _Log(self.deal[rows], self.activity[rows], self.at[rows])


def touch_table(world: World, accounts: Accounts, seed: int, block: int) -> pa.Table:
    """The touches of a block of deals, by deal and time."""
    rng = stream(seed, "touches", block)
    activities = _activities(world.organisation)
    planned = _steps(world)
    steps = _together(planned, _repetitions(world, planned, rng))
    log = _together(steps, _follow_ups(world, steps, rng))
    chances = np.array([activity.from_buyer for activity in activities])
    buyer = rng.random(len(log.at)) < chances[log.activity]
    kept = ~(buyer & _silent(world, log, rng))
    log, buyer = _logged_late(world, log.at_rows(kept), rng), buyer[kept]
    order = np.argsort(log.deal * _LONGEST + log.at, kind="stable")
    log, buyer = log.at_rows(order), buyer[order]

    rows = len(log.at)
    starts = np.flatnonzero(np.diff(log.deal, prepend=-1))
    place = np.arange(rows) - np.repeat(starts, np.diff(starts, append=rows))
    ids = deal_ids(world.deals.number).take(log.deal)
    columns = {
        "touch_id": joined(ids, "-", numbered("", place + 1, 3)),
        "deal_id": ids,
        "activity": words([activity.activity for activity in activities], log.activity),
        "at": moments(world.calendar.at(log.at)),
        "actor": _actors(world, activities, log, buyer),
        "side": words(["us", "buyer"], buyer.astype(np.int64)),
        "channel": words([activity.channel for activity in activities], log.activity),
        "minutes": _minutes(activities, log, rng),
        "subject": _subjects(activities, log, rng),
        "person_id": _persons(world, accounts, log, rng),
        "source_order": np.arange(rows),
    }
    return canonical("touches", columns, rows)


def _activities(organisation: Organisation) -> tuple[StepModel | FollowUp, ...]:
    return (*organisation.steps, *organisation.follow_ups)


def _together(*logs: _Log) -> _Log:
    return _Log(
        np.concatenate([log.deal for log in logs]),
        np.concatenate([log.activity for log in logs]),
        np.concatenate([log.at for log in logs]),
    )


def _steps(world: World) -> _Log:
    done = (world.due < world.path.closed[:, None]) & (world.due <= world.calendar.end)
    deal, activity = np.nonzero(done)
    return _Log(deal, activity, world.due[deal, activity])


def _repetitions(world: World, log: _Log, rng: np.random.Generator) -> _Log:
    """Steps done again some days later, as long as the deal lives."""
    means = np.array([step.repeats for step in world.organisation.steps])
    again = log.at_rows(means[log.activity] > 0)
    counts = rng.poisson(means[again.activity]).clip(max=_MOST_REPEATS)
    rows = np.repeat(np.arange(len(counts)), counts)
    nth = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    repeated = again.at_rows(rows)
    repeated = _Log(repeated.deal, repeated.activity, repeated.at + 0.3 + 4.0 * (nth + rng.random(len(rows))))
    return repeated.at_rows(repeated.at < world.until[repeated.deal])


def _follow_ups(world: World, steps: _Log, rng: np.random.Generator) -> _Log:
    """Calls and mails: some hours after a step, and now and then while the deal lives.

    Careful reps log more of the latter; for most deals few are logged, for some many.
    """
    organisation, deals = world.organisation, world.deals
    channels = np.array([step.channel for step in organisation.steps])[steps.activity]
    life = np.where(deals.after_the_fact, 0.0, np.maximum(world.until - deals.created - _SOONEST, 0.0))
    logged = rng.gamma(_LOGGING_SHAPE, 1 / _LOGGING_SHAPE, len(deals))
    logged *= np.exp(0.15 * world.roster.discipline[deals.owner])
    logs = [steps.at_rows(np.empty(0, np.int64))]
    for number, follow_up in enumerate(organisation.follow_ups, start=len(organisation.steps)):
        followed = steps.at_rows((rng.random(len(channels)) < follow_up.chance) & np.isin(channels, follow_up.after))
        hours_later = followed.at + follow_up.days * rng.uniform(0.5, 1.0, len(followed.at))
        deal = np.repeat(np.arange(len(life)), rng.poisson(follow_up.per_day * logged * life))
        now_and_then = deals.created[deal] + _SOONEST + life[deal] * rng.random(len(deal))
        deal, at = np.concatenate([followed.deal, deal]), np.concatenate([hours_later, now_and_then])
        logs.append(_Log(deal, np.full(len(deal), number), at).at_rows(at < world.until[deal]))
    return _together(*logs)


def _silent(world: World, log: _Log, rng: np.random.Generator) -> Flags:
    """Touches that a buyer does not make who is about to fade away: in the last third of deals without a decision."""
    path, created = world.path, world.deals.created
    late = (log.at - created[log.deal]) > 0.7 * (path.decided - created)[log.deal]
    fading = (world.ending.outcome == NO_DECISION)[log.deal] & (log.activity >= len(world.organisation.steps))
    silent: Flags = late & fading & (rng.random(len(log.at)) < world.organisation.record.buyer_goes_silent)
    return silent


def _logged_late(world: World, log: _Log, rng: np.random.Generator) -> _Log:
    """A few touches carry the time at which they were logged, some days late, perhaps after the deal was closed."""
    record = world.organisation.record
    chance, delay = rng.random(len(log.at)), rng.exponential(record.late_days, len(log.at))
    late = (chance < record.late) & (log.at + delay <= world.calendar.end)
    return _Log(log.deal, log.activity, np.where(late, log.at + delay, log.at))


def _actors(world: World, activities: tuple[StepModel | FollowUp, ...], log: _Log, buyer: Flags) -> Column:
    """Who did it on our side: the owner, or the owner's manager where that is the manager's part. Empty for buyers."""
    roster, owner = world.roster, world.deals.owner[log.deal]
    managers = np.array([isinstance(activity, StepModel) and activity.role == "manager" for activity in activities])
    ours = np.where(managers[log.activity], 1 + len(roster.ids) + roster.team[owner], 1 + owner)
    return words([None, *roster.ids, *roster.manager_ids], np.where(buyer, 0, ours))


def _minutes(activities: tuple[StepModel | FollowUp, ...], log: _Log, rng: np.random.Generator) -> Column:
    """How long touches took, in fives; nobody writes that down for a mail."""
    usual = np.array([activity.minutes for activity in activities])[log.activity]
    mail = np.array([activity.channel == "mail" for activity in activities])[log.activity]
    spent = usual * np.exp(0.35 * rng.standard_normal(len(log.at)))
    minutes: Column = pa.array(np.maximum(np.round(spent / 5), 1) * 5, mask=mail)
    return minutes


def _subjects(activities: tuple[StepModel | FollowUp, ...], log: _Log, rng: np.random.Generator) -> Column:
    lines = [subject.format(activity.activity) for activity in activities for subject in _SUBJECTS]
    return words(lines, log.activity * len(_SUBJECTS) + rng.integers(len(_SUBJECTS), size=len(log.at)))


def _persons(world: World, accounts: Accounts, log: _Log, rng: np.random.Generator) -> Column:
    """Whom each touch was with: mostly the first contact, and more people once a step that opens doors was done."""
    contacts = accounts.contacts[world.deals.account].astype(np.int64)
    known = 1 + rng.binomial(contacts - 1, 0.3)
    openers = [number for number, step in enumerate(world.organisation.steps) if step.opens_doors]
    opened = world.due[:, openers].min(axis=1, initial=np.inf)
    reach = np.where(log.at >= opened[log.deal], contacts[log.deal], known[log.deal])
    nth = (reach * rng.random(len(log.at)) ** 1.7).astype(np.int64)
    slot = (world.deals.number[log.deal] + nth) % contacts[log.deal]
    named = rng.random(len(log.at)) > 0.06
    people = contact_ids(world.deals.account[log.deal], slot)
    with_whom: Column = pc.if_else(pa.array(named), people, pa.scalar(None, pa.string()))
    return with_whom
