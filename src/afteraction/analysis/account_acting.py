"""Did acting on trigger events pay: accounts where someone acted within days, beside comparable ones where nobody did.

The same estimator as for the effect of a step (effect.py): doubly robust, cross-fitted, among events that might as well
have been acted upon as not. The horizon begins when the days for acting are over, for both sides, so that nobody is
held to have waited (landmark: Anderson, Cain & Gelber 1983).
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from afteraction.analysis.account_moments import FRESH, events_at, first_day, known_at
from afteraction.analysis.account_record import AccountRecord, dated
from afteraction.analysis.arrays import Flags, Floats, Longs, Places
from afteraction.analysis.effect import FEWEST, OVERLAP, Estimate, augmented, too_little
from afteraction.analysis.features import encoding
from afteraction.analysis.nuisance import Comparison, cross_fitted
from afteraction.analysis.verdict import MATTERS, Verdict, e_value, interval, p_value, verdict
from afteraction.errors import NotEnoughData

WITHIN: Final = 14.0
"""Days after an event within which acting counts."""
_FEWEST_COMPARED: Final = 0.5
"""An effect among fewer than half of the events says too little of them all for a verdict."""
_DROPPED: Final = 0.1
_COUNTED: Final = 25
"""A column that so few events have is none to adjust for."""


@dataclass(frozen=True)
class ActingPaid:
    """By how much acting changed the chance to buy within the horizon: `effect` with its 95 % interval, from -1 to 1.

    Of `n` events at `accounts` accounts `acted` were acted upon within `within` days; `compared` have somebody to be
    compared with. `rate_did` and `rate_not` are the standardised shares that bought, `naive` is the plain difference.
    `verdict`: helps, hurts, no_effect (the interval lies within 5 points, and within half of
    `rate_not`), cant_tell. `e_value`: how strongly a reason
    that is on no record would have to be tied to acting and buying to explain it away (VanderWeele & Ding 2017).
    """

    verdict: Verdict
    effect: float
    low: float
    high: float
    rate_did: float
    rate_not: float
    naive: float
    n: int
    acted: int
    compared: int
    accounts: int
    within: float
    horizon: float
    e_value: float | None
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Cases:
    """Events that count, one row each: their account, their day, and their kind."""

    account: Longs
    at: Floats
    kind: Longs


def acting_paid(
    record: AccountRecord,
    account: Places,
    at: Floats,
    rng: np.random.Generator,
    horizon: float = 180.0,
    within: float = WITHIN,
) -> ActingPaid | NotEnoughData:
    """`account` and `at` (n each) are the accounts (places) and days on which someone acted on an event there.

    An event counts where its horizon is over, and the account had no deal open and no other event in the FRESH days
    before: what was done about that one would count for this. Compared are accounts alike in fit, history, relations
    and news; what is on no record cannot be adjusted for. Refused where too few were, or were not, acted upon, or
    nobody is comparable.
    """
    cases = _cases(record, within, horizon)
    acts, _ = dated(np.asarray(account), np.asarray(at, dtype=np.float64), len(record))
    if not len(acts.at):
        return NotEnoughData("nobody has acted on a trigger event", f"at least {FEWEST} events acted upon")
    start = cases.at + within
    did = acts.count(cases.account, np.nextafter(cases.at, -np.inf), start) > 0
    bought = record.wins.following(cases.account, start) <= start + horizon
    compared = Comparison(did, bought, np.ones(len(did)), _known(record, cases), cases.account.astype(np.int32))
    short = _short(compared)
    if short is not None:
        return short
    result = augmented(compared, cross_fitted(replace(compared, owner=np.zeros(len(did), dtype=np.int32)), rng))
    if isinstance(result, NotEnoughData):
        return NotEnoughData(
            f"nobody is comparable enough: of {len(did)} events {int(did.sum())} were acted upon, and those that might"
            f" as well have been on the other side are worth fewer than {FEWEST}",
            f"at least {FEWEST} events on each side at accounts like those on the other",
        )
    return _said(result, within, horizon)


def counted_events(record: AccountRecord, horizon: float, within: float = WITHIN) -> tuple[Longs, Floats]:
    """The accounts and days of the events that count for `acting_paid`."""
    cases = _cases(record, within, horizon)
    return cases.account, cases.at


def _cases(record: AccountRecord, within: float, horizon: float) -> _Cases:
    """Events that begin something new, at accounts without an open deal, watched for the whole horizon.

    Early wins of younger ones would have to stand for all of theirs with weights of up to 20: more noise than news.
    """
    events = record.events
    earlier = events.count(events.account, events.at - FRESH, np.nextafter(events.at, -np.inf))
    alone = (earlier == 0) & ((np.diff(events.at, prepend=-np.inf) != 0) | (np.diff(events.account, prepend=-1) != 0))
    counts = alone & (events.at + within + horizon <= record.end) & (events.at >= first_day(record))
    counts &= events.at >= record.since[events.account]
    rows = np.flatnonzero(counts)
    account, at = events.account[rows], events.at[rows]
    free = ~record.has_open_deal(account, at) & (record.wins.following(account, at) > at + within)
    return _Cases(account[free], at[free], record.kind[rows[free]].astype(np.int64))


def _known(record: AccountRecord, cases: _Cases) -> Floats:
    """What is adjusted for: what was known when the event came, its kind, and when that was."""
    known = known_at(record, cases.account, cases.at)
    news = events_at(record, cases.account, cases.at)[:, :, -1]
    kinds = cases.kind[:, None] == np.arange(len(record.kinds))
    time = (cases.at - np.mean(cases.at)) / max(float(np.std(cases.at)), 1e-9) if len(cases.at) else cases.at
    columns = np.hstack([encoding(known).matrix(known)[:, 1:], kinds[:, 1:], news, time[:, None]])
    some = np.count_nonzero(columns, axis=0) >= _COUNTED
    kept: Flags = some & (np.std(columns, axis=0) > 1e-9) if len(columns) else some
    return np.asarray(columns[:, kept], dtype=np.float64)


def _short(compared: Comparison) -> NotEnoughData | None:
    """As `effect.too_little`, in the words of accounts."""
    if too_little(compared) is None:
        return None
    known = compared.weight > 0
    sides = (int(np.sum(known & compared.did)), int(np.sum(known & ~compared.did)))
    bought = int(np.sum(known & compared.won))
    return NotEnoughData(
        f"of events whose outcome is known {sides[0]} were acted upon and {sides[1]} were not; {bought} were followed"
        " by a win",
        f"at least {FEWEST} of each, and of those without a win, with neither going along with winning almost always",
    )


def _said(result: Estimate, within: float, horizon: float) -> ActingPaid:
    low, high = interval(result)
    said = verdict(result, p_value(result))  # one question: nothing to correct for
    enough = result.compared >= _FEWEST_COMPARED * result.n
    # Few accounts buy at any time: five points (as of deals) would be more than the whole rate.
    matters = min(MATTERS, result.rate_not / 2)
    if said is Verdict.NO_EFFECT and not -matters <= low <= high <= matters:
        said = Verdict.CANT_TELL
    said = said if enough else Verdict.CANT_TELL
    surely = said in (Verdict.HELPS, Verdict.HURTS)
    notes = ["only what is on record is adjusted for: whoever acts may know more"]
    if 1 - result.compared / result.n >= _DROPPED:
        notes.append(
            f"{1 - result.compared / result.n:.0%} of events had less than {OVERLAP:.1%} chance of the other side and"
            " are left out"
        )
    if not enough:
        notes.append("fewer than half of the events have somebody to be compared with")
    return ActingPaid(
        verdict=said,
        effect=result.effect,
        low=low,
        high=high,
        rate_did=result.rate_did,
        rate_not=result.rate_not,
        naive=result.naive,
        n=result.n,
        acted=result.did,
        compared=result.compared,
        accounts=result.owners,
        within=within,
        horizon=horizon,
        e_value=e_value(result.rate_did, result.rate_not) if surely else None,
        notes=tuple(notes),
    )
