"""Outside events about accounts: those that happen anyway, and those that brought a deal."""

import numpy as np
import pyarrow as pa

from afteraction.simulate.accounts import Accounts, account_ids, account_names
from afteraction.simulate.arrays import Floats, Ints, canonical, joined, moments, numbered, stream, words
from afteraction.simulate.calendar import DAY
from afteraction.simulate.deal_tables import deal_ids
from afteraction.simulate.names import PUBLISHERS
from afteraction.simulate.organisation import Organisation
from afteraction.simulate.world import World

WINDOW_DAYS = 90.0


def trigger_table(world: World, accounts: Accounts, chosen: slice, seed: int, block: int) -> pa.Table:
    """The events of a slice of the accounts, and those that brought this block's deals, within 90 days before each."""
    rng = stream(seed, "triggers", block)
    account, kind, at = _by_chance(world, np.arange(len(accounts))[chosen], rng)
    brought = np.flatnonzero(world.deals.trigger >= 0)
    before = DAY * WINDOW_DAYS * rng.random(len(brought))
    by_chance = numbered("E", np.arange(len(account)), 7)
    ids = pa.concat_arrays(
        [
            joined(account_ids(account), "-", by_chance),
            joined(deal_ids(world.deals.number[brought]), "-E"),
        ]
    )
    account = np.concatenate([account, world.deals.account[brought]])
    kind = np.concatenate([kind, world.deals.trigger[brought]])
    at = np.concatenate([at, world.calendar.at(world.deals.created[brought]) - before])
    publisher = rng.integers(len(PUBLISHERS), size=len(account))
    kinds = [kind.name for kind in world.organisation.triggers]
    columns = {
        "event_id": ids,
        "account_id": account_ids(account),
        "kind": words(kinds, kind),
        "at": moments(at),
        "title": joined(account_names(account), ": ", words(kinds, kind)),
        "url": joined("https://news.example/", ids),
        "source": words(PUBLISHERS, publisher),
        "confidence": np.round(rng.beta(9.0, 1.5, len(account)), 2),
    }
    return canonical("trigger_events", columns, len(account))


def _by_chance(world: World, numbers: Ints, rng: np.random.Generator) -> tuple[Ints, Ints, Floats]:
    """Events at their usual rate, over the record and the 90 days before it."""
    organisation: Organisation = world.organisation
    end = world.calendar.end_seconds
    span = organisation.years * 365.25 * DAY + WINDOW_DAYS * DAY
    rates = np.array([kind.per_year for kind in organisation.triggers]) * span / (365.25 * DAY)
    counts = rng.poisson(rates, (len(numbers), len(rates)))
    row, kind = np.nonzero(counts)
    times = counts[row, kind]
    row, kind = np.repeat(row, times), np.repeat(kind, times)
    return numbers[row], kind, end - span * rng.random(len(row))
