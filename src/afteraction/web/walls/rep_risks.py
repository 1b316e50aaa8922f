"""The results of reps with and without their good risks, for those who may see them."""

from collections.abc import Collection
from dataclasses import dataclass

from afteraction.analysis.intervals import rate
from afteraction.report.wording import interval, percent
from afteraction.web.people.models import Organisation
from afteraction.web.walls.models import RiskFigures


@dataclass(frozen=True)
class RepRisks:
    """A rep: the share of ended deals that were won, of all and without good risks, and those risks themselves."""

    rep: str
    won: int
    ended: int
    all_rate: str
    all_interval: str
    without_won: int
    without_ended: int
    without_rate: str
    without_interval: str
    risks: int
    risks_won: int

    @property
    def risks_not_won(self) -> int:
        return self.risks - self.risks_won


def figures_of(organisation: Organisation) -> RiskFigures | None:
    """The newest figures; None before the first job."""
    return RiskFigures.objects.filter(organisation=organisation).first()


def rep_risks(figures: RiskFigures | None, reps: Collection[str]) -> list[RepRisks]:
    """The rows of these reps who took a good risk, those with most of them first; nobody else's leave this module."""
    if figures is None:
        return []
    rows = [_row(rep, *counts) for rep, counts in figures.content["reps"].items() if rep in reps]
    return sorted(rows, key=lambda row: (-row.risks, row.rep))


def _row(rep: str, ended: int, won: int, risks: int, risks_won: int) -> RepRisks:
    whole = rate(won, ended)
    left, left_won = ended - risks, won - risks_won
    without = rate(left_won, left) if left else None
    return RepRisks(
        rep=rep,
        won=won,
        ended=ended,
        all_rate=percent(whole.value),
        all_interval=interval(whole.low, whole.high),
        without_won=left_won,
        without_ended=left,
        without_rate=percent(without.value) if without else "–",
        without_interval=interval(without.low, without.high) if without else "",
        risks=risks,
        risks_won=risks_won,
    )
