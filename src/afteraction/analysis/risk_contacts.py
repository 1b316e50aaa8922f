"""Whom the people of a new deal had been met by before it began."""

from dataclasses import dataclass

import numpy as np

from afteraction.analysis.arrays import Flags, Floats, Ints, Longs
from afteraction.analysis.risk_deals import RiskDeals


@dataclass(frozen=True)
class Met:
    """One row per deal: how many `people` of the buyer showed themselves in its first days, how many of them were
    `known` from before, whether anybody of the `account` was, and for how many days the one last seen had been `silent`
    (NaN where none was known).
    """

    people: Longs
    known: Longs
    account: Flags
    silent: Floats


def met_before(deals: RiskDeals, opening: float) -> Met | None:
    """Whom the first `opening` days of each deal show; None where the record names nobody."""
    n, contacts = len(deals), deals.contacts
    if not len(contacts.at):
        return None
    began = deals.created[contacts.deal]
    early = np.flatnonzero((contacts.at <= began + opening) & (contacts.at <= deals.end))
    last = _last_before(contacts.person, contacts.at, contacts.person[early], began[early])
    deal = contacts.deal[early]
    known = ~np.isnan(last)
    newest = np.full(n, -np.inf)
    np.maximum.at(newest, deal[known], last[known])
    account = deals.account.codes[contacts.deal]
    first = np.full(len(deals.account.levels) + 1, np.inf)
    np.minimum.at(first, account, contacts.at)
    return Met(
        people=np.bincount(deal, minlength=n).astype(np.int64),
        known=np.bincount(deal[known], minlength=n).astype(np.int64),
        account=(deals.account.codes >= 0) & (first[deals.account.codes] < deals.created),
        silent=np.where(np.isinf(newest), np.nan, deals.created - newest),
    )


def _last_before(person: Ints, at: Floats, who: Ints, before: Floats) -> Floats:
    """For each of `who` when they were last met before a moment; NaN where they had not been."""
    order = np.lexsort((at, person))
    person, at = person[order], at[order]
    # One number for person and time, so that all are found at once.
    span = float(max(at.max(), before.max(initial=0.0)) - min(at.min(), before.min(initial=0.0))) + 1.0
    low = float(min(at.min(), before.min(initial=0.0)))
    places = np.searchsorted(person * span + (at - low), who * span + (before - low), side="left") - 1
    found = (places >= 0) & (person[np.maximum(places, 0)] == who)
    return np.where(found, at[np.maximum(places, 0)], np.nan)
