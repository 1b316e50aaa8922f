"""A simulated record: the canonical tables, the process on paper, and the truth."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pyarrow as pa

from afteraction.errors import Refused
from afteraction.lake.schema import TABLES
from afteraction.process.model import Process
from afteraction.simulate.accounts import Accounts, account_tables, draw_accounts
from afteraction.simulate.arrays import stream
from afteraction.simulate.calendar import work_calendar
from afteraction.simulate.content_tables import content_table, content_use_table
from afteraction.simulate.course import take_course
from afteraction.simulate.deal_tables import deal_table, latent_table, stage_change_table
from afteraction.simulate.deals import draw_deals
from afteraction.simulate.lead_tables import lead_tables
from afteraction.simulate.lead_touches import lead_touch_table
from afteraction.simulate.noise import draw_noise
from afteraction.simulate.organisation import Organisation
from afteraction.simulate.paper import process_on_paper
from afteraction.simulate.roster import draw_roster, people_of_ours
from afteraction.simulate.steps import Intervention
from afteraction.simulate.touches import touch_table
from afteraction.simulate.trigger_table import trigger_table
from afteraction.simulate.truth import Truth, find_truth
from afteraction.simulate.world import World, live

BLOCK_DEALS = 50_000
_MOST_DEALS = 10_000_000
ALL_TABLES = tuple(TABLES)


@dataclass(frozen=True)
class SimulatedRecord:
    """What a CRM would hold of an organisation, and what only its maker knows.

    `tables` are canonical tables by name. `latent` has a row per deal with what no CRM holds: how it ends if followed
    for ever, its chance of winning, its true cause. `truth` is computed when first asked for, in a few seconds.
    """

    tables: Mapping[str, pa.Table]
    process: Process
    latent: pa.Table
    organisation: Organisation
    seed: int
    deals: int = field(compare=False)

    @cached_property
    def truth(self) -> Truth:
        return find_truth(self.organisation, self.seed)


def simulate(
    organisation: Organisation,
    deals: int,
    seed: int,
    *,
    intervene: Intervention | None = None,
    tables: Collection[str] = ALL_TABLES,
) -> SimulatedRecord:
    """The record of an organisation with so many deals; the same arguments give the same record.

    With `intervene` one step is made to be done, or not to be done, by a landmark, everything else and all luck being
    the same. `tables` limits what is made. The whole record is held in memory: see `simulate_chunks` for large ones.
    Raises Refused for fewer than 1 deal, a negative seed or an unknown table.
    """
    chunks = list(simulate_chunks(organisation, deals, seed, intervene=intervene, tables=tables))
    whole = {name: pa.concat_tables([chunk.tables[name] for chunk in chunks]) for name in chunks[0].tables}
    latent = pa.concat_tables([chunk.latent for chunk in chunks])
    return SimulatedRecord(whole, chunks[0].process, latent, organisation, seed, deals)


def simulate_chunks(
    organisation: Organisation,
    deals: int,
    seed: int,
    *,
    intervene: Intervention | None = None,
    tables: Collection[str] = ALL_TABLES,
) -> Iterator[SimulatedRecord]:
    """The same record as `simulate`, a stretch of time after another, in bounded memory.

    Rows refer across chunks (a deal's account may come later), and the people of our side are in the first.
    """
    _check(deals, seed, tables)
    if intervene is not None:
        organisation.step_number(intervene.step)
    calendar = work_calendar(organisation.calendar, organisation.end, organisation.years)
    roster = draw_roster(organisation, calendar, seed)
    accounts = draw_accounts(organisation, deals, seed)
    process = process_on_paper(organisation)
    blocks = -(-deals // BLOCK_DEALS)
    sizes = stream(seed, "sizes").multinomial(deals, np.full(blocks, 1.0 / blocks))
    ends = np.cumsum(sizes)
    for block, (size, end) in enumerate(zip(sizes, ends, strict=True)):
        numbers = np.arange(end - size, end) + 1
        window = (block / blocks, (block + 1) / blocks)
        drawn = draw_deals(organisation, roster, accounts, calendar, seed, block, numbers, window)
        noise = draw_noise(organisation, seed, block, int(size))
        world = live(take_course(organisation, roster, calendar, drawn, noise), intervene)
        chosen = slice(block * len(accounts) // blocks, (block + 1) * len(accounts) // blocks)
        made = _tables(world, accounts, chosen, seed, block, frozenset(tables))
        yield SimulatedRecord(made, process, latent_table(world), organisation, seed, int(size))


def _tables(
    world: World, accounts: Accounts, chosen: slice, seed: int, block: int, wanted: frozenset[str]
) -> dict[str, pa.Table]:
    """The canonical tables of one block: its deals with all that belongs to them, and a slice of the accounts."""
    made: dict[str, pa.Table] = {}
    if "deals" in wanted:
        made["deals"] = deal_table(world, seed, block)
    if "stage_changes" in wanted:
        made["stage_changes"] = stage_change_table(world)
    if "touches" in wanted:
        made["touches"] = touch_table(world, accounts, seed, block)
    if wanted & {"accounts", "people"}:
        made["accounts"], buyers = account_tables(world.organisation, accounts, chosen, seed)
        ours = people_of_ours(world.organisation, world.roster)
        made["people"] = pa.concat_tables([ours, buyers]) if block == 0 else buyers
    if wanted & {"leads", "lead_changes"}:
        made["leads"], made["lead_changes"] = lead_tables(world, accounts, seed, block)
    if "lead_touches" in wanted:
        made["lead_touches"] = lead_touch_table(world, accounts, seed, block)
    if "content" in wanted:
        made["content"] = content_table(world.organisation).slice(0, None if block == 0 else 0)
    if "content_uses" in wanted:
        made["content_uses"] = content_use_table(world, accounts, seed, block)
    if "trigger_events" in wanted:
        made["trigger_events"] = trigger_table(world, accounts, chosen, seed, block)
    return {name: made[name] for name in TABLES if name in wanted}


def _check(deals: int, seed: int, tables: Collection[str]) -> None:
    if not 1 <= deals < _MOST_DEALS:
        raise Refused(f"{deals} deals", f"from 1 to {_MOST_DEALS - 1}", "ask for another number of deals")
    if seed < 0:
        raise Refused(f"seed {seed}", "a whole number from 0 on", "choose another seed")
    unknown = sorted(set(tables) - set(TABLES))
    if unknown:
        raise Refused(f"tables {', '.join(unknown)}", f"some of {', '.join(TABLES)}", "name canonical tables")
