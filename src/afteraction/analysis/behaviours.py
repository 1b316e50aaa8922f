"""What the way of working a deal goes along with: speed, breadth, contact, silence, going back."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final, Protocol

import numpy as np

from afteraction.analysis.arrays import Flags, Floats
from afteraction.analysis.conduct import Conduct
from afteraction.analysis.covariates import progress
from afteraction.analysis.deal_frame import DealFrame
from afteraction.analysis.effects import Effect, Question, find_effects
from afteraction.analysis.exposure import Exposure
from afteraction.analysis.features import AGE
from afteraction.analysis.landmark import landmark_days, population
from afteraction.analysis.leaks import find_leaks
from afteraction.errors import NotEnoughData
from afteraction.process.model import Process

FAST_RESPONSE: Final = "fast_first_response"
TWO_PEOPLE: Final = "two_people_reached"
THREE_PEOPLE: Final = "three_people_reached"
MEETINGS: Final = "more_meetings"
FROM_BUYER: Final = "buyer_gets_in_touch"
SILENCE: Final = "silence"
WENT_BACK: Final = "stage_backwards"
SLOW: Final = "slow_in: "
"""Before a stage's name: many days in that stage."""

_HOURS: Final = (1.0, 4.0, 24.0, 48.0, 72.0, 168.0)
"""A first response is fast within one of these, the one that parts the deals most evenly."""
_HOUR: Final = 1 / 24


@dataclass(frozen=True)
class _OfBehaviour:
    behaviour: str
    means: str


@dataclass(frozen=True)
class BehaviourEffect(Effect, _OfBehaviour):
    """What goes along with one way of working: its name, what it `means` exactly, then what every effect has.

    The landmark counts from the deal's start, or from entering a stage where `means` says so.
    """


class _Asking(Protocol):
    """Makes the exposure at half time."""

    def __call__(self, did: Flags, known: Flags) -> Exposure: ...


@dataclass(frozen=True)
class _Asked:
    """A behaviour to be asked about."""

    name: str
    means: str
    exposure: Exposure | NotEnoughData


def behaviour_effects(
    frame: DealFrame, process: Process, conduct: Conduct, rng: np.random.Generator
) -> tuple[BehaviourEffect, ...]:
    """What every behaviour does, as far as the record tells; false discoveries are limited over all of them.

    Besides what is known at the start, the stages reached, the steps done and how often there was contact by the
    landmark are adjusted for: a deal that is merely busier, or further on, is not taken for one worked better.
    """
    asked = list(_behaviours(frame, process, conduct))
    found = find_effects(frame, [Question(each.exposure) for each in asked], rng)
    return tuple(
        BehaviourEffect(each.name, each.means, **vars(effect)) for each, effect in zip(asked, found, strict=True)
    )


def _behaviours(frame: DealFrame, process: Process, conduct: Conduct) -> Iterator[_Asked]:
    steps = tuple(step for step, leak in enumerate(find_leaks(frame, process)) if leak is None)
    yield _first_response(frame, conduct)
    so_far = (*progress(frame, conduct.start + conduct.landmark), np.log1p(conduct.touches))
    at_half_time = partial(Exposure, conduct.start, conduct.landmark, steps=steps, beside=so_far)
    yield _people(TWO_PEOPLE, "two", conduct.people_2, conduct, at_half_time)
    yield _people(THREE_PEOPLE, "three", conduct.people_3, conduct, at_half_time)
    yield _share(frame, conduct, MEETINGS, "meetings", "are meetings", conduct.with_channel, at_half_time)
    yield _share(frame, conduct, FROM_BUYER, "from_buyer", "come from the buyer", conduct.with_side, at_half_time)
    yield _silence(frame, conduct, at_half_time)
    if len(process.stages) > 1:
        yield _went_back(frame, conduct, steps, process)
    for stage in range(len(process.stages) - 1):
        yield _slow(frame, steps, process, stage)


def _first_response(frame: DealFrame, conduct: Conduct) -> _Asked:
    """Within so many hours of the start. Deals with an earlier touch were no response to anything: left out."""
    hours = (conduct.first_ours - conduct.start) / _HOUR
    known = ~(hours < 0)

    def unevenness(limit: float) -> float:
        people = population(frame, np.where(known, conduct.start, np.nan), limit * _HOUR).rows
        return abs(float(np.mean(hours[people] <= limit)) - 0.5) if len(people) else 1.0

    if not (hours >= 0).any():
        missing = NotEnoughData("no touch of ours after a deal's start is on record", "touches with their times")
        return _Asked(FAST_RESPONSE, "a first touch of ours soon after the deal's start", missing)
    limit = min(_HOURS, key=unevenness)
    within = f"{limit:.0f} hour{'' if limit == 1 else 's'}"
    exposure = Exposure(conduct.start, limit * _HOUR, hours <= limit, known)
    return _Asked(FAST_RESPONSE, f"a first touch of ours within {within} of the deal's start", exposure)


def _people(name: str, number: str, reached: Floats, conduct: Conduct, asking: _Asking) -> _Asked:
    at = conduct.start + conduct.landmark
    means = f"{number} people of the buyer or more reached by day {conduct.landmark:.0f}, against fewer"
    known = conduct.people_1 <= at
    if not known.any():
        return _Asked(name, means, NotEnoughData("no touch names a person of the buyer", "touches with `person_id`"))
    return _Asked(name, means, asking(reached <= at, known))


def _share(
    frame: DealFrame, conduct: Conduct, name: str, part: str, what: str, whole: Floats, asking: _Asking
) -> _Asked:
    """A larger share of the touches than in half of the deals."""
    known = whole > 0
    people = population(frame, np.where(known, conduct.start, np.nan), conduct.landmark).rows
    if not len(people):
        column = "channel" if part == "meetings" else "side"
        missing = NotEnoughData(f"no touch says of which {column} it is", f"touches with `{column}`")
        return _Asked(name, f"more of the touches {what} than usual", missing)
    share = np.divide(getattr(conduct, part), whole, out=np.zeros(len(whole)), where=known)
    usual = float(np.median(share[people]))
    means = f"more than {usual:.0%} of the touches by day {conduct.landmark:.0f} {what}"
    return _Asked(name, means, asking(share > usual, known))


def _silence(frame: DealFrame, conduct: Conduct, asking: _Asking) -> _Asked:
    """A longer time without a touch than in three quarters of the deals."""
    known = conduct.touches > 0
    silent = conduct.start + conduct.landmark - conduct.last
    people = population(frame, np.where(known, conduct.start, np.nan), conduct.landmark).rows
    if not len(people):
        missing = NotEnoughData("no deal has a touch", "touches with their times")
        return _Asked(SILENCE, "a long time without a touch", missing)
    long = max(float(np.ceil(np.quantile(silent[people], 0.75))), 1.0)
    means = f"no touch in more than {long:.0f} days up to day {conduct.landmark:.0f}"
    return _Asked(SILENCE, means, asking(silent > long, known))


def _went_back(frame: DealFrame, conduct: Conduct, steps: tuple[int, ...], process: Process) -> _Asked:
    """Since the second stage was entered; compared are deals that got as far.

    So few deals go back that those which do so later hardly count among those which have not: the landmark is the
    median delay.
    """
    start = frame.entered[:, 1]
    landmark = landmark_days(conduct.back - start, 0.5)
    if landmark is None:
        missing = NotEnoughData("no deal went back a stage", "deals that did, if there are any")
        return _Asked(WENT_BACK, "moved back to an earlier stage", missing)
    at = start + landmark
    means = f"moved back to an earlier stage within {landmark:.0f} days of entering {process.stages[1]}"
    return _Asked(WENT_BACK, means, Exposure(start, landmark, conduct.back <= at, None, steps, progress(frame, at)))


def _slow(frame: DealFrame, steps: tuple[int, ...], process: Process, stage: int) -> _Asked:
    """More days in a stage than three quarters of the deals that left it for a later one; known on leaving it."""
    later = np.fmin.reduce(frame.entered[:, stage + 1 :], axis=1)
    spent = later - frame.entered[:, stage]
    name = process.stages[stage]
    people = population(frame, np.where(spent >= 0, later, np.nan), 0.0).rows
    if not len(people):
        missing = NotEnoughData(f"no deal went from {name} to a later stage", "stage changes")
        return _Asked(SLOW + name, f"many days in {name}", missing)
    long = max(float(np.ceil(np.quantile(spent[people], 0.75))), 1.0)
    means = f"more than {long:.0f} days in {name}, of the deals that moved on from it"
    # The age on leaving would hold the days spent here; what counts is the age on entering.
    before = np.log1p(np.maximum(np.nan_to_num(frame.entered[:, stage] - frame.created), 0.0))
    exposure = Exposure(later, 0.0, spent > long, spent >= 0, steps, (before,), frozenset({AGE}))
    return _Asked(SLOW + name, means, exposure)
