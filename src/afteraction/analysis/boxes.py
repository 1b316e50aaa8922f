"""Four boxes: was the process followed, and did it end well? A win is no proof of good work, nor a loss of bad.

The rule. A step that is required by the version of the process in force when the deal began counts, unless it has been
shown to do nothing, to hurt, or to follow the decision. Of the counting steps that a deal had its chance to do, it must
have done four in five, and every one that has been shown to help: then the process was followed. A won deal is a
deserved or a lucky win, a lost one an unlucky or a deserved loss. Deals without a decision, and deals that ended before
any counting step was due, are undecided.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from fractions import Fraction
from typing import Final

import ibis
import numpy as np
import scipy
from ibis import _
from scipy.special import expit, logit

from afteraction.analysis.arrays import Flags, Floats, Ints, Places
from afteraction.analysis.deal_frame import DealFrame
from afteraction.analysis.step_effects import StepEffect
from afteraction.analysis.verdict import Verdict
from afteraction.errors import NotEnoughData
from afteraction.process.model import Process

FOLLOWED: Final = Fraction(4, 5)
"""The share of the counting steps due that makes a process followed."""
_EDGE: Final = 0.01
_DOES_NOT_COUNT: Final = {
    Verdict.NO_EFFECT: "it has been shown to do nothing",
    Verdict.HURTS: "it has been shown to hurt",
    Verdict.LEAK: "it follows the decision",
}


class Box(IntEnum):
    OPEN = -1
    DESERVED_WIN = 0
    LUCKY_WIN = 1
    UNLUCKY_LOSS = 2
    DESERVED_LOSS = 3
    UNDECIDED = 4

    @property
    def label(self) -> str:
        return self.name.lower()


@dataclass(frozen=True)
class BoxSummary:
    """One box: its deals, and the mean of their chances of winning when they began (None where none is known).

    `low` and `high` are its 95 % interval, from the `known` chances.
    """

    box: Box
    deals: int
    probability: float | None
    known: int = 0
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class BoxEvidence:
    """Why a deal is in its box.

    `done` and `missed` are counting steps by id. `enough`: the missed ones, the most helpful first, with which the
    process would have been followed. `helpful`: every step not done that has been shown to help, required or not.
    `probability` is the chance when the deal began, `as_worked` that after what was done of the steps shown to help,
    `would_be` that with those of `helpful` done as well; None where unknown.
    """

    deal_id: str
    box: Box
    done: tuple[str, ...]
    missed: tuple[str, ...]
    enough: tuple[str, ...]
    helpful: tuple[str, ...]
    probability: float | None
    as_worked: float | None
    would_be: float | None
    words: str


@dataclass(frozen=True)
class Boxes:
    """The box of every deal of a frame (n), and what it rests on.

    `done` and `missed` (n × steps of the process) are of steps that the deal had its chance to do, `counts` says which
    steps count, `asked` (n × steps) which of them count for each deal. `gain` is what each step shown to help adds to
    the logit of winning, `usual` how often it is done. `not_counted` gives the reason for each required step that does
    not count.
    """

    frame: DealFrame
    process: Process
    box: Ints
    done: Flags
    missed: Flags
    counts: Flags
    asked: Flags
    gain: Floats
    usual: Floats
    probability: Floats
    not_counted: Mapping[str, str]

    def summary(self) -> tuple[BoxSummary, ...]:
        """The boxes of ended deals, in order."""
        return tuple(self._summary(box) for box in Box if box is not Box.OPEN)

    def _summary(self, box: Box) -> BoxSummary:
        known = self.probability[self.box == box]
        known = known[~np.isnan(known)]
        count, mean = int(np.sum(self.box == box)), float(known.mean()) if len(known) else None
        if mean is None or len(known) < 2:
            return BoxSummary(box, count, mean, len(known))
        half = float(scipy.stats.t.ppf(0.975, len(known) - 1) * known.std(ddof=1) / np.sqrt(len(known)))
        return BoxSummary(box, count, mean, len(known), max(mean - half, 0.0), min(mean + half, 1.0))

    def as_worked(self, rows: Places) -> Floats:
        """The chance of winning of some deals after what was done and missed of the steps shown to help.

        The chance at the beginning is that of a deal worked as usual; a step done adds what the usual share of deals
        with it did not already, one missed takes that share away.
        """
        shift = self.done[rows] @ (self.gain * (1 - self.usual)) - self.missed[rows] @ (self.gain * self.usual)
        return np.asarray(expit(logit(np.clip(self.probability[rows], _EDGE, 1 - _EDGE)) + shift))

    def evidence(self, row: int) -> BoxEvidence:
        """Why the deal at this place of the frame is in its box."""
        steps = self.process.steps
        done, missed = self.done[row] & self.asked[row], self.missed[row] & self.asked[row]
        enough, helpful = self._enough(row), np.flatnonzero(self.missed[row] & (self.gain > 0))
        probability = as_worked = would_be = None
        if not np.isnan(self.probability[row]):
            probability = float(self.probability[row])
            as_worked = float(self.as_worked(np.array([row], dtype=np.int32))[0])
            would_be = float(expit(logit(as_worked) + self.gain[helpful].sum())) if len(helpful) else None

        def named(places: Iterable[int]) -> tuple[str, ...]:
            return tuple(steps[place].id for place in places)

        evidence = BoxEvidence(
            deal_id=str(self.frame.deal_id[row].as_py()),
            box=Box(int(self.box[row])),
            done=named(np.flatnonzero(done)),
            missed=named(np.flatnonzero(missed)),
            enough=named(enough),
            helpful=named(helpful),
            probability=probability,
            as_worked=as_worked,
            would_be=would_be,
            words="",
        )
        return replace(evidence, words=_words(evidence, {step.id: step.name or step.id for step in steps}))

    def _enough(self, row: int) -> list[int]:
        """The missed steps with which the process would have been followed."""
        missed = np.flatnonzero(self.missed[row] & self.asked[row])
        order = sorted(missed, key=lambda step: -self.gain[step])
        due = int(np.sum((self.missed[row] | self.done[row]) & self.asked[row]))
        lacking = -(-FOLLOWED.numerator * due // FOLLOWED.denominator) - (due - len(missed))
        return [int(step) for n, step in enumerate(order) if self.gain[step] > 0 or n < lacking]


def boxes(
    frame: DealFrame,
    process: Process,
    states: ibis.Table,
    effects: Sequence[StepEffect],
    probability: Floats,
) -> Boxes | NotEnoughData:
    """Put every deal into its box. One pass over the step states. Refused unless deals were won and deals were lost.

    `states` come from `adherence.step_states`, `effects` from `step_effects`; `probability` is the chance of winning
    of every deal of the frame when it began, NaN where none is known.
    """
    if not frame.won.any() or not frame.lost.any():
        found = f"{int(frame.won.sum())} won and {int(frame.lost.sum())} lost deals"
        return NotEnoughData(found, "deals of both kinds: without losses no win is known to be lucky")
    done, missed, required = _states(frame, process, states)
    verdicts = {effect.step: effect for effect in effects}
    reasons = {
        step.id: _DOES_NOT_COUNT[verdicts[step.id].verdict]
        for step in process.steps
        if step.required and step.id in verdicts and verdicts[step.id].verdict in _DOES_NOT_COUNT
    }
    counts = np.array([step.required and step.id not in reasons for step in process.steps], dtype=np.bool_)
    asked = required & np.array([step.id not in reasons for step in process.steps], dtype=np.bool_)
    proven = [verdicts.get(step.id) for step in process.steps]
    gain = np.array([_gain(effect) for effect in proven])
    usual = np.array([effect.did / effect.n if effect and effect.n else 0.0 for effect in proven])
    return Boxes(
        frame=frame,
        process=process,
        box=_placed(frame, done & asked, missed & asked, gain > 0),
        done=done,
        missed=missed,
        counts=counts,
        asked=asked,
        gain=gain,
        usual=usual,
        probability=probability,
        not_counted=reasons,
    )


def _states(frame: DealFrame, process: Process, states: ibis.Table) -> tuple[Flags, Flags, Flags]:
    """Of the steps that each deal had its chance to do: which it did, which not, which it had to do (n × steps)."""
    chances = states.filter(_.settled).select("deal_no", "step", "done", "required").to_pyarrow()
    row_of = np.zeros(int(frame.deal_no.max(initial=-1)) + 1, dtype=np.int64)
    row_of[frame.deal_no] = np.arange(len(frame))
    rows, steps = row_of[chances["deal_no"].to_numpy()], chances["step"].to_numpy()
    was_done = chances["done"].to_numpy()
    done, missed, required = (np.zeros((len(frame), len(process.steps)), dtype=np.bool_) for _each in range(3))
    done[rows[was_done], steps[was_done]] = True
    missed[rows[~was_done], steps[~was_done]] = True
    required[rows, steps] = chances["required"].to_numpy()
    return done, missed, required


def _placed(frame: DealFrame, done: Flags, missed: Flags, proven: Flags) -> Ints:
    did, failed = done.sum(axis=1), missed.sum(axis=1)
    due = did + failed
    followed = (did * FOLLOWED.denominator >= due * FOLLOWED.numerator) & ~missed[:, proven].any(axis=1)
    box = np.full(len(frame), Box.UNDECIDED, dtype=np.int32)
    judged = due > 0
    box[judged & frame.won & followed] = Box.DESERVED_WIN
    box[judged & frame.won & ~followed] = Box.LUCKY_WIN
    box[judged & frame.lost & followed] = Box.UNLUCKY_LOSS
    box[judged & frame.lost & ~followed] = Box.DESERVED_LOSS
    box[frame.open] = Box.OPEN
    return box


def _gain(effect: StepEffect | None) -> float:
    """What a step shown to help adds to the logit of winning: the log of the odds ratio of its standardised rates."""
    if effect is None or effect.verdict is not Verdict.HELPS or effect.rate_did is None or effect.rate_not is None:
        return 0.0
    did, did_not = (min(max(rate, _EDGE), 1 - _EDGE) for rate in (effect.rate_did, effect.rate_not))
    return max(float(logit(did) - logit(did_not)), 0.0)


def _words(found: BoxEvidence, names: Mapping[str, str]) -> str:
    if found.box is Box.OPEN:
        return "the deal is still open"

    def listed(steps: Sequence[str]) -> str:
        return ", ".join(names[step] for step in steps)

    due = len(found.done) + len(found.missed)
    parts = [f"{len(found.done)} of {due} steps that count were done" if due else "no step that counts was due"]
    if set(found.missed) == set(found.enough) != set():
        parts.append(f"missed, and all needed to follow the process: {listed(found.enough)}")
    elif found.missed:
        parts.append(f"missed: {listed(found.missed)}")
        if found.enough:
            parts.append(f"enough to have followed the process: {listed(found.enough)}")
    if found.probability is not None:
        parts.append(f"its chance when it began was {found.probability:.0%}")
    if found.would_be is not None:
        parts.append(f"with {listed(found.helpful)} it would have been {found.would_be:.0%}, not {found.as_worked:.0%}")
    if found.box is Box.UNDECIDED and due:
        parts.append("the buyer did not decide")
    return "; ".join(parts)
