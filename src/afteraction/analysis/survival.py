"""How long something takes when some of it is not over yet: the Kaplan-Meier estimator as set algebra."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import ibis
from ibis import _

from afteraction.analysis.fetch import fetch

_Z: Final = 1.959963984540054
_QUARTILES: Final = {"lower_quartile": 0.75, "median": 0.5, "upper_quartile": 0.25}
"""The share that is not over yet at each quartile."""
_ROUNDING: Final = 1e-9
"""Products of shares miss a quarter or a half by less than this."""


@dataclass(frozen=True)
class Quantile:
    """A number of days with its 95 % interval; None where the record does not reach that far."""

    days: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Duration:
    """How long `n` of something take, of which `over` are over; the others have lasted that long and go on."""

    n: int
    over: int
    lower_quartile: Quantile
    median: Quantile
    upper_quartile: Quantile


def durations(spells: ibis.Table, by: Sequence[str]) -> dict[tuple[Any, ...], Duration]:
    """Quartiles of duration per group of `spells`, whose columns are `by`, days (from 0), over (whether it is).

    The estimate is that of Kaplan & Meier (1958): S(t) is the product of 1 - d/n over the times up to t, with d of n
    ending at each. A quartile is the first time at which S is at or below its level (Brookmeyer & Crowley 1982); its
    interval holds the times at which the level lies within the pointwise band of S, from Greenwood's variance on the
    scale log(-log S) (Kalbfleisch & Prentice 2002, section 1.4). Spells are taken as independent.
    """
    curve = _curve(spells, by)
    measures: dict[str, ibis.Value] = {"n": _.spells.sum(), "over": _.ended.sum()}
    for name, level in _QUARTILES.items():
        measures[name] = _.days.min(where=_.survival <= level + _ROUNDING)
        measures[f"{name}_low"] = _.days.min(where=_.lower <= level + _ROUNDING)
        measures[f"{name}_high"] = _.days.min(where=_.upper <= level + _ROUNDING)
    rows = fetch(curve.group_by(*by).agg(**measures))
    return {tuple(row[name] for name in by): _duration(row) for row in rows}


def _curve(spells: ibis.Table, by: Sequence[str]) -> ibis.Table:
    """S and its band at every time at which a spell ended or was last seen."""
    counts = spells.group_by(*by, "days").agg(spells=_.count(), ended=_.over.sum())
    everything = ibis.window(group_by=list(by))
    so_far = ibis.cumulative_window(group_by=list(by), order_by="days")
    counts = counts.mutate(at_risk=_.spells.sum().over(everything) - _.spells.sum().over(so_far) + _.spells)
    # Where all that are at risk end, S is 0 and neither logarithm nor variance exists.
    last = counts.ended == counts.at_risk
    terms = counts.mutate(
        last=last,
        log_share=ibis.ifelse(last, 0.0, (1 - _.ended / _.at_risk.nullif(0)).nullif(0).ln()),
        variance=ibis.ifelse(last, 0.0, _.ended / (_.at_risk * (_.at_risk - _.ended)).nullif(0)),
    )
    curve = terms.mutate(log_survival=_.log_share.sum().over(so_far), variance=_.variance.sum().over(so_far))
    spread = _Z * curve.variance.sqrt() / -curve.log_survival.nullif(0)
    return curve.mutate(
        survival=ibis.ifelse(_.last, 0.0, _.log_survival.exp()),
        lower=ibis.ifelse(_.last, 0.0, (_.log_survival * spread.exp()).exp()),
        upper=ibis.cases((~_.last, (_.log_survival * (-spread).exp()).exp())),
    )


def _duration(row: Mapping[str, Any]) -> Duration:
    quartiles = {name: Quantile(row[name], row[f"{name}_low"], row[f"{name}_high"]) for name in _QUARTILES}
    return Duration(row["n"], row["over"], **quartiles)
