"""A model of winning from what is known of a deal at one moment, trained on deals that had ended by a day."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from afteraction.analysis.arrays import Flags, Floats, Ints, Places
from afteraction.analysis.censoring import ended_weights
from afteraction.analysis.deal_frame import DealFrame
from afteraction.analysis.features import Encoding, Snapshot, encoding
from afteraction.analysis.shrinkage import Shrunken, fit
from afteraction.errors import NotEnoughData

FEWEST_TO_TRAIN = 30
"""Won deals, and deals that ended otherwise, below which no model is trained."""
MOST_TO_TRAIN = 200_000
"""Beyond this many ended deals the latest are taken: older ones would add next to nothing."""
_CHUNK = 100_000


@dataclass(frozen=True)
class WinModel:
    """A trained model. `average` is the mean of each column over its `n` training deals, `until` the day on which the
    last thing that it knows had happened."""

    encoding: Encoding
    fit: Shrunken
    average: Floats
    n: int
    until: float

    @property
    def average_score(self) -> float:
        """The logit of the average deal."""
        return float(self.average @ self.fit.beta)

    def probability(self, known: Snapshot) -> Floats:
        """The chance of winning of each deal, from 0 to 1, averaged over what is still uncertain of the coefficients.

        E[expit(s)] for s ~ N(m, v) is close to expit(m / sqrt(1 + πv/8)) (MacKay 1992b, eq. 5.31).
        """
        found = np.empty(len(known))
        for first in range(0, len(known), _CHUNK):
            part = np.arange(first, min(first + _CHUNK, len(known)))
            z = self.encoding.matrix(known.select(part))
            variance = np.einsum("nq,nq->n", z @ self.fit.covariance, z)
            found[part] = expit(self.fit.score(z) / np.sqrt(1 + np.pi * variance / 8))
        return found


def followed(frame: DealFrame, rows: Ints, at: Floats, until: float) -> Floats:
    """What each deal that had ended by `until` stands for; 0 where it had not (deals at a moment each)."""
    ended = ~frame.open[rows] & (frame.closed[rows] <= until)
    time = np.maximum(np.nan_to_num(frame.closed[rows]) - at, 0.0)
    return ended_weights(time, until - at, ended)


def training_rows(frame: DealFrame, known: Snapshot, until: float) -> tuple[Places, Floats]:
    """Which deals of a snapshot had reached the moment before the day `until` and had ended by it, and their weights.

    The weights add up to the effective number of deals (Kish 1965): one that stands for several brings no more
    information than one.
    """
    past = np.flatnonzero(known.at < until)
    weight = followed(frame, known.rows[past], known.at[past], min(until, frame.end))
    past, weight = past[weight > 0], weight[weight > 0]
    latest = np.argsort(-known.at[past], kind="stable")[:MOST_TO_TRAIN]
    past, weight = past[latest], weight[latest]
    return past, weight * (weight.sum() / np.sum(weight**2)) if len(past) else weight


def train(frame: DealFrame, known: Snapshot, until: float) -> WinModel | NotEnoughData:
    """Train on the deals of a snapshot that had ended by the day `until`; infinite for all that have."""
    past, weight = training_rows(frame, known, until)
    won = frame.won[known.rows[past]]
    wins = int(won.sum())
    if min(wins, len(won) - wins) < FEWEST_TO_TRAIN:
        return NotEnoughData(
            f"only {wins} won and {len(won) - wins} other deals had ended to learn from",
            f"at least {FEWEST_TO_TRAIN} of each",
        )
    return learned(known.select(past), won, weight, min(until, frame.end))


def learned(training: Snapshot, won: Flags, weight: Floats, until: float) -> WinModel:
    """Train on n deals as they stood at a moment, each with its end and how often it counts."""
    columns = encoding(training)
    z = columns.matrix(training)
    found = fit(z, won.astype(float), weight, columns.block)
    return WinModel(columns, found, np.average(z, axis=0, weights=weight), len(training), until)
