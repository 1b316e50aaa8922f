"""The leads that became deals, those that did not, and what was done with each."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from afteraction.simulate.accounts import Accounts, account_ids, contact_ids
from afteraction.simulate.arrays import (
    Codes,
    Column,
    Flags,
    Floats,
    Ints,
    canonical,
    joined,
    moments,
    numbered,
    pick,
    stream,
    words,
)
from afteraction.simulate.deal_tables import deal_ids
from afteraction.simulate.organisation import Organisation
from afteraction.simulate.roster import person_id
from afteraction.simulate.world import World

STATUSES = ("new", "offered", "attempted", "accepted", "returned", "converted")
_NEW, _OFFERED, _ATTEMPTED, _ACCEPTED, _RETURNED, _CONVERTED = range(len(STATUSES))
_HOURS_A_DAY = 9.0
_SLOWEST = 60.0
_BETWEEN_ATTEMPTS = 1.5
_NEVER_WORKED = 0.06


@dataclass(frozen=True)
class Leads:
    """One value per lead. `deal` is the deal it belongs to or was made beside; `nth` counts those of a deal, the one
    that converted being 0. Times are working times; `answered` is infinite for a lead that nobody worked."""

    deal: Ints
    nth: Ints
    campaign: Ints
    account: Ints
    created: Floats
    answered: Floats
    attempts: Ints
    reason: Ints
    converted: Flags
    accepted: Flags
    developer: Ints


def lead_tables(world: World, accounts: Accounts, seed: int, block: int) -> tuple[pa.Table, pa.Table]:
    """The leads of a block of deals, converted and not, and their changes of status."""
    leads = draw_leads(world, accounts, stream(seed, "leads", block))
    model = world.organisation.leads
    known = leads.created <= world.calendar.end
    ids = joined(numbered("L", world.deals.number[leads.deal], 8), "-", pa.array(leads.nth).cast(pa.string()))
    names = [campaign.name for campaign in model.campaigns]
    sources = [campaign.source for campaign in model.campaigns]
    columns = {
        "lead_id": ids,
        "source": words(sources, leads.campaign),
        "campaign": words(names, leads.campaign),
        "created_at": moments(world.calendar.at(leads.created)),
        "person": contact_ids(leads.account, leads.nth % accounts.contacts[leads.account]),
        "account": account_ids(leads.account),
        "converted_deal_id": pc.if_else(pa.array(leads.converted), deal_ids(world.deals.number[leads.deal]), None),
    }
    table = canonical("leads", columns, len(leads.deal)).filter(pa.array(known))
    return table, _changes(world, leads, ids)


def draw_leads(world: World, accounts: Accounts, rng: np.random.Generator) -> Leads:
    """For each deal that came as a lead, that lead and as many that failed as its campaign's conversion implies."""
    organisation, deals = world.organisation, world.deals
    campaign = _campaigns(organisation, deals.source, rng)
    came = np.flatnonzero(campaign >= 0)
    converts = np.array([c.converts for c in organisation.leads.campaigns])[campaign[came]]
    failed = rng.poisson((1 - converts) / converts)
    deal = np.repeat(came, failed + 1)
    nth = np.arange(len(deal)) - np.repeat(np.cumsum(failed + 1) - failed - 1, failed + 1)
    converted, count = nth == 0, len(deal)

    worked = converted | (rng.random(count) > _NEVER_WORKED)
    model = organisation.leads
    log_hours = np.log(model.response_hours) + model.response_spread * rng.standard_normal(count)
    response = np.minimum(np.exp(log_hours - model.faster * converted) / _HOURS_A_DAY, _SLOWEST)
    reason = pick([share for _, share in model.return_reasons], rng.random(count))
    attempts = _attempts(organisation, converted, reason, rng)
    lead_time = 0.2 + response + _BETWEEN_ATTEMPTS * (attempts - 1) + 0.3
    elsewhen = deals.created[deal] + rng.uniform(-30.0, 10.0, count)
    created = np.where(converted, deals.created[deal] - lead_time, np.maximum(elsewhen, world.calendar.start - 30.0))
    return Leads(
        deal=deal,
        nth=nth,
        campaign=campaign[deal],
        account=np.where(converted, deals.account[deal], rng.integers(len(accounts), size=count)),
        created=created,
        answered=np.where(worked, created + 0.2 + response, np.inf),
        attempts=attempts,
        reason=reason.astype(np.int64),
        converted=converted,
        accepted=converted | (worked & (rng.random(count) < 0.25) & (reason > 0)),
        developer=rng.integers(len(world.roster.developers), size=count),
    )


def _campaigns(organisation: Organisation, source: Codes, rng: np.random.Generator) -> Ints:
    """The campaign that brought each deal; -1 for sources without one."""
    found, uniform = np.full(len(source), -1), rng.random(len(source))
    for number, level in enumerate(organisation.sources):
        own = [n for n, campaign in enumerate(organisation.leads.campaigns) if campaign.source == level.name]
        if own:
            here = source == number
            shares = [organisation.leads.campaigns[n].share for n in own]
            found[here] = np.array(own)[pick(shares, uniform[here])]
    return found


def _attempts(organisation: Organisation, converted: Flags, reason: Codes, rng: np.random.Generator) -> Ints:
    """How often a lead was tried. Not all that are called unreachable were tried as often as agreed."""
    few = rng.geometric(0.55, len(converted)).clip(max=4)
    gave_up_early = rng.random(len(converted)) < 0.35
    agreed = organisation.leads.agreed_attempts
    unreachable = np.where(gave_up_early, np.minimum(few, agreed - 1), agreed)
    return np.where(~converted & (reason == 0), unreachable, few)


def _changes(world: World, leads: Leads, ids: Column) -> pa.Table:
    rows = np.arange(len(leads.deal))
    last_try = leads.answered + _BETWEEN_ATTEMPTS * (leads.attempts - 1)
    events = [
        (rows, _NEW, leads.created, 0),
        (rows, _OFFERED, leads.created + 0.1, 0),
        (rows, _ACCEPTED, np.where(leads.accepted, last_try + 0.1, np.inf), 0),
        (rows, _RETURNED, np.where(leads.converted, np.inf, last_try + np.where(leads.accepted, 6.0, 0.3)), 0),
        (rows, _CONVERTED, np.where(leads.converted, world.deals.created[leads.deal], np.inf), 0),
    ]
    for nth in range(int(leads.attempts.max(initial=0))):
        tried = np.where(leads.attempts > nth, leads.answered + _BETWEEN_ATTEMPTS * nth, np.inf)
        events.append((rows, _ATTEMPTED, tried, nth + 1))
    lead = np.concatenate([event[0] for event in events])
    status = np.repeat([event[1] for event in events], len(rows))
    at = np.concatenate([event[2] for event in events])
    attempt = np.repeat([event[3] for event in events], len(rows))
    kept = np.flatnonzero(at <= world.calendar.end)
    order = kept[np.lexsort((at[kept], lead[kept]))]
    lead, status, at, attempt = lead[order], status[order], at[order], attempt[order]

    developers = [person_id(name) for name in world.roster.developers]
    own = len(developers) + world.deals.owner[leads.deal[lead]]
    actor = np.where(np.isin(status, (_ACCEPTED, _CONVERTED)) & leads.converted[lead], own, leads.developer[lead])
    nobody = len(developers) + len(world.roster.ids)
    reasons = [reason for reason, _ in world.organisation.leads.return_reasons]
    columns = {
        "lead_id": ids.take(lead),
        "at": moments(world.calendar.at(at)),
        "status": words(STATUSES, status),
        "actor": words([*developers, *world.roster.ids, None], np.where(status == _NEW, nobody, actor)),
        "reason": words([*reasons, None], np.where(status == _RETURNED, leads.reason[lead], len(reasons))),
        "attempt": pa.array(attempt, mask=status != _ATTEMPTED),
    }
    return canonical("lead_changes", columns, len(lead))
