"""The chance of an account to buy: a logistic model of fit, history, relations and fading trigger events.

The effect of a kind of event, by how long ago it was, is g_k(a) = Σ_h β_kh 2^(-a/h) over the half-lives FADES, with
β_kh = a_h + b_k (at the middle one) + c_kh (at the others). All kinds share a; b and c are drawn towards nought as far
as kinds are alike (shrinkage.py): a rare kind leans on the average kind, and its fading on the average fading.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import expit

from afteraction.analysis.account_moments import FADES, MIDDLE, Moments, events_at, fade_of, known_at
from afteraction.analysis.account_record import AccountRecord
from afteraction.analysis.arrays import Floats, Ints, Places
from afteraction.analysis.explanation import Part, contributions
from afteraction.analysis.features import Encoding, NumberTerm, Snapshot, encoding
from afteraction.analysis.shrinkage import Shrunken, fit
from afteraction.analysis.win_model import WinModel

_CHUNK: Final = 50_000
_OTHERS: Final = [n for n in range(len(FADES)) if n != MIDDLE]
_SHAPE: Final = 0.4
_Z: Final = 1.959963984540054


@dataclass(frozen=True)
class AccountModel:
    """A trained model; `average` is the mean of its columns over what it was trained on.

    Its columns are those of `encoding` (with the intercept), then those of events where it uses any (`kinds`).
    """

    encoding: Encoding
    kinds: tuple[str, ...]
    fit: Shrunken
    average: Floats
    n: int
    until: float

    @property
    def _plain(self) -> int:
        return len(self.encoding.block)

    @property
    def by_kind(self) -> Floats:
        """β of each kind and fading (kinds × FADES)."""
        return np.asarray((self.mixing @ self.fit.beta[self._plain :]).reshape(len(self.kinds), len(FADES)))

    @property
    def mixing(self) -> Floats:
        """How the coefficients of events make β_kh (kinds · FADES × coefficients)."""
        return _mixing(len(self.kinds))

    def columns(self, record: AccountRecord, account: Places, at: Floats) -> Floats:
        known = self.encoding.matrix(known_at(record, account, at))
        return np.hstack([known, _event_columns(record, account, at)]) if self.kinds else known

    def logits(self, record: AccountRecord, account: Places, at: Floats) -> tuple[Floats, Floats]:
        """The log-odds to buy of accounts at a day each, and how uncertain they are (standard deviation)."""
        logit, spread = np.empty(len(account)), np.empty(len(account))
        for first in range(0, len(account), _CHUNK):
            part = slice(first, first + _CHUNK)
            z = self.columns(record, account[part], at[part])
            logit[part] = z @ self.fit.beta
            spread[part] = np.sqrt(np.sum((z @ self.fit.covariance) * z, axis=1))
        return logit, spread

    def chances(self, record: AccountRecord, account: Places, at: Floats) -> tuple[Floats, Floats, Floats]:
        """The chance of each with its 95 % interval. The chance is averaged over what is uncertain (win_model)."""
        logit, spread = self.logits(record, account, at)
        mean = expit(logit / np.sqrt(1 + np.pi * spread**2 / 8))
        return mean, expit(logit - _Z * spread), expit(logit + _Z * spread)

    def parts(self, record: AccountRecord, account: Places, at: Floats) -> list[Part]:
        """By how many logits what is known of accounts puts them off the average, events aside."""
        plain = self._plain
        fitted = Shrunken(self.fit.beta[:plain], self.fit.covariance[:plain, :plain], self.fit.variances)
        model = WinModel(self.encoding, fitted, self.average[:plain], self.n, self.until)
        return list(contributions(model, known_at(record, account, at)))

    def event_logits(self, record: AccountRecord, account: Places, at: Floats) -> tuple[Floats, float]:
        """By how many logits the events of each kind raise the log-odds (n × kinds), and what they do on average."""
        left = events_at(record, account, at)
        average = float(self.average[self._plain :] @ self.fit.beta[self._plain :])
        return np.einsum("nkh,kh->nk", left, self.by_kind), average

    def fading(self, ages: Floats) -> Floats:
        """The logits that a sure event of each kind adds at some ages in days (ages × kinds)."""
        return np.asarray(fade_of(ages) @ self.by_kind.T)


def train(record: AccountRecord, sample: Moments, until: float, *, with_events: bool) -> AccountModel:
    """Train on moments; `until` is the day by which their outcomes were known."""
    known: Snapshot = known_at(record, sample.account, sample.at)
    plain = encoding(known)
    z, block = plain.matrix(known), plain.block
    kinds = record.kinds if with_events else ()
    if kinds:
        z = np.hstack([z, _event_columns(record, sample.account, sample.at)])
        block = np.concatenate([block, _blocks(len(kinds)) + block.max(initial=-1) + 1]).astype(np.int32)
    scale = np.concatenate([_scale(plain), _scale_of_events(len(kinds))])
    scaled = fit(z * scale, sample.bought.astype(np.float64), sample.weight, block)
    found = Shrunken(scaled.beta * scale, scaled.covariance * np.outer(scale, scale), scaled.variances)
    return AccountModel(plain, kinds, found, np.average(z, axis=0, weights=sample.weight), len(sample), until)


def _scale(plain: Encoding) -> Floats:
    """Columns that bend a line or shape a fading are expected to matter less: what is learned of them is drawn to
    nought sooner, as a column that is smaller has to be weighed more for the same effect."""
    parts = [np.full(len(term.names), _SHAPE if isinstance(term, NumberTerm) else 1.0) for term in plain.terms]
    return np.concatenate([np.ones(1), *parts])


def _scale_of_events(kinds: int) -> Floats:
    if not kinds:
        return np.zeros(0)
    return np.repeat([1.0, 1.0, _SHAPE], [len(FADES), kinds, kinds * len(_OTHERS)])


def _event_columns(record: AccountRecord, account: Places, at: Floats) -> Floats:
    left = events_at(record, account, at).reshape(len(account), -1)
    return np.asarray(left @ _mixing(len(record.kinds)))


def _mixing(kinds: int) -> Floats:
    fades, eye = len(FADES), np.eye(kinds)
    shared = np.tile(np.eye(fades), (kinds, 1))
    own = np.kron(eye, np.eye(fades)[:, [MIDDLE]])
    course = np.kron(eye, np.eye(fades)[:, _OTHERS])
    return np.hstack([shared, own, course])


def _blocks(kinds: int) -> Ints:
    """Numbers of the blocks that coefficients of events are shrunk with: shared, by kind, by kind and fading."""
    return np.repeat([0, 1, 2], [len(FADES), kinds, kinds * len(_OTHERS)]).astype(np.int32)
