"""Good risks: deals in which someone tried what was new to them, recognised from what was known when the deal began.

A risk is one of five things: a market (segment, industry, country) that this organisation has hardly sold to, its first
deal with an account, an account's first deal with people whom nobody here has met, a deal that is an outlier of the
rep's own history of amounts, a line of business that is new here. Where something is done all the time it is no risk:
who lives on new accounts takes none with the next one.

A risk is *good* when it was reasonable as it stood then: its chance of being won was at least half of the usual one, or
it promised at least what a usual deal does (chance × amount). That follows what research calls an intelligent failure:
new ground, an opportunity worth it, informed by what is known (Sitkin 1992; Edmondson 2011), judged by the odds at the
time and never by the outcome, which would be outcome bias (Baron & Hershey 1988).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import numpy as np
import scipy

from afteraction.analysis.arrays import Flags, Floats, Ints, Longs
from afteraction.analysis.deal_frame import Category
from afteraction.analysis.features import AMOUNT
from afteraction.analysis.risk_contacts import met_before
from afteraction.analysis.risk_deals import RiskDeals
from afteraction.analysis.risk_history import Usual, earlier, earlier_alike, earlier_share, last_alike, usual
from afteraction.errors import NotEnoughData

ESTABLISHED: Final = 0.01
"""A market or line with at least this share of deals is none that is new."""
SURE: Final = 0.05
"""The chance at most that an established one is taken for new (the rule of three: Hanley & Lippman-Hand 1983)."""
PIONEERS: Final = 3
"""So many first deals in a market are a risk; those after them walk on trodden ground."""
UNUSUAL: Final = 0.2
"""What at most this share of someone's deals do is out of the ordinary for them."""
OUTLIER: Final = 3.5
"""Robust standard deviations above the usual from which an amount is an outlier (Iglewicz & Hoaglin 1993)."""
TWICE: Final = 2.0
"""A deal that is less than so many times the usual one is not bigger in any way that matters."""
AS_LARGE: Final = 0.12
"""Where so many of someone's deals are nearer to this one than to the usual, such deals are part of what they do."""
LIKELY: Final = 0.25
"""The chance at most that they are part of it although so few are seen; stricter costs more than it saves."""
OWN_HISTORY: Final = 20
"""Earlier deals with an amount from which a rep is compared with themselves; with fewer, with the organisation."""
HISTORY: Final = 30
"""Earlier deals that any comparison with the organisation takes."""
LONG_ENOUGH: Final = 365.0
"""Days of record before which everybody in it looks new."""
SETTLED: Final = 180.0
"""Days of record after which what looks new is counted."""
LOOKS_NEW: Final = 0.2
"""Of what looks new at most this share may be old, and silent since before the record begins."""
OPENING: Final = 14.0
"""Days within which the people on the buyer's side show themselves."""
REASONABLE: Final = 0.5
"""The part of the usual chance, from which a risk is reasonable whatever its amount."""
_MONTH: Final = 30.0
_KNOWN_CUSTOMER: Final = ("exist", "expan", "renew", "upgrade", "upsell", "cross", "replace")


class Kind(StrEnum):
    """What is new about a deal."""

    NEW_MARKET = "new_market"
    NEW_ACCOUNT = "new_account"
    NEW_CONTACTS = "new_contacts"
    BIGGER = "bigger"
    NEW_LINE = "new_line"


class RiskVerdict(StrEnum):
    """Whether a risk was reasonable when it was taken."""

    GOOD = "good"
    LONG_SHOT = "long_shot"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Risk:
    """A deal in which a risk was taken: its row, what was new (kind and words), and whether it was reasonable.

    `chance` is that when it began, `usual_chance` the mean of the deals before it; None where unknown.
    """

    row: int
    signs: tuple[tuple[Kind, str], ...]
    verdict: RiskVerdict
    chance: float | None
    usual_chance: float | None


@dataclass(frozen=True)
class GoodRisks:
    """The risks of a record. `judged` says of which deals each kind could be told at all."""

    deals: RiskDeals
    risks: tuple[Risk, ...]
    judged: Mapping[Kind, Flags]
    refused: Mapping[Kind, NotEnoughData]

    def flags(self, kind: Kind) -> Flags:
        """Which deals are a risk of this kind, reasonable or not."""
        rows = [risk.row for risk in self.risks if any(sign == kind for sign, _words in risk.signs)]
        return _at(rows, len(self.deals))

    @property
    def good(self) -> Flags:
        """Which deals are a good risk."""
        return _at([risk.row for risk in self.risks if risk.verdict is RiskVerdict.GOOD], len(self.deals))


@dataclass
class _Found:
    """What one kind says: which deals it could judge, which are a risk, and the words for those."""

    judged: Flags
    risk: Flags
    words: dict[int, str] = field(default_factory=dict)


def good_risks(deals: RiskDeals, chance: Floats, left_out: frozenset[str] = frozenset()) -> GoodRisks:
    """Recognise the risks of a record by what was known when each deal began.

    `chance` is each deal's chance of being won at its beginning by a model that knew only the past, NaN where there is
    none. `left_out` are facts, and the amount, that are noted because of the outcome (`leaky_facts`): nothing that is
    written down at the end can say what was known at the beginning.
    """
    size = None if AMOUNT in left_out else _usual_amounts(deals)
    found = {
        Kind.NEW_MARKET: _first_of(deals, deals.markets, left_out),
        Kind.NEW_ACCOUNT: _new_accounts(deals),
        Kind.NEW_CONTACTS: _new_contacts(deals),
        Kind.BIGGER: _nothing(deals) if size is None else _bigger(deals, size),
        Kind.NEW_LINE: _first_of(deals, deals.lines, left_out),
    }
    verdicts, usual_chance = _reasonable(deals, chance, size)
    risks = []
    for row in np.flatnonzero(np.any([one.risk for one in found.values()], axis=0)):
        signs = tuple((kind, one.words[int(row)]) for kind, one in found.items() if one.risk[row])
        risks.append(Risk(int(row), signs, verdicts[row], _known(chance[row]), _known(usual_chance[row])))
    judged = {kind: one.judged for kind, one in found.items()}
    return GoodRisks(deals, tuple(risks), judged, dict(_refusals(deals, judged, left_out)))


def _first_of(deals: RiskDeals, attributes: Mapping[str, Category], left_out: frozenset[str]) -> _Found:
    """Markets and lines that are new here: fewer than PIONEERS earlier deals, surely less than ESTABLISHED of all."""
    found = _nothing(deals)
    for name, category in attributes.items():
        known = category.codes >= 0
        if name in left_out or not known.any():
            continue
        before, alike = earlier(deals.created, known), earlier_alike(deals.created, category.codes)
        # The first deal of its kind can be judged once an established kind would hardly be missing.
        judged = known & (scipy.stats.binom.cdf(0, before, ESTABLISHED) <= SURE)
        raw = judged & (alike < PIONEERS) & (scipy.stats.binom.cdf(alike, before, ESTABLISHED) <= SURE)
        share, _n = earlier_share(deals.created, raw, judged)
        new = raw & (np.nan_to_num(share) <= UNUSUAL / 4)
        for row in np.flatnonzero(new & ~found.risk):
            found.words[int(row)] = _words_of_first(name, category.levels[category.codes[row]], alike[row], before[row])
        found.judged |= judged
        found.risk |= new
    return found


def _new_accounts(deals: RiskDeals) -> _Found:
    """First deals with an account, where such deals are rare and the record is old enough to tell."""
    created, known = deals.created, deals.account.codes >= 0
    new = known & (earlier_alike(created, deals.account.codes) == 0)
    judged = known & _tellable(created, known, new, created - last_alike(created, deals.account.codes))
    risk = judged & new & ~_of_known_customer(deals.deal_type) & _out_of_the_ordinary(deals, new, known)
    before = earlier(created, known)
    words = {int(row): f"First deal with this account, after {before[row]:,} deals with others" for row in _rows(risk)}
    return _Found(judged, risk, words)


def _new_contacts(deals: RiskDeals) -> _Found:
    """Deals with an account that is known, whose people in the first days nobody here had met."""
    met = met_before(deals, OPENING)
    if met is None:
        return _nothing(deals)
    eligible = met.account & (met.people > 0) & (deals.created + OPENING <= deals.end)
    new = eligible & (met.known == 0)
    judged = eligible & _tellable(deals.created, eligible, new, met.silent)
    risk = judged & new & _out_of_the_ordinary(deals, new, eligible)
    words = {}
    for row in _rows(risk):
        who = "one person" if met.people[row] == 1 else f"{met.people[row]} people"
        words[int(row)] = f"An account that is known, but {who} whom nobody here had met"
    return _Found(judged, risk, words)


def _bigger(deals: RiskDeals, size: Usual) -> _Found:
    """Outliers of one's own history, upwards."""
    value = np.log(deals.amount)
    judged = ~np.isnan(value) & ~np.isnan(size.median)
    with np.errstate(invalid="ignore"):
        score, above = (value - size.median) / size.spread, value - size.median
        risk = (
            judged
            & (score >= _cut(size.n))
            & (above >= np.log(TWICE))
            & (scipy.stats.binom.cdf(np.round(size.as_large * size.n), size.n, AS_LARGE) <= LIKELY)
        )
    found = _Found(judged, risk)
    own = _own_history(deals)
    for row in np.flatnonzero(risk):
        usual_amount, money = np.exp(size.median[row]), _currency(deals, int(row))
        whose = f"of the last {size.n[row]} deals of the rep" if own[row] else f"of {size.n[row]} deals here"
        found.words[int(row)] = (
            f"{np.exp(above[row]):.1f} times as big as the middle {whose} ({usual_amount:,.0f}{money})"
        )
    return found


def _cut(n: Longs) -> Floats:
    """Robust deviations that make an outlier: more where the history is short, whose spread is uncertain itself.

    The median absolute deviation of n values has a standard error of 1.17 / √n of itself (Rousseeuw & Croux 1993).
    """
    return np.asarray(OUTLIER * (1 + 1.17 / np.sqrt(np.maximum(n, 1))), dtype=np.float64)


def _usual_amounts(deals: RiskDeals) -> Usual:
    """The usual amount of the rep, in the currency of the deal; with a short history that of the organisation."""
    value = np.log(deals.amount)
    own = usual(deals.created, value, _pairs(deals.owner.codes, deals.currency.codes), OWN_HISTORY)
    known = ~np.isnan(own.median)
    return own.where(known, usual(deals.created, value, deals.currency.codes + 1, HISTORY, asked=~known))


def _own_history(deals: RiskDeals) -> Flags:
    codes = np.where(np.isnan(deals.amount), -1, _pairs(deals.owner.codes, deals.currency.codes)).astype(np.int32)
    return np.asarray((codes >= 0) & (earlier_alike(deals.created, codes) >= OWN_HISTORY))


def _pairs(owner: Ints, currency: Ints) -> Ints:
    """One number for an owner and a currency; -1 without an owner."""
    pair = owner.astype(np.int64) * (int(currency.max(initial=-1)) + 2) + currency + 1
    return np.unique(np.where(owner >= 0, pair, -1), return_inverse=True)[1].astype(np.int32) - int((owner < 0).any())


def _out_of_the_ordinary(deals: RiskDeals, flags: Flags, eligible: Flags) -> Flags:
    """Whether what is flagged was rare among the earlier deals of the rep, or with few of them of the organisation."""
    settled = eligible & (deals.created >= SETTLED)
    own, n_own = earlier_share(deals.created, flags, settled, deals.owner.codes)
    everyone, n = earlier_share(deals.created, flags, settled)
    of_own = (n_own >= OWN_HISTORY) & (deals.owner.codes >= 0)
    share = np.where(of_own, own, everyone)
    return np.asarray((np.where(of_own, n_own, n) >= HISTORY / 2) & (np.nan_to_num(share, nan=1.0) <= UNUSUAL))


def _tellable(created: Floats, eligible: Flags, new: Flags, silent: Floats) -> Flags:
    """Month by month: is the record old enough that what looks new mostly is?

    `silent` are the days since the newest earlier deal, NaN where there was none. Something old looks new when it was
    silent for all T days of record. That share, f = S(T), is not seen; of the silences seen in the last quarter of the
    record, a share a lies above T/2 and b above T/4, so that S(T/2) <= a + f and S(T/4) >= b. On a doubling of time
    survival falls at least as much as on the doubling before where log S is concave in log t, as it is for
    exponential silences and for gamma mixtures of them: f <= (a + f)² / (b + f), which gives f <= a² / (b - 2a).
    """
    months = np.floor(created / _MONTH).astype(np.int64)
    tellable = np.zeros(len(created), dtype=np.bool_)
    for month in np.unique(months):
        now = float(month) * _MONTH
        lately = eligible & (created >= 0.75 * now) & (created < now)
        n = int(lately.sum())
        if now < LONG_ENOUGH or n < HISTORY:
            continue
        half, quarter = (np.mean(np.nan_to_num(silent[lately]) > now / part) for part in (2, 4))
        hidden = 0.0 if not half else half**2 / (quarter - 2 * half) if quarter > 2 * half else np.inf
        tellable[months == month] = hidden <= LOOKS_NEW * max(float(np.mean(new[lately])), 1 / n)
    return tellable


def _of_known_customer(deal_type: Category) -> Flags:
    """Deals that the CRM itself calls ones with a customer."""
    known = [any(word in level.lower() for word in _KNOWN_CUSTOMER) for level in deal_type.levels]
    return np.append(np.array(known, dtype=np.bool_), False)[deal_type.codes]


def _reasonable(deals: RiskDeals, chance: Floats, size: Usual | None) -> tuple[list[RiskVerdict], Floats]:
    """A verdict on every deal as a risk, and the usual chance as it was known when it began."""
    known = ~np.isnan(chance)
    sums = np.concatenate([[0.0], np.cumsum(chance[known])])
    before = earlier(deals.created, known)
    with np.errstate(invalid="ignore"):
        usual_chance = np.where(before >= HISTORY, sums[before] / before, np.nan)
        promised = np.zeros(len(deals), dtype=np.bool_)
        if size is not None:
            promised = chance * deals.amount >= usual_chance * np.exp(size.median)
        fair = (chance >= REASONABLE * usual_chance) | promised
    told = known & ~np.isnan(usual_chance)
    words = np.where(told, np.where(fair, RiskVerdict.GOOD, RiskVerdict.LONG_SHOT), RiskVerdict.UNKNOWN)
    return [RiskVerdict(word) for word in words.tolist()], usual_chance


def _refusals(
    deals: RiskDeals, judged: Mapping[Kind, Flags], left_out: frozenset[str]
) -> Iterator[tuple[Kind, NotEnoughData]]:
    needed = {
        Kind.NEW_MARKET: "segment, industry or country on record, and some 300 earlier deals",
        Kind.NEW_ACCOUNT: "more than a year of record with accounts, longer than accounts are silent between two deals",
        Kind.NEW_CONTACTS: "touches that name the buyer's person, over more than a year",
        Kind.BIGGER: f"amounts on record when deals begin, and {OWN_HISTORY} earlier ones of a rep",
        Kind.NEW_LINE: "a product or line of business on record, and some 300 earlier deals",
    }
    facts = {Kind.BIGGER: {AMOUNT}, Kind.NEW_MARKET: _noted(deals.markets), Kind.NEW_LINE: _noted(deals.lines)}
    for kind, flags in judged.items():
        of = facts.get(kind, set())
        if of and of <= left_out:
            found = f"how the deal ended decides whether it is noted: {', '.join(sorted(of))}"
            yield kind, NotEnoughData(found, "the same, noted when deals begin")
        elif not flags.any():
            yield kind, NotEnoughData("no deal could be judged by what was known when it began", needed[kind])


def _noted(attributes: Mapping[str, Category]) -> set[str]:
    """The attributes that the record holds anything of."""
    return {name for name, category in attributes.items() if (category.codes >= 0).any()}


def _words_of_first(name: str, level: str, alike: int, before: int) -> str:
    of = f"{before:,} earlier deals"
    return f"{name.capitalize()} {level}: {alike or 'none'} of {of}"


def _currency(deals: RiskDeals, row: int) -> str:
    code = deals.currency.codes[row]
    return f" {deals.currency.levels[code]}" if code >= 0 else ""


def _nothing(deals: RiskDeals) -> _Found:
    return _Found(np.zeros(len(deals), dtype=np.bool_), np.zeros(len(deals), dtype=np.bool_))


def _rows(flags: Flags) -> Longs:
    return np.flatnonzero(flags).astype(np.int64)


def _at(rows: list[int], n: int) -> Flags:
    flags = np.zeros(n, dtype=np.bool_)
    flags[rows] = True
    return flags


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
