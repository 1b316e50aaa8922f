"""Histories of an organisation in which risks were planted, reasonable and hopeless, among much that looks alike.

The organisation is older than its record. What happened before the record begins is hidden from whoever reads it, as in
every CRM that was introduced later: old customers come back and look new.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
from scipy.special import expit, logit

from afteraction.analysis.arrays import Flags, Floats, Ints
from afteraction.analysis.deal_frame import Category
from afteraction.analysis.good_risks import REASONABLE, Kind
from afteraction.analysis.risk_deals import Contacts, RiskDeals

HIDDEN: Final = 730.0
"""Days of history before the record begins."""
HOPELESS: Final = 0.25
"""The share of planted risks whose chance was next to nothing."""
_NEVER: Final = 0.03


@dataclass(frozen=True)
class Model:
    """A kind of organisation. `per_account` are the deals of an account a year, `spread` that of log amounts.

    `rate` is the share of deals of each kind of risk that is planted one by one; `openings` how many markets and
    lines are opened. `noise` is how far the estimated chance is off, in logits.
    """

    name: str
    deals: int = 3_000
    reps: int = 30
    years: float = 3.0
    per_account: float = 6.0
    uneven: float = 4.0
    hunting: float = 0.0
    spread: float = 0.5
    rate: float = 0.02
    openings: int = 12
    mixed: float = 0.0
    noise: float = 0.4


MODELS: Final = (
    Model("farming, 3,000 deals"),
    Model("farming, 1,500 deals, 8 reps", deals=1_500, reps=8),
    Model("farming, 10,000 deals, 100 reps", deals=10_000, reps=100),
    Model("risks are rare (1 in 200)", deals=6_000, reps=40, rate=0.005, openings=10),
    Model("risks are common (1 in 25)", rate=0.04, openings=20),
    Model("hunting: most accounts are new", hunting=0.6),
    Model("accounts that differ, often silent", per_account=3.0, uneven=1.0),
    Model("amounts of two sizes", mixed=0.15),
    Model("amounts that differ much", spread=0.9),
    Model("chances hardly known", noise=0.8),
    Model("nothing planted", rate=0.0, openings=0),
)


@dataclass(frozen=True)
class World:
    """What the record shows, the estimated chances, and the truth: the planted risks by kind, and which were good."""

    deals: RiskDeals
    chance: Floats
    planted: dict[Kind, Flags]
    good: Flags

    @property
    def any(self) -> Flags:
        """Deals with a planted risk, good or not."""
        return np.any(list(self.planted.values()), axis=0)


def make_world(model: Model, rng: np.random.Generator) -> World:
    """One history, cut where its record begins."""
    days = HIDDEN + 365.0 * model.years
    n = round(model.deals * days / (365.0 * model.years))
    created = np.sort(rng.uniform(0, days, n))
    owner = rng.integers(0, model.reps, n)
    planted = {kind: np.zeros(n, dtype=np.bool_) for kind in Kind}
    account = _accounts(model, n, rng)
    for kind in (Kind.NEW_ACCOUNT, Kind.NEW_CONTACTS, Kind.BIGGER):
        planted[kind] = (rng.random(n) < model.rate) & (created > HIDDEN)
    if model.hunting:
        planted[Kind.NEW_ACCOUNT][:] = False
    fresh = np.flatnonzero(planted[Kind.NEW_ACCOUNT])
    account[fresh] = int(account.max()) + 1 + np.arange(len(fresh))
    account = _come_again(account, fresh, n, rng)
    planted[Kind.NEW_CONTACTS] &= np.isin(np.arange(n), _returning(account)) & ~planted[Kind.NEW_ACCOUNT]
    country = _levels(rng.choice(10, n, p=_shares(10)), "Country")
    industry = _levels(rng.integers(0, 8, n), "Industry")
    product = _levels(rng.choice(6, n, p=_shares(6)), "Product")
    for number in range(model.openings):
        kind, values = ((Kind.NEW_MARKET, country), (Kind.NEW_MARKET, industry), (Kind.NEW_LINE, product))[number % 3]
        _open(planted[kind], values, f"New {number}", created, rng)
    mean = rng.normal(9.5, 0.7, model.reps)[owner]
    spread = model.spread * np.exp(rng.normal(0, 0.2, model.reps))[owner]
    log_amount = mean + spread * rng.standard_normal(n) + np.where(rng.random(n) < model.mixed, 2.5, 0.0)
    big = planted[Kind.BIGGER]
    log_amount[big] = (mean + spread * rng.uniform(5.0, 8.0, n) + (2.5 if model.mixed else 0.0))[big]
    base = rng.beta(3, 7, n)
    hopeless = np.any(list(planted.values()), axis=0) & (rng.random(n) < HOPELESS)
    base = np.where(np.any(list(planted.values()), axis=0), rng.uniform(0.22, 0.5, n), base)
    latent = np.where(hopeless, _NEVER * base, base)
    worth = latent * np.exp(log_amount) >= 0.3 * np.exp(mean)
    good = np.any(list(planted.values()), axis=0) & ((latent >= REASONABLE * 0.3) | worth)
    estimated = expit(logit(np.clip(latent, 1e-4, 1 - 1e-4)) + rng.normal(0, model.noise, n))
    contacts = _contacts(created, account, planted[Kind.NEW_CONTACTS], rng)
    seen = created >= HIDDEN
    return World(
        deals=_record(
            created, owner, account, log_amount, country, industry, product, contacts, rng.random(n) < latent
        ),
        chance=estimated[seen],
        planted={kind: flags[seen] for kind, flags in planted.items()},
        good=good[seen],
    )


def _accounts(model: Model, n: int, rng: np.random.Generator) -> "np.ndarray[Any, Any]":
    """Who buys: old customers, of whom some buy far more often than others, and where people hunt mostly new ones."""
    years = (HIDDEN + 365.0 * model.years) / 365.0
    count = max(int(n / years / model.per_account), 5)
    weight = rng.gamma(model.uneven, 1.0, count)
    account = rng.choice(count, n, p=weight / weight.sum())
    new = rng.random(n) < model.hunting
    account[new] = count + np.arange(int(new.sum()))
    return account


def _come_again(
    account: "np.ndarray[Any, Any]", fresh: "np.ndarray[Any, Any]", n: int, rng: np.random.Generator
) -> "np.ndarray[Any, Any]":
    """New accounts become ordinary ones: most of them buy again."""
    taken = set(fresh.tolist())
    for row in fresh:
        later = [each for each in rng.integers(row + 1, n, 3) if each not in taken] if row + 1 < n else []
        account[later[: int(rng.integers(0, 3))]] = account[row]
    return account


def _returning(account: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
    _values, first = np.unique(account, return_index=True)
    return np.setdiff1d(np.arange(len(account)), first)


def _open(planted: Flags, values: list[str], name: str, created: Floats, rng: np.random.Generator) -> None:
    """From some day on there are deals of a new kind; its first three are the risk."""
    begin = int(np.searchsorted(created, rng.uniform(HIDDEN, created[-1])))
    rows = begin + np.sort(rng.choice(np.arange(1, 200), int(rng.integers(3, 25)), replace=False))
    rows = rows[rows < len(created)]
    for row in rows:
        values[row] = name
    planted[rows[:3]] = True


def _contacts(
    created: Floats, account: "np.ndarray[Any, Any]", new_people: Flags, rng: np.random.Generator
) -> list[tuple[int, int, float]]:
    """Deals begin with one or two of the three people of the account who were met last, seldom with one more beside."""
    known: dict[int, list[int]] = {}
    rows, people = [], 0
    for row, (at, who) in enumerate(zip(created.tolist(), account.tolist(), strict=True)):
        mine = known.setdefault(who, [])
        count = int(rng.integers(1, 3))
        chosen = (
            []
            if new_people[row] or not mine
            else [mine[-1 - int(k)] for k in rng.integers(0, min(len(mine), 3), count)]
        )
        if not chosen or rng.random() < 0.1:
            chosen.append(people)
            people += 1
        mine.extend(each for each in chosen if each not in mine)
        rows += [(row, person, at + float(rng.uniform(0, 10))) for person in set(chosen)]
    return rows


def _record(
    created: Floats,
    owner: "np.ndarray[Any, Any]",
    account: "np.ndarray[Any, Any]",
    log_amount: Floats,
    country: list[str],
    industry: list[str],
    product: list[str],
    contacts: list[tuple[int, int, float]],
    won: Flags,
) -> RiskDeals:
    """What the CRM holds: nothing from before its introduction."""
    seen = np.flatnonzero(created >= HIDDEN)
    place = np.full(len(created), -1)
    place[seen] = np.arange(len(seen))
    kept = np.array([(place[row], person, at - HIDDEN) for row, person, at in contacts if place[row] >= 0])
    return RiskDeals(
        deal_id=pa.array([f"d{row:06}" for row in seen]),
        created=created[seen] - HIDDEN,
        end=float(created[-1] - HIDDEN) + 1.0,
        owner=_category([f"Rep {k}" for k in owner[seen]]),
        account=_category([f"A{k}" for k in account[seen]]),
        deal_type=_category([None] * len(seen)),
        outcome=_category(["won" if each else "lost" for each in won[seen]]),
        amount=np.exp(log_amount[seen]),
        currency=_category(["EUR"] * len(seen)),
        markets={"country": _category([country[k] for k in seen]), "industry": _category([industry[k] for k in seen])},
        lines={"product": _category([product[k] for k in seen])},
        contacts=Contacts(kept[:, 0].astype(np.int32), kept[:, 1].astype(np.int32), kept[:, 2]),
    )


def _category(values: list[Any]) -> Category:
    levels, codes = np.unique([each or "" for each in values], return_inverse=True)
    empty = int(len(levels) > 0 and levels[0] == "")
    return Category((codes - empty).astype(np.int32), tuple(levels[empty:].tolist()))


def _levels(codes: Ints, word: str) -> list[str]:
    return [f"{word} {code}" for code in codes]


def _shares(count: int) -> Floats:
    """Shares that fall from level to level, the last one at two in a hundred."""
    share = np.geomspace(1.0, 0.08, count)
    return np.asarray(share / share.sum(), dtype=np.float64)
