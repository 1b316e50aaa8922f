"""The currency of a column of amounts, where its values or its header say it."""

import re
from typing import Final

from afteraction.ingest.mapping import Cell, Why
from afteraction.ingest.profile import ColumnProfile

_KNOWN: Final = """
    AED ARS AUD BRL CAD CHF CLP CNY COP CZK DKK EUR GBP HKD HUF IDR ILS INR JPY KRW MXN MYR NOK NZD PEN PHP PLN RON RUB
    SAR SEK SGD THB TRY TWD UAH USD VND ZAR
"""
_CODES: Final = frozenset(_KNOWN.split())
_WRITTEN: Final = re.compile(r"\b[A-Z]{3}\b|[€£₹₽₩₪₺]|R\$|zł")


def currency_of(amount: ColumnProfile) -> tuple[Cell | None, Why]:
    """The cell that fills `currency`, and why; None where nothing says it. `$` alone names no currency."""
    written = [value for value in amount.common if _WRITTEN.search(value)]
    if written:
        share = sum(amount.common[value] for value in written) / sum(amount.common.values())
        return Cell(column=amount.name, take="currency"), Why(
            0.9 if share == 1 else 0.7, f"written with the amount, as in {written[0]}"
        )
    codes = [
        word
        for word in re.findall(r"[A-Za-z]+", amount.name.replace("_", " "))
        if word.upper() in _CODES and (word.isupper() or "_" in amount.name)
    ]
    if len(codes) == 1:
        return Cell(value=codes[0].upper()), Why(0.9, f"the header {amount.name} says so")
    return None, Why(0.0, "")
