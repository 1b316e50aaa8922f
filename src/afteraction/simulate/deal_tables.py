"""The record of deals and stage changes as a CRM would hold them."""

import numpy as np
import pyarrow as pa

from afteraction.lake.schema import OUTCOMES
from afteraction.simulate.accounts import account_ids, account_names
from afteraction.simulate.arrays import Column, Floats, Ints, canonical, joined, moments, numbered, stream, words
from afteraction.simulate.calendar import DAY
from afteraction.simulate.reasons import reason_words, recorded_reasons, true_causes
from afteraction.simulate.world import World

CLOSING_STAGES = ("Closed won", "Closed lost", "No decision")
_ENDED = OUTCOMES[1:]
_OPEN = len(_ENDED)
_PUSH_DAYS = 35.0


def deal_ids(numbers: Ints) -> Column:
    return numbered("D", numbers, 8)


def outcomes(world: World) -> Ints:
    """The outcome that the record knows: a position in won, lost, no_decision, or one more for open."""
    return np.where(world.path.closed <= world.calendar.end, world.ending.outcome, _OPEN)


def deal_table(world: World, seed: int, block: int) -> pa.Table:
    """The deals. `close_date_pushes` is how often the expected close date was moved: an attribute column."""
    organisation, deals, calendar = world.organisation, world.deals, world.calendar
    outcome = outcomes(world)
    ended = outcome != _OPEN
    created, closed = calendar.at(deals.created), calendar.at(world.path.closed)
    first, pushes = _expected_close(world, created, np.where(ended, closed, calendar.end_seconds), seed, block)
    expected = np.where(ended, closed, first + pushes * _PUSH_DAYS * DAY)
    stage = _stage_now(world)
    causes = true_causes(world)
    deal_types = [level.name for level in organisation.deal_types]
    columns = {
        "deal_id": deal_ids(deals.number),
        "name": joined(account_names(deals.account), ": ", words(deal_types, deals.deal_type)),
        "account_id": account_ids(deals.account),
        "owner": words(world.roster.ids, deals.owner),
        "amount": deals.amount,
        "currency": words([organisation.currency], np.zeros(len(deals), dtype=np.int64)),
        "created_at": moments(created),
        "closed_at": moments(closed, ended),
        "outcome": words([*_ENDED, OUTCOMES[0]], outcome),
        "stage": words(organisation.stage_names, stage),
        "pipeline": words(["Sales"], np.zeros(len(deals), dtype=np.int64)),
        "expected_close_on": pa.array((expected // DAY).astype(np.int32), pa.date32()),
        "lost_reason": reason_words(np.where(ended, recorded_reasons(world, causes), -1)),
        "source": words([level.name for level in organisation.sources], deals.source),
        "segment": words([segment.name for segment in organisation.segments], deals.segment),
        "competitor": words([level.name for level in organisation.competitors], deals.competitor),
        "crm_probability": np.array([s.crm_probability for s in organisation.stages])[stage],
        "deal_type": words(deal_types, deals.deal_type),
        "close_date_pushes": pushes.astype(np.int64),
    }
    return canonical("deals", columns, len(deals))


def stage_change_table(world: World) -> pa.Table:
    """The stage changes, going back and coming again included, and one last move to a closing stage."""
    path, stages = world.path, len(world.organisation.stages)
    rows = np.arange(len(world.deals))
    entered = np.where(path.recorded, path.entered, np.inf)
    moves = [(rows, np.full(len(rows), k), entered[:, k]) for k in range(stages)]
    moves.append((rows, path.back - 1, path.back_at))
    moves.append((rows, path.back, path.again_at))
    moves.append((rows, stages + world.ending.outcome, path.closed))
    deal, stage, at = (np.concatenate(parts) for parts in zip(*moves, strict=True))
    kept = at <= world.until[deal]
    deal, stage, at = deal[kept], stage[kept], at[kept]
    order = np.lexsort((at, deal))
    deal, stage, at = deal[order], stage[order], at[order]
    closing = np.where(stage >= stages, stage - stages, _OPEN)
    columns = {
        "deal_id": deal_ids(world.deals.number).take(deal),
        "at": moments(world.calendar.at(at)),
        "stage": words([*world.organisation.stage_names, *CLOSING_STAGES], stage),
        "actor": words(world.roster.ids, world.deals.owner[deal]),
        "outcome": words([*_ENDED, None], closing),
        "source_order": np.arange(len(deal)),
    }
    return canonical("stage_changes", columns, len(deal))


def latent_table(world: World) -> pa.Table:
    """What no CRM holds, a row per deal: how it would end if followed for ever, the chance of winning at the moment of
    decision, when it was decided, and why it was not won."""
    causes = true_causes(world)
    return pa.table(
        {
            "deal_id": deal_ids(world.deals.number),
            "eventual_outcome": words(_ENDED, world.ending.outcome),
            "win_chance": pa.array(world.ending.win_chance),
            "decided_at": moments(world.calendar.at(world.path.decided)),
            "true_cause": reason_words(causes),
            "after_the_fact": pa.array(world.deals.after_the_fact),
        }
    )


def _stage_now(world: World) -> Ints:
    """The stage that the CRM shows at the end of a deal's record."""
    path, until = world.path, world.until
    there = path.recorded & (path.entered <= until[:, None])
    stage: Ints = there.shape[1] - 1 - np.argmax(there[:, ::-1], axis=1)
    went_back = (path.back_at <= until) & (until < path.again_at)
    return np.where(went_back, path.back - 1, stage)


def _expected_close(world: World, created: Floats, until: Floats, seed: int, block: int) -> tuple[Floats, Floats]:
    """The close date first expected, in seconds, and how often it was pushed by some weeks since.

    Reps expect deals to close sooner than they do; careless ones leave a date that has passed.
    """
    rng, deals = stream(seed, "record", block), world.deals
    pace = np.array([s.pace for s in world.organisation.segments])[deals.segment]
    usual = sum(stage.days for stage in world.organisation.stages) * 7 / 5
    first = created + DAY * 0.8 * usual * pace * np.exp(0.35 * rng.standard_normal(len(deals)))
    due = np.ceil(np.maximum(until - first, 0.0) / (_PUSH_DAYS * DAY))
    careful = 0.75 + 0.2 * np.tanh(world.roster.discipline[deals.owner])
    return first, rng.binomial(due.astype(np.int64), careful).astype(np.float64)
