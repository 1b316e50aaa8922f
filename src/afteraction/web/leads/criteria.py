"""What makes somebody a lead, in rows that everybody can read: a field, a comparison, a value.

A lead passes when every row holds. A row about behaviour counts what the lead did in the days before it was handed
over. What is not on record does not hold: a row asks for something to be known.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

Kind = Literal["text", "number"]
"""What a field of the record holds."""
BEHAVIOUR: Final = "did: "
"""Fields that begin like this count what a lead did: `did: Form filled in`."""
ANYTHING: Final = BEHAVIOUR + "anything"
COMPARISONS: Final = {
    "is": "is",
    "is not": "is known and is not",
    "one of": "is one of",
    "contains": "contains",
    "known": "is known",
    "at least": "is at least",
    "at most": "is at most",
}
OF_NUMBERS: Final = ("at least", "at most")
OF_TEXTS: Final = ("contains",)
MOST_DAYS: Final = 365


@dataclass(frozen=True)
class Criterion:
    """One row. `days` says, for behaviour, within how many days; of other fields it is 0."""

    field: str
    comparison: str
    value: str = ""
    days: int = 0

    @property
    def counts(self) -> bool:
        """Whether it counts behaviour."""
        return self.field.startswith(BEHAVIOUR)

    def words(self) -> str:
        """The row as a sentence says it."""
        if self.counts:
            what = self.field.removeprefix(BEHAVIOUR)
            within = f"within {self.days} {'day' if self.days == 1 else 'days'}"
            return f"did {what} {self.comparison} {self.value} times {within}"
        value = f" {self.value}" if self.comparison != "known" else ""
        return f"{self.field} {COMPARISONS.get(self.comparison, self.comparison)}{value}"

    def written(self) -> dict[str, Any]:
        """The row as plain values."""
        return {"field": self.field, "comparison": self.comparison, "value": self.value, "days": self.days}

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> "Criterion":
        """The row from plain values."""
        days = written.get("days") or 0
        return cls(str(written["field"]), str(written["comparison"]), str(written.get("value", "")), int(days))

    def problems(self, kind: Kind | None = None) -> Iterator[str]:
        """What is wrong with it; `kind` is what its field holds, None where that is not known."""
        if not self.field:
            yield "a row without a field"
        if self.comparison not in COMPARISONS:
            yield f"no comparison “{self.comparison}”"
        if self.comparison != "known" and not self.value.strip():
            yield f"“{self.field} {self.comparison}” has no value"
        if self.comparison in OF_NUMBERS and number_in(self.value) is None:
            yield f"“{self.value}” is no number"
        if self.counts and self.comparison not in OF_NUMBERS:
            yield f"“{self.field}” is counted: it is at least or at most a number"
        if self.counts and not 1 <= self.days <= MOST_DAYS:
            yield f"“{self.field}” within {self.days} days: 1 to {MOST_DAYS} are possible"
        yield from self._of_kind(kind)

    def _of_kind(self, kind: Kind | None) -> Iterator[str]:
        """Where comparison or value do not fit what the field holds."""
        if self.counts and not self._may_be_counted:
            yield f"“{self.words()}”: nothing is done so often; at least 1, at most 0, or more, in whole numbers"
        if kind == "text" and self.comparison in OF_NUMBERS:
            yield f"“{self.words()}”: {self.field} holds words; only numbers are at least or at most something"
        if kind == "number" and self.comparison in OF_TEXTS:
            yield f"“{self.words()}”: {self.field} holds numbers; only words contain something"
        if kind == "number" and self.comparison in ("is", "is not", "one of"):
            yield from (f"“{each}” is no {self.field}: it holds numbers" for each in self._no_numbers())

    @property
    def _may_be_counted(self) -> bool:
        """Whether something can be done so often, and not always is: a whole number, from 1 on for at least."""
        found = number_in(self.value)
        if found is None or self.comparison not in OF_NUMBERS:
            return True  # named by another problem
        return found.is_integer() and found >= (1 if self.comparison == "at least" else 0)

    def _no_numbers(self) -> Iterator[str]:
        values = self.value.split(",") if self.comparison == "one of" else [self.value]
        yield from (each.strip() for each in values if each.strip() and number_in(each.strip()) is None)


def number_in(text: str) -> float | None:
    """The number that a text is; None where it is none."""
    try:
        found = float(text.replace(",", ""))
    except ValueError:
        return None
    return found if math.isfinite(found) else None
