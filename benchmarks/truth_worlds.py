"""Simulated organisations for the check of the estimators: what an analysis sees of them, and what is true."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import ibis
import numpy as np
import pyarrow as pa

from afteraction.analysis.deal_frame import DealFrame, deal_frame
from afteraction.analysis.event_log import EventLog, prepare
from afteraction.lake.cache import MemoryCache
from afteraction.lake.schema import TABLES
from afteraction.process.model import Process
from afteraction.simulate import Organisation, default_organisation, simulate
from afteraction.simulate.accounts import draw_accounts
from afteraction.simulate.calendar import DAY, work_calendar
from afteraction.simulate.course import take_course
from afteraction.simulate.deals import draw_deals
from afteraction.simulate.ending import WON, win_chance
from afteraction.simulate.noise import draw_noise
from afteraction.simulate.record import BLOCK_DEALS
from afteraction.simulate.roster import draw_roster
from afteraction.simulate.true_effects import level_truths
from afteraction.simulate.truth import truth_world
from afteraction.simulate.world import World, live

_SEEN = ("deals", "stage_changes", "touches", "accounts", "people")
TRUTH_DEALS = 30_000
"""Fresh deals to follow for the truth of an effect, which two worlds with the same luck tell exactly enough."""


@dataclass(frozen=True)
class Seen:
    """What an analysis sees of a simulated organisation."""

    tables: Mapping[str, ibis.Table]
    log: EventLog
    process: Process
    frame: DealFrame


def seen(organisation: Organisation, deals: int, seed: int) -> Seen:
    """The record of an organisation as tables in an engine, its log and its deals."""
    record = simulate(organisation, deals, seed, tables=_SEEN)
    engine = ibis.duckdb.connect()
    engine.con.execute("SET TimeZone = 'UTC'")
    tables = {}
    for name, schema in TABLES.items():
        rows = record.tables.get(name, schema.arrow.empty_table())
        optional = pa.schema([field.with_nullable(True) for field in rows.schema])
        tables[name] = engine.create_table(name, rows.cast(optional))
    log = prepare(tables, MemoryCache(engine))
    return Seen(tables, log, record.process, deal_frame(tables, log, record.process))


def planted(number: int) -> Organisation:
    """An organisation with all traps and effects of its own: two steps in five do nothing, the others up to ±20 points.

    How many reps it has, and how much the careful and the good deals have more steps, differ too.
    """
    rng = np.random.default_rng([2026, number])
    organisation = default_organisation()
    organisation = replace(
        organisation,
        people=replace(organisation.people, reps=int(rng.integers(10, 120)), skill_with_discipline=rng.uniform(0, 0.8)),
        steps=tuple(
            replace(step, quality=step.quality * rng.uniform(0, 1.5), discipline=step.discipline * rng.uniform(0, 1.5))
            for step in organisation.steps
        ),
    )
    effects = {
        step.id: 0.0 if rng.random() < 0.4 else float(rng.uniform(-1.1, 1.1))
        for step in organisation.steps
        if not step.leak
    }
    return organisation.with_effects(effects)


def without_ways_back(organisation: Organisation) -> Organisation:
    """The same where nothing that is to come shows in how a deal is worked: buyers about to fade away do not go silent,
    and a slow deal is no worse for it. What a behaviour then goes along with is nothing."""
    return replace(organisation, ageing=0.0, record=replace(organisation.record, buyer_goes_silent=0.0))


def enough_to_know(deals: int) -> int:
    """Fresh deals to follow for the truth of a share, so that its own error hardly counts beside that of the record."""
    return max(TRUTH_DEALS, 20 * deals)


def planted_ways_back(organisation: Organisation, number: int) -> Organisation:
    """The same where going back a stage does nothing in one organisation of three, else up to ±20 points."""
    rng = np.random.default_rng([2027, number])
    effect = 0.0 if rng.random() < 1 / 3 else float(rng.uniform(-1.1, 1.1))
    return replace(organisation, record=replace(organisation.record, went_back_effect=effect))


def world_behind(organisation: Organisation, deals: int, seed: int) -> World:
    """The world that the record of so many deals (one block) was made from: what an oracle knows."""
    if deals > BLOCK_DEALS:
        raise ValueError(f"{deals} deals are more than one block of {BLOCK_DEALS}")
    calendar = work_calendar(organisation.calendar, organisation.end, organisation.years)
    roster = draw_roster(organisation, calendar, seed)
    accounts = draw_accounts(organisation, deals, seed)
    drawn = draw_deals(organisation, roster, accounts, calendar, seed, 0, np.arange(deals) + 1, (0.0, 1.0))
    return live(take_course(organisation, roster, calendar, drawn, draw_noise(organisation, seed, 0, deals)))


def true_levels(organisation: Organisation, seed: int) -> dict[tuple[str, str], float]:
    """For each level of the attributes that are drawn on their own: the chance of winning with it, less with the rest.

    The rest is taken as it is mixed among deals; nothing else about a deal depends on these attributes.
    """
    found = {}
    worlds = level_truths(truth_world(organisation, seed, TRUTH_DEALS))
    for attribute, levels in (
        ("source", organisation.sources),
        ("competitor", organisation.competitors),
        ("deal_type", organisation.deal_types),
    ):
        win = {each.level: each.would_win_percent / 100 for each in worlds if each.attribute == attribute}
        for level in levels:
            rest = [other for other in levels if other is not level]
            shares = np.array([other.share for other in rest])
            found[attribute, level.name] = win[level.name] - float(
                np.average([win[other.name] for other in rest], weights=shares)
            )
    return found


def true_going_back(world: World, landmark: float) -> float:
    """What having gone back by a landmark after entering the second stage does, among deals that got far enough.

    Those that have not may still do so later.
    """
    at = world.calendar.at(world.path.entered[:, 1]) + landmark * DAY
    open_then = (world.calendar.at(world.path.closed) > at) & world.path.recorded[:, 1]
    reached = open_then & (world.calendar.at(world.path.entered[:, 2]) <= at)
    later = reached & (world.calendar.at(world.path.back_at) > at)
    by_then = reached & ~later & (world.path.back >= 0)
    went, stayed = (win_chance(world, world.due, world.helped_at, share) for share in (1.0, 0.0))
    goes_later = float(np.mean((later & (world.path.back >= 0))[reached & ~by_then]))
    return float(np.mean((went - stayed)[reached])) * (1 - goes_later)


def true_winning_later(world: World, age_days: float) -> float:
    """How much likelier than at their start deals are won that are open at an age, segment by segment."""
    life = (world.calendar.at(world.path.closed) - world.calendar.at(world.deals.created)) / DAY
    won, segment, open_then = world.ending.outcome == WON, world.deals.segment, life > age_days
    difference = 0.0
    for here in (segment == code for code in np.unique(segment[open_then])):
        share = np.count_nonzero(here & open_then) / np.count_nonzero(open_then)
        difference += share * float(np.mean(won[here & open_then]) - np.mean(won[here]))
    return difference
