"""A sales organisation as arrays, of any size in seconds: what the estimators are timed on.

Truth is planted, yet coverage is not measured here: that is the business of tests/truth on simulated records.
"""

import numpy as np
import pyarrow as pa

from afteraction.analysis.arrays import Flags, Floats
from afteraction.analysis.deal_frame import Category, DealFrame
from afteraction.analysis.logistic import Sample
from afteraction.process.model import Process, Step

STAGES = ("Qualify", "Discover", "Propose", "Negotiate")
STEPS_PER_STAGE = 5
PROCESS = Process(
    "Benchmark",
    1,
    STAGES,
    tuple(
        Step(f"step_{n + 1}", stage, (f"Step {n + 1}",)) for n, stage in enumerate(np.repeat(STAGES, STEPS_PER_STAGE))
    ),
)
_FACTS = {"segment": 3, "source": 4, "competitor": 4, "deal_type": 3}


def organisation(deals: int, seed: int = 0, owners: int = 1, open_share: float = 0.0) -> DealFrame:
    """Deals that go through four stages of five steps each; a quality that is on record drives steps and outcome.

    With one owner nobody is known to own anything. `open_share` of the deals have not ended when the record does.
    """
    rng = np.random.default_rng(seed)
    facts = {name: rng.integers(0, levels, deals) for name, levels in _FACTS.items()}
    size = rng.normal(size=deals)
    quality = 0.4 * size + sum(0.25 * (codes - np.mean(codes)) for codes in facts.values())
    owner = np.sort(rng.integers(0, owners, deals))
    skill, discipline = rng.normal(0, 0.3, (2, owners)) if owners > 1 else np.zeros((2, 1))
    created = rng.uniform(0, 900, deals)
    entered = created[:, None] + np.cumsum(rng.gamma(3, 8, (deals, len(STAGES))), axis=1) - 10
    left = np.column_stack([entered[:, 1:], entered[:, -1] + rng.gamma(3, 8, deals)])
    done, helped = _steps(rng, entered, left, quality + discipline[owner])
    dropped = rng.random((deals, len(STAGES))) < 0.12
    last = np.where(dropped.any(axis=1), dropped.argmax(axis=1), len(STAGES) - 1)
    closed = left[np.arange(deals), last]
    entered[np.arange(len(STAGES)) > last[:, None]] = np.nan
    won = ~dropped.any(axis=1) & (rng.random(deals) < _expit(quality + skill[owner] + helped))
    end = float(np.quantile(closed, 1 - open_share))
    still_open = closed > end
    done[(done > closed[:, None]) | (done > end)] = np.nan
    entered[entered > end] = np.nan
    return DealFrame(
        deal_no=np.arange(deals, dtype=np.int32),
        deal_id=pa.chunked_array([pa.array(np.arange(deals)).cast(pa.string())]),
        owner=Category(owner.astype(np.int32), tuple(f"Rep {n + 1}" for n in range(owners))),
        team=Category(np.full(deals, -1, dtype=np.int32), ()),
        outcome=Category(np.where(still_open, 0, np.where(won, 1, 2)).astype(np.int32), ("open", "won", "lost")),
        created=created,
        closed=np.where(still_open, np.nan, closed),
        end=end,
        amount=np.exp(9 + size),
        categories={
            name: Category(codes.astype(np.int32), tuple(f"{name} {n + 1}" for n in range(_FACTS[name])))
            for name, codes in facts.items()
        },
        entered=entered,
        done=done,
        size=Category(np.full(deals, -1, dtype=np.int32), ()),
        origin=np.datetime64("2026-01-01", "us"),
        lost_reason=Category(np.full(deals, -1, dtype=np.int32), ()),
    )


def _steps(rng: np.random.Generator, entered: Floats, left: Floats, habit: Floats) -> tuple[Floats, Floats]:
    """When each step was done, NaN for never, and what those done add to the logit of winning."""
    deals, stages = entered.shape
    done = np.empty((deals, stages * STEPS_PER_STAGE))
    helped = np.zeros(deals)
    for step in range(done.shape[1]):
        stage = step // STEPS_PER_STAGE
        at = entered[:, stage] + rng.gamma(2, 3, deals)
        did: Flags = (rng.random(deals) < _expit(0.5 * habit + rng.normal(0, 0.5))) & (at < left[:, stage])
        done[:, step] = np.where(did, at, np.nan)
        helped += np.where(did, (-0.3, 0.0, 0.0, 0.2, 0.4)[step % STEPS_PER_STAGE], 0.0)
    return done, helped - np.mean(helped) - 0.5


def reps(rows: int, owners: int, columns: int = 10, seed: int = 0) -> Sample:
    """Deals of reps of differing skill (a spread of 0.3 logits), one fold, as the model of rep skill takes them."""
    rng = np.random.default_rng(seed)
    group = np.sort(rng.integers(0, owners, rows)).astype(np.int32)
    z = np.column_stack([np.ones(rows), rng.normal(size=(rows, columns))])
    score = z @ rng.normal(0, 0.4, columns + 1) - 0.5 + rng.normal(0, 0.3, owners)[group]
    y = (rng.random(rows) < _expit(score)).astype(float)
    return Sample(z, y, np.ones(rows), np.zeros(rows, dtype=np.int32), group, 1, owners)


def _expit(score: Floats) -> Floats:
    return 1 / (1 + np.exp(-score))
