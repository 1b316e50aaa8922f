"""What the analysis proposes: a change, and the evidence for it, as any analysis hands it over."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final, Self

from afteraction.process.model import Process
from afteraction.web.proposals.models import Proposal


class Grade(StrEnum):
    """How an effect was found out, the surest first."""

    RANDOMISED = "randomised"
    COMPARABLE = "comparable"
    BEFORE_AFTER = "before_after"
    DESCRIPTIVE = "descriptive"

    @property
    def words(self) -> str:
        return _WORDS[self]


_WORDS: Final = {
    Grade.RANDOMISED: "A trial: drawn by lot",
    Grade.COMPARABLE: "Comparable deals with and without it, not drawn by lot",
    Grade.BEFORE_AFTER: "Before and after, beside those it did not change for",
    Grade.DESCRIPTIVE: "A description: there is nothing that it is compared with",
}
_MORE: Final = 1.5
"""An estimate that rests on so many times the deals is another one."""


@dataclass(frozen=True)
class Evidence:
    """An effect on the chance of winning, in probability (-1 to 1), with its 95 % interval and what it rests on.

    `deals` is the address of the page that lists the deals, `verdict` that of the analysis (`no_effect`, `helps`),
    `said` what else there is to know, in sentences.
    """

    effect: float
    low: float
    high: float
    n: int
    grade: Grade
    data_version: int
    verdict: str
    deals: str = ""
    said: tuple[str, ...] = ()

    def differs_from(self, other: Self) -> bool:
        """Whether this is another answer than the other: another verdict or grade, an effect outside of its interval,
        or half as many deals again.
        """
        return (
            self.verdict != other.verdict
            or self.grade != other.grade
            or not other.low <= self.effect <= other.high
            or self.n >= _MORE * other.n
        )

    def as_document(self) -> dict[str, Any]:
        """As it is kept with a proposal."""
        return asdict(self) | {"grade": self.grade.value, "said": list(self.said)}

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Self:
        """What was kept."""
        return cls(**{**document, "grade": Grade(document["grade"]), "said": tuple(document["said"])})


@dataclass(frozen=True)
class Finding:
    """Something that the analysis would have changed.

    `key` is the same whenever the same thing is found: `step without power: demo`. `change` makes the process as it
    would be of the process on paper (`partial(without_step, step_id="demo")`); none where no step changes. It is given
    the newest version, and gives it back unchanged where there is nothing to change any more.
    """

    key: str
    kind: Proposal.Kind
    title: str
    what: str
    reason: str
    evidence: Evidence
    change: Callable[[Process], Process] | None = None
    expected_points: float | None = None
