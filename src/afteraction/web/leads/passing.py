"""Which leads pass the criteria of an agreement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from afteraction.web.leads.criteria import ANYTHING, BEHAVIOUR, OF_NUMBERS, Criterion, number_in

if TYPE_CHECKING:
    import pandas as pd  # what is in memory once a table has been read; a server's start would wait for it


@dataclass(frozen=True)
class Known:
    """What is known of n leads: `fields` as columns of n texts or numbers (None, NaN: unknown); what they did as rows.

    `did` has the columns lead (place among the n), kind, and days: how long before the hand-over, 0 and more.
    """

    n: int
    fields: Mapping[str, "pd.Series[Any]"]
    did: "pd.DataFrame"


def passes(criteria: Sequence[Criterion], known: Known) -> npt.NDArray[np.bool_]:
    """Which leads pass all rows, shape (n,). Everything passes where there is no row."""
    found = np.ones(known.n, dtype=bool)
    for each in criteria:
        found &= holds(each, known)
    return found


def holds(criterion: Criterion, known: Known) -> npt.NDArray[np.bool_]:
    """Of which leads a row holds, shape (n,)."""
    if criterion.counts:
        return _compared(criterion, _times(criterion, known))
    column = known.fields.get(criterion.field)
    if column is None:
        return np.zeros(known.n, dtype=bool)
    if criterion.comparison in OF_NUMBERS:
        return _compared(criterion, _numbers(column))
    is_known = column.notna().to_numpy() & (column.astype(str).str.strip() != "").to_numpy()
    text = column.astype(str).str.strip().str.casefold()
    wanted = criterion.value.strip().casefold()
    if criterion.comparison == "known":
        return is_known
    if criterion.comparison == "is not":
        return is_known & (text != wanted).to_numpy()
    if criterion.comparison == "contains":
        return is_known & text.str.contains(wanted, regex=False).to_numpy()
    values = [wanted] if criterion.comparison == "is" else [each.strip() for each in wanted.split(",")]
    return is_known & text.isin(values).to_numpy()


def _numbers(column: "pd.Series[Any]") -> npt.NDArray[np.float64]:
    """A column as numbers, those written as text with commas between thousands too; NaN where there is none."""
    import pandas as pd

    if not pd.api.types.is_numeric_dtype(column):
        column = column.astype(str).str.replace(",", "", regex=False)
    return pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64)


def _times(criterion: Criterion, known: Known) -> npt.NDArray[np.float64]:
    """How often each lead did it within the days."""
    did = known.did[known.did["days"] <= criterion.days]
    if criterion.field != ANYTHING:
        did = did[did["kind"] == criterion.field.removeprefix(BEHAVIOUR)]
    return np.bincount(did["lead"].to_numpy(dtype=np.int64), minlength=known.n).astype(np.float64)


def _compared(criterion: Criterion, values: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    limit = number_in(criterion.value)
    if limit is None:
        return np.zeros(len(values), dtype=bool)
    with np.errstate(invalid="ignore"):
        return values >= limit if criterion.comparison == "at least" else values <= limit
