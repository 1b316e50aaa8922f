"""The course of some deals as far as no step changes it: who they are, and their way through the stages."""

from dataclasses import dataclass

import numpy as np

from afteraction.simulate.arrays import Floats
from afteraction.simulate.calendar import WorkCalendar
from afteraction.simulate.deals import Deals, quality
from afteraction.simulate.noise import Noise
from afteraction.simulate.organisation import Organisation
from afteraction.simulate.path import Path, walk
from afteraction.simulate.roster import Roster


@dataclass(frozen=True)
class Course:
    """Some deals of an organisation, the luck that is drawn for them, and the path they take."""

    organisation: Organisation
    roster: Roster
    calendar: WorkCalendar
    deals: Deals
    noise: Noise
    quality: Floats
    path: Path

    @property
    def until(self) -> Floats:
        """When the record of each deal stops, in working time: at its closing, or at the record's end."""
        return np.minimum(self.path.closed, self.calendar.end)


def take_course(
    organisation: Organisation, roster: Roster, calendar: WorkCalendar, deals: Deals, noise: Noise
) -> Course:
    """Send the deals on their way."""
    good = quality(organisation, deals)
    path = walk(organisation, deals, good, roster, noise, calendar)
    return Course(organisation, roster, calendar, deals, noise, good, path)
