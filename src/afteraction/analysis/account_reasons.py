"""Accounts in the order of their chance, with the reasons in words."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import expit, logit

from afteraction.analysis.account_model import AccountModel
from afteraction.analysis.account_moments import FRESH, LONGEST
from afteraction.analysis.account_opinion import Opinion, event_logits
from afteraction.analysis.account_record import AccountRecord
from afteraction.analysis.arrays import Floats, Longs, Places
from afteraction.analysis.explanation import Factor, Part

MENTIONED: Final = 3
_MATTERS: Final = 0.002
"""A fifth of a point: few accounts buy at any time, and less than that is no reason."""


@dataclass(frozen=True)
class Ranked:
    """An account's chance (0 to 1) to buy within the horizon, and why.

    `row` is its place in the record. `low` and `high` are the 95 % interval of the chance, None in an opinion.
    `factors`, the strongest first, add up to `chance` less that of the average account; `reasons` say the strongest in
    sentences. `open_deal`: it has one, so that the chance is for a further one.
    """

    row: int
    account_id: str
    chance: float
    low: float | None
    high: float | None
    open_deal: bool
    factors: tuple[Factor, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class _Named:
    """What is known of n accounts: a name, a value each, and the logits by which each is off the average."""

    name: str
    values: list[str]
    logits: Floats
    event: bool = False


def by_model(model: AccountModel, record: AccountRecord, account: Places) -> tuple[Ranked, ...]:
    """Accounts (places) as they stand at the end of the record, by a model."""
    at = np.full(len(account), record.end)
    chance, low, high = model.chances(record, account, at)
    parts = [_Named(each.name, _values(each), each.logits) for each in model.parts(record, account, at)]
    if model.kinds:
        logits, average = model.event_logits(record, account, at)
        parts += _events(record, account, logits)
        parts.append(_Named("news that the average account has", [""] * len(account), np.full(len(account), -average)))
    average_chance = float(expit(model.average @ model.fit.beta))
    return _ranked(record, account, chance, (low, high), average_chance, parts)


def by_opinion(said: Opinion, record: AccountRecord, account: Places) -> tuple[Ranked, ...]:
    """Accounts as they stand at the end of the record, by stated weights."""
    logits = event_logits(said, record, account, np.full(len(account), record.end))
    chance = expit(logit(said.base_rate) + logits.sum(axis=1))
    return _ranked(record, account, chance, None, said.base_rate, _events(record, account, logits))


def _events(record: AccountRecord, account: Places, logits: Floats) -> list[_Named]:
    """A part for each kind; its value tells how long ago the latest one was."""
    at, found = np.full(len(account), record.end), []
    for kind, name in enumerate(record.kinds):
        last = record.events.only(record.kind == kind).last(account, at)
        ago = [_ago(record.end - day) if np.isfinite(day) else "none" for day in last]
        found.append(_Named(name.replace("_", " "), ago, logits[:, kind], event=True))
    return found


def _values(part: Part) -> list[str]:
    """What a thing is at each account; a time that is as long as never says so."""
    longest = LONGEST.get(part.name)
    if longest is None:
        return list(part.values)
    return [f"none for {longest:.0f} days" if value == f"{longest:.0f}" else value for value in part.values]


def _ago(days: float) -> str:
    if days < 1:
        return "today"
    if days < 2:
        return "yesterday"
    return f"{days:.0f} days ago" if days < 2 * FRESH else f"{days / 30.4:.0f} months ago"


def _ranked(
    record: AccountRecord,
    account: Places,
    chance: Floats,
    interval: tuple[Floats, Floats] | None,
    average: float,
    parts: list[_Named],
) -> tuple[Ranked, ...]:
    logits = np.column_stack([each.logits for each in parts]) if parts else np.zeros((len(account), 0))
    total = logits.sum(axis=1)
    # Shares of the way from the average to the account, walked straight (Aumann & Shapley 1974): they add up exactly.
    near = np.abs(total) <= 1e-9
    slope = np.where(near, average * (1 - average), (chance - average) / np.where(near, 1.0, total))
    points = logits * slope[:, None]
    strongest = np.argsort(-np.abs(points), axis=1, kind="stable")
    has_deal = record.has_open_deal(account, np.full(len(account), record.end))
    first: Longs = np.lexsort((account, -chance))
    found = []
    for row in first:
        named = [(parts[n], Factor(parts[n].name, parts[n].values[row], float(points[row, n]))) for n in strongest[row]]
        kept = [(part, factor) for part, factor in named if not (part.event and factor.value == "none")]
        found.append(
            Ranked(
                row=int(account[row]),
                account_id=record.account_id[account[row]],
                chance=float(chance[row]),
                low=None if interval is None else float(interval[0][row]),
                high=None if interval is None else float(interval[1][row]),
                open_deal=bool(has_deal[row]),
                factors=tuple(factor for _part, factor in kept),
                reasons=_reasons(kept),
            )
        )
    return tuple(found)


def _reasons(kept: list[tuple[_Named, Factor]]) -> tuple[str, ...]:
    """What speaks for it, then what against it, the strongest first; nothing of what hardly matters."""
    named = [(part, each) for part, each in kept if abs(each.points) >= _MATTERS and each.value]
    up = [_said(part, each) for part, each in named if each.points > 0][:MENTIONED]
    down = [_said(part, each) for part, each in named if each.points < 0][:MENTIONED]
    return (*up, *down)


def _said(part: _Named, factor: Factor) -> str:
    points = f"{100 * factor.points:+.1f}".replace("-", "−")
    verb = "raises" if factor.points > 0 else "lowers"
    what = factor.name.capitalize().replace("_", " ")
    value = factor.value if part.event else f": {factor.value}"
    return f"{what}{' ' if part.event else ''}{value} {verb} the chance ({points} points)"
