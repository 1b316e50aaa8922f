"""Why a deal has the chance that it has, in words, by its own factors."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import expit

from afteraction.analysis.arrays import Floats
from afteraction.analysis.deal_frame import DealFrame
from afteraction.analysis.features import FactTerm, FlagTerm, Moment, NumberTerm, Snapshot, Term, snapshot
from afteraction.analysis.win_model import WinModel
from afteraction.analysis.win_probability import WinProbability
from afteraction.errors import NotEnoughData
from afteraction.process.model import Process

MENTIONED: Final = 3
"""Factors named on each side."""
_MATTERS: Final = 0.005
"""Half a point: a factor that moves the chance by less is not named."""


@dataclass(frozen=True)
class Factor:
    """One thing that is known of the deal, and by how much it moves the chance from the average deal's (-1 to 1)."""

    name: str
    value: str
    points: float


@dataclass(frozen=True)
class Explanation:
    """The chance of a deal at a stage (None: when it began) and where it comes from.

    The `factors`, the strongest first, add up to `probability` less `average`, the chance of the average deal there.
    """

    stage: str | None
    probability: float
    average: float
    factors: tuple[Factor, ...]

    @property
    def words(self) -> str:
        """The explanation as sentences."""
        where = "at its beginning" if self.stage is None else f"on entering {self.stage}"
        parts = [f"{self.probability:.0%}; the average deal has {self.average:.0%} {where}"]
        return "; ".join([*parts, *spoken(self.factors)])


def spoken(factors: Sequence[Factor]) -> list[str]:
    """What speaks for a chance and what against it, the strongest first; nothing of what hardly matters."""
    named = [each for each in factors if abs(each.points) >= _MATTERS]
    sides = (
        ("for it speaks", [each for each in named if each.points > 0]),
        ("against it", [each for each in named if each.points < 0]),
    )
    return [f"{words} {', '.join(map(_said, side[:MENTIONED]))}" for words, side in sides if side]


def _said(factor: Factor) -> str:
    points = f"{100 * factor.points:+.0f}".replace("-", "−")
    return f"{factor.name.replace('_', ' ')}: {factor.value} ({points})"


def explain(frame: DealFrame, process: Process, win: WinProbability, row: int) -> Explanation | NotEnoughData:
    """The chance of one deal, by its place in the frame, at the last stage it entered, by the model of today."""
    for moment, model in reversed(list(win.models.items())):
        known = snapshot(frame, process, moment, win.left_out, only=np.array([row]))
        if len(known):
            return _explained(process, moment, model, known)
    return NotEnoughData("it is not known when the deal began", "the day on which it was created, or dated events")


def explanations(
    process: Process, moment: Moment, model: WinModel, known: Snapshot, most: int | None = None
) -> Iterator[Explanation]:
    """The chance of each of the deals that are known at a moment; `most` limits the factors to the strongest.

    All deals at once in memory: deals × columns.
    """
    parts = list(contributions(model, known))
    probability, average = model.probability(known), float(expit(model.average_score))
    logits = np.column_stack([part.logits for part in parts]) if parts else np.zeros((len(known), 0))
    total = logits.sum(axis=1)
    # Shares of the way from the average to the deal, walked straight (Aumann & Shapley 1974): they add up exactly.
    near = np.abs(total) <= 1e-9
    slope = np.where(near, average * (1 - average), (probability - average) / np.where(near, 1.0, total))
    points = logits * slope[:, None]
    strongest = np.argsort(-np.abs(points), axis=1, kind="stable")[:, :most]
    stage = None if moment.stage is None else process.stages[moment.stage]
    for row, order in enumerate(strongest):
        factors = tuple(Factor(parts[n].name, str(parts[n].values[row]), float(points[row, n])) for n in order)
        yield Explanation(stage, float(probability[row]), average, factors)


def _explained(process: Process, moment: Moment, model: WinModel, known: Snapshot) -> Explanation:
    return next(explanations(process, moment, model, known))


@dataclass(frozen=True)
class Part:
    """One thing that is known of n deals: its value in words, and the logits by which it is off the average."""

    name: str
    values: Sequence[str]
    logits: Floats


def contributions(model: WinModel, known: Snapshot) -> Iterator[Part]:
    """By how many logits each thing that is known of n deals puts them off the average one."""
    logits = (model.encoding.matrix(known) - model.average) * model.fit.beta
    first = 1
    for term in model.encoding.terms:
        of_term = logits[:, first : first + len(term.names)]
        first += len(term.names)
        yield from _of_term(term, known, of_term)


def _of_term(term: Term, known: Snapshot, logits: Floats) -> Iterator[Part]:
    match term:
        case FactTerm():
            levels = known.levels[term.fact]
            values = ["unknown" if code < 0 else levels[code] for code in known.facts[term.fact]]
            yield Part(term.fact, values, logits.sum(axis=1))
        case NumberTerm():
            numbers = known.numbers[term.number]
            values = ["unknown" if np.isnan(number) else f"{np.expm1(number):,.0f}" for number in numbers]
            yield Part(term.number, values, logits.sum(axis=1))
        case FlagTerm():
            for n, name in enumerate(term.names):
                yield Part(name, [term.said(bool(flag)) for flag in known.flags[term.group][name]], logits[:, n])
