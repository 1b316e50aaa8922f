"""Which kinds of trigger events went before deals and wins, each beside accounts without: by its own record alone."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import expit

from afteraction.analysis.account_model import AccountModel
from afteraction.analysis.account_moments import FRESH, MIDDLE, Moments, events_at
from afteraction.analysis.account_record import AccountRecord
from afteraction.analysis.arrays import Flags, Floats, Longs
from afteraction.analysis.calibration import Measured
from afteraction.analysis.intervals import FALSE_DISCOVERIES, Rate, false_discovery_q_values, rate_if_any
from afteraction.analysis.shrinkage import FREE, fit
from afteraction.errors import NotEnoughData

FEWEST_EXPECTED: Final = 8.0
"""Wins to expect after events of a kind, were it as any other time, below which its own record says nothing."""
_ENOUGH_LEFT: Final = 0.25
_Z: Final = 1.959963984540054
_LONGEST: Final = 720


@dataclass(frozen=True)
class KindEvidence:
    """What went with events of one kind.

    `after` is how many of the accounts with such an event bought within the horizon after the first one, `without` the
    same after a day without any event in the FRESH days before; `deals_after`, `deals_without` the same for a new deal
    having begun (None: none such). They are plain counts. `times` is by how much a fresh event multiplies the odds to
    buy, all else equal, by this kind's own record alone, with its 95 % interval (None where `refused` says why);
    `pooled` the value that the ranking uses, in which a rare kind leans on the others; `half_life` the days until half
    of that is gone (None where there is nothing to fade). `verdict`: more, fewer (q at most 5 % over all kinds), or
    cant_tell.
    """

    kind: str
    events: int
    accounts: int
    after: Rate | None
    without: Rate | None
    deals_after: Rate | None
    deals_without: Rate | None
    times: Measured | None
    q: float | None
    pooled: float
    half_life: float | None
    verdict: str
    refused: NotEnoughData | None = None


def kind_evidence(
    record: AccountRecord, model: AccountModel, sample: Moments, horizon: float, rng: np.random.Generator
) -> tuple[KindEvidence, ...]:
    """What each kind of a record tells, by the moments that `model` was trained on."""
    if not record.kinds:
        return ()
    own = _own(record, model, sample)
    tested = [kind for kind, each in enumerate(own) if not isinstance(each, NotEnoughData)]
    q_values = dict(zip(tested, false_discovery_q_values([_p(own[kind]) for kind in tested]), strict=True))
    fresh, halves = model.fading(np.zeros(1))[0], _half_lives(model)
    without = _without(record, horizon, rng)
    found = []
    for kind, name in enumerate(record.kinds):
        of_kind = record.kind == kind
        result = own[kind]
        after = _rates(record, *_first_events(record, of_kind), horizon)
        common = (name, int(of_kind.sum()), len(np.unique(record.events.account[of_kind])))
        counts = (after[0], without[0], after[1], without[1])
        pooled, half = float(np.exp(fresh[kind])), halves[kind]
        if isinstance(result, NotEnoughData):
            found.append(KindEvidence(*common, *counts, None, None, pooled, half, "cant_tell", result))
            continue
        value, error = result
        times = Measured(*(float(np.exp(value + z * error)) for z in (0.0, -_Z, _Z)))
        said = ("more" if value > 0 else "fewer") if q_values[kind] <= FALSE_DISCOVERIES else "cant_tell"
        found.append(KindEvidence(*common, *counts, times, q_values[kind], pooled, half, said))
    return tuple(found)


def _own(record: AccountRecord, model: AccountModel, sample: Moments) -> list[tuple[float, float] | NotEnoughData]:
    """The logits of a fresh event of each kind, with standard errors that allow for moments of one account being alike.

    A logistic regression on what is left of the events of all kinds, fading by the middle half-life, beside what fit,
    history and relations say (as an offset); sandwich by account (Liang & Zeger 1986).
    """
    left = events_at(record, sample.account, sample.at)[:, :, MIDDLE]
    plain = len(model.encoding.block)
    known = model.columns(record, sample.account, sample.at)[:, :plain] @ model.fit.beta[:plain]
    z = np.column_stack([np.ones(len(sample)), left])
    bought = sample.bought.astype(np.float64)
    base = fit(z[:, :1], bought, sample.weight, np.full(1, FREE, dtype=np.int32), known).beta[0]
    expected = (sample.weight * expit(known + base)) @ (left > _ENOUGH_LEFT)
    enough = expected >= FEWEST_EXPECTED
    z = z[:, np.concatenate([[True], enough])]
    beta = fit(z, bought, sample.weight, np.full(z.shape[1], FREE, dtype=np.int32), known).beta
    chance = expit(known + z @ beta)
    bread = np.linalg.inv((z * (sample.weight * chance * (1 - chance))[:, None]).T @ z + 1e-9 * np.eye(z.shape[1]))
    score = z * (sample.weight * (bought - chance))[:, None]
    _, cluster = np.unique(sample.account, return_inverse=True)
    sums = np.stack([np.bincount(cluster, column) for column in score.T], axis=1)
    error = np.sqrt(np.diag(bread @ (sums.T @ sums) @ bread))
    place = np.cumsum(enough)
    return [
        (float(beta[place[kind]]), float(error[place[kind]]))
        if enough[kind]
        else NotEnoughData(
            f"after events of this kind only {expected[kind]:.1f} wins would be expected by chance",
            f"events enough for {FEWEST_EXPECTED:g} of them",
        )
        for kind in range(len(record.kinds))
    ]


def _p(own: tuple[float, float] | NotEnoughData) -> float:
    from statistics import NormalDist

    if isinstance(own, NotEnoughData) or own[1] == 0:
        return 1.0
    return 2 * NormalDist().cdf(-abs(own[0]) / own[1])


def _half_lives(model: AccountModel) -> list[float | None]:
    """The days until half of a fresh event's logits are gone, where it has any worth naming."""
    course = model.fading(np.arange(_LONGEST, dtype=np.float64))
    found: list[float | None] = []
    for kind in course.T:
        below = np.flatnonzero(np.abs(kind) <= abs(kind[0]) / 2)
        found.append(float(below[0]) if abs(kind[0]) > 0.1 and len(below) else None)
    return found


def _first_events(record: AccountRecord, chosen: Flags) -> tuple[Longs, Floats]:
    """The first of the chosen events of each account."""
    account, first = np.unique(record.events.account[chosen], return_index=True)
    return account, record.events.at[chosen][first]


def _without(record: AccountRecord, horizon: float, rng: np.random.Generator) -> tuple[Rate | None, Rate | None]:
    """Each account on a random day, where that had no event in the days before."""
    account = np.arange(len(record))
    start = float(record.events.at.min()) if len(record.events.at) else record.end
    at = start + rng.random(len(record)) * max(record.end - horizon - start, 0.0)
    quiet = (record.events.count(account, at - FRESH, at) == 0) & (record.since <= at)
    return _rates(record, account[quiet], at[quiet], horizon)


def _rates(record: AccountRecord, account: Longs, at: Floats, horizon: float) -> tuple[Rate | None, Rate | None]:
    """How many accounts without an open deal on a day bought within the horizon, and how many began a deal."""
    whole = (at + horizon <= record.end) & ~record.has_open_deal(account, at)
    account, at = account[whole], at[whole]
    bought = int(np.sum(record.wins.following(account, at) <= at + horizon))
    begun = int(np.sum(record.opened.following(account, at) <= at + horizon))
    return rate_if_any(bought, len(account)), rate_if_any(begun, len(account))
