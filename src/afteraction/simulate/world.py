"""One world: what comes of the deals once the noise is drawn, with or without an intervention."""

from dataclasses import dataclass

import numpy as np

from afteraction.simulate.arrays import Floats, Ints, pick
from afteraction.simulate.calendar import WorkCalendar
from afteraction.simulate.deals import Deals, quality
from afteraction.simulate.ending import WON, Ending, end_deals, win_chance
from afteraction.simulate.noise import Noise
from afteraction.simulate.organisation import Organisation
from afteraction.simulate.path import Path, walk
from afteraction.simulate.roster import Roster
from afteraction.simulate.steps import Intervention, schedule_steps


@dataclass(frozen=True)
class World:
    """What came of some deals. `due` is when each step fell due, leaks included, in working time.

    A step was done if it fell due before the deal was closed. `content_at` and `content_piece` are deals × uses;
    `helped_at` is when the piece that helps was first used.
    """

    organisation: Organisation
    roster: Roster
    deals: Deals
    quality: Floats
    noise: Noise
    calendar: WorkCalendar
    path: Path
    due: Floats
    content_at: Floats
    content_piece: Ints
    helped_at: Floats
    ending: Ending

    @property
    def until(self) -> Floats:
        """When the record of each deal stops: at its closing, or at the record's end."""
        return np.minimum(self.path.closed, self.calendar.end)


def live(
    organisation: Organisation,
    roster: Roster,
    deals: Deals,
    noise: Noise,
    calendar: WorkCalendar,
    intervention: Intervention | None = None,
) -> World:
    """Let the deals run their course."""
    good = quality(organisation, deals)
    path = walk(organisation, deals, good, roster, noise, calendar)
    due = schedule_steps(organisation, deals, good, path, roster, noise, calendar, intervention)
    content_at, piece, helped_at = _content(organisation, path, noise)
    chance = win_chance(organisation, deals, good, path, roster, due, helped_at)
    ending = end_deals(organisation, path, deals, chance, noise)
    _add_leaks(organisation, path, noise, ending, deals, due)
    return World(
        organisation, roster, deals, good, noise, calendar, path, due, content_at, piece, helped_at, ending
    )


def _content(organisation: Organisation, path: Path, noise: Noise) -> tuple[Floats, Ints, Floats]:
    model = organisation.content
    used = noise.content[:, :, 0] < (model.chance if model.pieces else 0.0)
    at = np.where(used, path.entered[:, 1:2] - model.days * np.log1p(-noise.content[:, :, 1]), np.inf)
    titles = [title for title, _ in model.pieces]
    piece = pick(1.0 / np.arange(2.0, len(titles) + 2.0), noise.content[:, :, 2]) if titles else np.zeros(at.shape, np.int8)
    helpful = titles.index(model.helpful) if model.helpful else -1
    return at, piece.astype(np.int64), np.where(piece == helpful, at, np.inf).min(axis=1)


def _add_leaks(organisation: Organisation, path: Path, noise: Noise, ending: Ending, deals: Deals, due: Floats) -> None:
    """Put the paperwork between a decision for us and the closing; now and then it is sent and the deal lost."""
    leaks = [number for number, step in enumerate(organisation.steps) if step.leak]
    won, lag = ending.outcome == WON, path.closed - path.decided
    for place, number in enumerate(leaks):
        uniform = noise.step[:, number]
        chance = np.where(won, organisation.record.leak_if_won[place], organisation.record.leak_if_lost[place])
        happens = (uniform < chance) & (path.last == len(organisation.stages) - 1) & ~deals.after_the_fact
        share = (place + 0.2 + 0.6 * uniform / chance) / len(leaks)
        due[:, number] = np.where(happens, path.decided + share * lag, np.inf)
