"""What comes straight after what, counted in one compiled pass over the variants: what `edges` says as set algebra."""

from dataclasses import dataclass

import numpy as np

from afteraction.analysis.arrays import Ints, Longs, Shorts
from afteraction.analysis.compiled import compiled

NOTHING = -1
"""Stands before the first event of a variant and after its last."""


@dataclass(frozen=True)
class Followed:
    """Edges by `before`, then `after` (NOTHING at either end), and activities, each with what was counted.

    `edge_totals`: how often, in how many deals, and of these how many of each outcome. `activity_totals`: how often, in
    how many deals.
    """

    before: Shorts
    after: Shorts
    edge_totals: Longs
    activity: Shorts
    activity_totals: Longs


def followed(offsets: Longs, activities: Shorts, deals: Longs) -> Followed:
    """Count edges and activities. Linear in the events of the variants.

    `offsets` and `activities` are the sequence of every variant, `deals` (variant, count) how many took it and then how
    many of these ended in each outcome.
    """
    many = int(activities.max(initial=-1)) + 1
    edges = min((many + 1) ** 2, len(activities) + len(offsets))
    room = np.full(1 << max(4, (2 * edges).bit_length()), -1, np.int32)
    codes = np.empty(edges, np.int64)
    totals = np.zeros((edges, 1 + deals.shape[1]), np.int64)
    activity_totals = np.zeros((many, 2), np.int64)
    found = _follow(
        offsets, activities, deals, many, room, codes, totals, activity_totals,
        np.full(edges, -1, np.int32), np.full(many, -1, np.int32),
    )  # fmt: skip
    order = np.argsort(codes[:found])
    codes, totals = codes[:found][order], totals[:found][order]
    happened = np.flatnonzero(activity_totals[:, 0])
    return Followed(
        (codes // (many + 1) + NOTHING).astype(np.int16),
        (codes % (many + 1) + NOTHING).astype(np.int16),
        totals,
        happened.astype(np.int16),
        activity_totals[happened],
    )


@compiled
def _follow(
    offsets: Longs,
    activities: Shorts,
    deals: Longs,
    many: int,
    room: Ints,
    codes: Longs,
    totals: Longs,
    activity_totals: Longs,
    edge_seen: Ints,
    activity_seen: Ints,
) -> int:
    """Count into `totals` and `activity_totals`; the codes of the edges, in order of appearance. Returns how many.

    `room` is a hash table of edges with open addressing; the `seen` say in which variant each was last met, so that a
    deal counts once however often it goes round.
    """
    found = 0
    last = len(room) - 1
    for variant in range(len(offsets) - 1):
        begin, end = offsets[variant], offsets[variant + 1]
        if begin == end:
            continue
        took = deals[variant, 0]
        before = np.int64(0)
        for i in range(begin, end + 1):
            after = np.int64(0)
            if i < end:
                activity = np.int64(activities[i])
                after = activity + 1
                activity_totals[activity, 0] += took
                if activity_seen[activity] != variant:
                    activity_seen[activity] = variant
                    activity_totals[activity, 1] += took
            code = before * (many + 1) + after
            mixed = np.uint64(code) * np.uint64(0x9E3779B97F4A7C15)
            place = np.int64((mixed ^ (mixed >> np.uint64(29))) & np.uint64(last))
            while room[place] >= 0 and codes[room[place]] != code:
                place = (place + 1) & last
            edge = room[place]
            if edge < 0:
                edge = found
                room[place], codes[found] = found, code
                found += 1
            totals[edge, 0] += took
            if edge_seen[edge] != variant:
                edge_seen[edge] = variant
                for n in range(deals.shape[1]):
                    totals[edge, 1 + n] += deals[variant, n]
            before = after
    return found
