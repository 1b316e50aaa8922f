"""What leads did, and what was sent to them, from coming in until sales had answered them."""

from typing import Final

import numpy as np
import pyarrow as pa

from afteraction.simulate.accounts import Accounts
from afteraction.simulate.arrays import canonical, joined, moments, numbered, pick, stream, words
from afteraction.simulate.lead_tables import draw_leads
from afteraction.simulate.world import World

_MORE: Final = 1.4
"""Touches after the first, on average."""
_APART: Final = 1.2
"""Working days between them, on average."""
_KINDS: Final = (
    ("Opened a mail", "Mail", "us", 0.4),
    ("Visited the website", "Website", "buyer", 0.3),
    ("Downloaded a paper", "Website", "buyer", 0.1),
    ("Attended a webinar", "Webinar", "buyer", 0.1),
    ("Visited the booth", "Event", "buyer", 0.1),
)


def lead_touch_table(world: World, accounts: Accounts, seed: int, block: int) -> pa.Table:
    """The touches of the leads of a block of deals: the one that brought each, by its campaign, and more after it.

    How many more there are and of what kind says nothing about what becomes of the lead.
    """
    leads, rng = draw_leads(world, accounts, stream(seed, "leads", block)), stream(seed, "lead touches", block)
    model = world.organisation.leads
    more = rng.poisson(_MORE, len(leads.deal))
    lead = np.repeat(np.arange(len(leads.deal)), more + 1)
    nth = np.arange(len(lead)) - np.repeat(np.cumsum(more + 1) - more - 1, more + 1)
    until = np.minimum(np.where(np.isfinite(leads.answered), leads.answered, np.inf), leads.created + 30.0)
    offset = np.where(nth > 0, rng.exponential(_APART, len(lead)) * nth, 0.0)
    at = np.minimum(leads.created[lead] + offset, until[lead])
    kind = np.where(
        nth == 0, len(_KINDS), pick([share for *_, share in _KINDS], rng.random(len(lead))).astype(np.int64)
    )
    kept = np.flatnonzero((at <= world.calendar.end) & (leads.created[lead] <= world.calendar.end))
    kept = kept[np.lexsort((nth[kept], at[kept], lead[kept]))]
    lead, nth, at, kind = lead[kept], nth[kept], at[kept], kind[kept]
    names, sources = [one.name for one in model.campaigns], [one.source for one in model.campaigns]
    campaign = np.where(nth == 0, leads.campaign[lead], len(names))
    channels = [*(channel for _, channel, _, _ in _KINDS), *sources]
    lead_id = joined(numbered("L", world.deals.number[leads.deal], 8), "-", pa.array(leads.nth).cast(pa.string()))
    columns = {
        "touch_id": joined(lead_id.take(lead), "/", pa.array(nth).cast(pa.string())),
        "lead_id": lead_id.take(lead),
        "activity": words([*(activity for activity, *_ in _KINDS), "Came in"], kind),
        "at": moments(world.calendar.at(at)),
        "channel": words(channels, np.where(nth == 0, len(_KINDS) + leads.campaign[lead], kind)),
        "campaign": words([*names, None], campaign),
        "side": words([*(side for _, _, side, _ in _KINDS), "buyer"], kind),
    }
    return canonical("lead_touches", columns, len(lead))
