"""One pass over all touches of all leads: what every rule that looks at one path alone gives, and the chain's steps."""

from typing import Final

import numpy as np
import numpy.typing as npt

from afteraction.analysis.arrays import Floats, Ints, Longs
from afteraction.analysis.compiled import compiled

FIRST: Final = 0
LAST: Final = 1
LINEAR: Final = 2
POSITION: Final = 3
SHAPLEY: Final = 4
OF_A_PATH: Final = 5
_ENDS: Final = 0.4
"""What the first and the last touch get each by the rule of position, where others lie between."""


@compiled
def divided(
    offsets: Longs,
    touch: Ints,
    end: npt.NDArray[np.int8],
    worth: Floats,
    weight: Floats,
    block: Ints,
    blocks: int,
    channels: int,
) -> tuple[Floats, Floats, Floats, Longs, int]:
    """Credit of conversions and of worth (blocks × rules × channels each), the steps of the chain (blocks × (1 +
    channels) × (channels + 2): from the start or a channel to a channel, to conversion, to failure), how many leads
    each channel touched and how many of these converted (channels × 2), and conversions of one channel alone.

    The steps of a path count by its `weight`, which is 0 where it is OPEN. The Shapley credit of a path is 1 / (its
    different channels) to each: where a coalition is worth the conversions of paths within it, a path is a unanimity
    game among its channels, and the value is additive (Shapley 1953; Zhao, Mahboobi & Bagheri 2018, sec. 3.1: the
    simplified formula).
    """
    conversions = np.zeros((blocks, OF_A_PATH, channels))
    worths = np.zeros((blocks, OF_A_PATH, channels))
    steps = np.zeros((blocks, channels + 1, channels + 2))
    touched = np.zeros((channels, 2), dtype=np.int64)
    last_lead = np.full(channels, -1, dtype=np.int64)
    alone = 0
    for lead in range(len(end)):
        first, beyond = offsets[lead], offsets[lead + 1]
        length = beyond - first
        if length == 0:
            continue
        b, converted, value = block[lead], end[lead] == 1, worth[lead]
        different, at = 0, 0
        for place in range(first, beyond):
            channel = touch[place]
            steps[b, at, channel] += weight[lead]
            at = channel + 1
            if last_lead[channel] != lead:
                last_lead[channel] = lead
                different += 1
                touched[channel, 0] += 1
                touched[channel, 1] += converted
        if end[lead] >= 0:
            steps[b, at, channels if converted else channels + 1] += weight[lead]
        if not converted:
            continue
        alone += different == 1
        for place in range(first, beyond):
            channel = touch[place]
            part = 1.0 / length
            conversions[b, LINEAR, channel] += part
            worths[b, LINEAR, channel] += part * value
            if length > 2:
                outer = place == first or place == beyond - 1
                part = _ENDS if outer else (1.0 - 2.0 * _ENDS) / (length - 2)
            conversions[b, POSITION, channel] += part
            worths[b, POSITION, channel] += part * value
            # Each channel once: -2 - lead marks that this path has given it its share.
            if last_lead[channel] != -2 - lead:
                last_lead[channel] = -2 - lead
                conversions[b, SHAPLEY, channel] += 1.0 / different
                worths[b, SHAPLEY, channel] += value / different
        conversions[b, FIRST, touch[first]] += 1.0
        worths[b, FIRST, touch[first]] += value
        conversions[b, LAST, touch[beyond - 1]] += 1.0
        worths[b, LAST, touch[beyond - 1]] += value
    return conversions, worths, steps, touched, alone
