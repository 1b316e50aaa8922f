"""The touches of every lead in their order, as arrays: what attribution divides conversions among."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import ibis
import numpy as np
import numpy.typing as npt

from afteraction.analysis.arrays import Floats, Ints, Longs
from afteraction.analysis.lead_frame import LeadFrame

CONVERTED: Final = 1
FAILED: Final = 0
OPEN: Final = -1
Goal = Literal["won", "deal"]


@dataclass(frozen=True)
class Paths:
    """n leads, each with its touches in order: those of lead i are `touch[offsets[i]:offsets[i + 1]]`, places in
    `channels`. `end` (n) is CONVERTED, FAILED or OPEN; `worth` (n) what a converted one brought, else 0.

    `by` is what the places name (channel, campaign, content), `goal` what counts as converted, `untouched` how many
    conversions have no touch and are not among the leads.
    """

    channels: tuple[str, ...]
    offsets: Longs
    touch: Ints
    end: npt.NDArray[np.int8]
    worth: Floats
    by: str = "channel"
    goal: Goal = "won"
    untouched: int = 0

    def __len__(self) -> int:
        return len(self.end)


def lead_paths(
    tables: Mapping[str, ibis.Table], frame: LeadFrame, by: str = "channel", goal: Goal = "won", horizon: float = 365.0
) -> Paths:
    """The paths of the leads of a frame by `channel`, `campaign` or `content` of their touches before the conversion.

    A lead without a touch of its own has one: its source, campaign or content. A lead that is neither converted nor
    dead `horizon` days after it came in has failed; a younger one is open.
    """
    raise NotImplementedError
