"""One world: what comes of the deals once the noise is drawn, with or without an intervention."""

from dataclasses import dataclass

import numpy as np

from afteraction.simulate.arrays import Floats, Ints, pick
from afteraction.simulate.course import Course
from afteraction.simulate.ending import WON, Ending, end_deals, win_chance
from afteraction.simulate.steps import Intervention, schedule_steps


@dataclass(frozen=True)
class World(Course):
    """What came of some deals. `due` is when each step fell due, leaks included, in working time.

    A step was done if it fell due before the deal was closed. `content_at` and `content_piece` are deals × uses;
    `helped_at` is when the piece that helps was first used.
    """

    due: Floats
    content_at: Floats
    content_piece: Ints
    helped_at: Floats
    ending: Ending


def live(course: Course, intervention: Intervention | None = None) -> World:
    """Let the deals run their course to the end."""
    due = schedule_steps(course, intervention)
    content_at, piece, helped_at = _content(course)
    ending = end_deals(course, win_chance(course, due, helped_at))
    _add_leaks(course, ending, due)
    return World(
        organisation=course.organisation,
        roster=course.roster,
        calendar=course.calendar,
        deals=course.deals,
        noise=course.noise,
        quality=course.quality,
        path=course.path,
        due=due,
        content_at=content_at,
        content_piece=piece,
        helped_at=helped_at,
        ending=ending,
    )


def _content(course: Course) -> tuple[Floats, Ints, Floats]:
    """When content was used and which piece, deals × uses, and when the piece that helps was used first."""
    model, uniform = course.organisation.content, course.noise.content
    if not model.pieces:
        never = np.full(uniform.shape[:2], np.inf)
        return never, np.zeros(uniform.shape[:2], dtype=np.int64), never[:, 0]
    used = uniform[:, :, 0] < model.chance
    at = np.where(used, course.path.entered[:, 1:2] - model.days * np.log1p(-uniform[:, :, 1]), np.inf)
    titles = [title for title, _ in model.pieces]
    piece = pick(1.0 / np.arange(2.0, len(titles) + 2.0), uniform[:, :, 2])
    helpful = titles.index(model.helpful) if model.helpful else -1
    return at, piece.astype(np.int64), np.where(piece == helpful, at, np.inf).min(axis=1)


def _add_leaks(course: Course, ending: Ending, due: Floats) -> None:
    """Put the paperwork between a decision for us and the closing; now and then it is sent and the deal lost."""
    organisation, path = course.organisation, course.path
    leaks = [number for number, step in enumerate(organisation.steps) if step.leak]
    possible = (path.last == len(organisation.stages) - 1) & ~course.deals.after_the_fact
    won, lag = ending.outcome == WON, path.closed - path.decided
    for place, number in enumerate(leaks):
        uniform = course.noise.step[:, number]
        chance = np.where(won, organisation.record.leak_if_won[place], organisation.record.leak_if_lost[place])
        share = (place + 0.2 + 0.6 * uniform / chance) / len(leaks)
        due[:, number] = np.where((uniform < chance) & possible, path.decided + share * lag, np.inf)
