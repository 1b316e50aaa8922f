"""Which deals cannot be compared with others, in words: a finding speaks for the rest alone."""

from typing import Final

import numpy as np

from afteraction.analysis.arrays import Places
from afteraction.analysis.deal_frame import DealFrame

_NOTABLE: Final = 0.15
"""A kind of deal is named when its share among those set apart is larger by this than among the others."""
_NAMED: Final = 2


def kinds_set_apart(frame: DealFrame, apart: Places, rest: Places) -> tuple[str, ...]:
    """The kinds of deal that stand out among those without comparison: `segment Enterprise (80%, 12% of the rest)`.

    `apart` and `rest` are places in the frame. At most _NAMED facts are named, the one with the largest difference
    first; none when either side is empty. An owner is not called by name, since everyone reads these words.
    """
    if not len(apart) or not len(rest):
        return ()
    found = []
    for name, category in {**frame.categories, "deal size": frame.size, "owner": frame.owner}.items():
        if not category.levels:
            continue
        shares = [
            np.bincount(category.codes[rows] + 1, minlength=len(category.levels) + 1)[1:] / len(rows)
            for rows in (apart, rest)
        ]
        most = int(np.argmax(shares[0] - shares[1]))
        there, elsewhere = (float(share[most]) for share in shares)
        if there - elsewhere >= _NOTABLE:
            kind = "deals of one owner" if category is frame.owner else f"{name} {category.levels[most]}"
            found.append((there - elsewhere, f"{kind} ({there:.0%}, {elsewhere:.0%} of the rest)"))
    found.sort(key=lambda each: -each[0])
    return tuple(words for _difference, words in found[:_NAMED])
