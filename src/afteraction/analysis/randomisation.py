"""Who is in which arm: drawn anew from the protocol and the unit at any time, with the same result.

Each draw is a number from the SHA-256 of the protocol's hash and the unit's id, so anyone who has the protocol can
check every assignment, and nobody can choose one: the protocol is locked before its units are known, or the units are
named in it. What is assigned by a list (strata, pairs, steps) depends on that list, which belongs into the protocol.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from afteraction.analysis.arrays import Floats
from afteraction.errors import NotEnoughData, Refused

_BITS: Final = 53


def draw(protocol: str, *unit: object) -> float:
    """A number in [0, 1), the same for ever for that protocol (its hash) and unit (id, and what divides it)."""
    text = "\x1f".join([protocol, *map(str, unit)])
    number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
    return float((number >> (64 - _BITS)) / 2**_BITS)


def arm_of(protocol: str, unit: str, shares: Mapping[str, float]) -> str:
    """The arm of one unit, drawn on its own, `shares` (by arm, adding up to 1) being the chances.

    Raises Refused where they do not.
    """
    _checked(shares)
    place, so_far = draw(protocol, unit), 0.0
    for arm, share in shares.items():
        so_far += share
        if place < so_far:
            return arm
    return list(shares)[-1]


def arm_of_arrival(protocol: str, stratum: str, place: int, arms: Sequence[str], block: int = 2) -> str:
    """The arm of the `place`-th unit (from 0) to come in its stratum: permuted blocks of `block` units an arm.

    Arms are level after each block (Zelen 1974), in every stratum, though nobody knows yet who will come.
    """
    number, within = divmod(place, block * len(arms))
    slots = sorted(range(block * len(arms)), key=lambda slot: draw(protocol, stratum, number, slot))
    return arms[slots.index(within) % len(arms)]


def stratified(protocol: str, strata: Mapping[str, str], arms: Sequence[str]) -> dict[str, str]:
    """The arm of each unit, `strata` giving its stratum: within each as even as can be.

    What is left over in a stratum goes to arms in a drawn order, so that over strata no arm is ahead by design.
    """
    found: dict[str, str] = {}
    for stratum in sorted(set(strata.values())):
        members = sorted(
            (unit for unit, its in strata.items() if its == stratum), key=lambda unit: draw(protocol, unit)
        )
        drawn = {arm: draw(protocol, "turn", stratum, arm) for arm in arms}
        turn = sorted(arms, key=drawn.__getitem__)
        found |= {unit: turn[place % len(arms)] for place, unit in enumerate(members)}
    return {unit: found[unit] for unit in strata}


def matched_pairs(units: Sequence[str], facts: Floats) -> list[tuple[str, str]] | NotEnoughData:
    """Pairs of units alike in `facts` (n × q): the least sum of distances that exchanging two partners can reach.

    Mahalanobis distances (Greevy, Lu, Silber & Rosenbaum 2004, Biostatistics 5:263). With few clusters pairs make
    arms alike that chance would leave unlike (Imai, King & Nall 2009). Refused for an odd number of units.
    """
    n = len(units)
    if n % 2 or n < 4:
        return NotEnoughData(f"{n} units cannot be made into pairs", "an even number of units, 4 at least")
    spread = np.atleast_2d(np.cov(facts, rowvar=False))
    inverse = np.linalg.pinv(spread)
    gap = facts[:, None, :] - facts[None, :, :]
    apart = np.sqrt(np.maximum(np.einsum("ijk,kl,ijl->ij", gap, inverse, gap), 0.0))
    order = sorted(range(n), key=lambda unit: (-float(apart[unit].sum()), units[unit]))
    free, pairs = list(order), list[list[int]]()
    while free:  # the hardest to match chooses first
        one = free.pop(0)
        other = min(free, key=lambda unit: (float(apart[one, unit]), units[unit]))
        free.remove(other)
        pairs.append([one, other])
    while _exchanged(pairs, apart):
        pass
    named = [tuple(sorted((units[one], units[other]))) for one, other in pairs]
    return sorted((one, other) for one, other in named)


def pair_matched(protocol: str, pairs: Sequence[tuple[str, str]], arms: tuple[str, str]) -> dict[str, str]:
    """The arm of each unit of the pairs: a coin for each pair."""
    found: dict[str, str] = {}
    for one, other in pairs:
        first, second = arms if draw(protocol, one, other) < 0.5 else arms[::-1]
        found |= {one: first, other: second}
    return found


def switchback(protocol: str, unit: str, period: int, arms: Sequence[str]) -> str:
    """The arm of a unit in a period (from 0): in every run of as many periods as arms each comes once, order drawn.

    For a unit whose deals are short beside a period; what carries over from one to the next is not removed by this
    (Bojinov, Simchi-Levi & Zhao 2023), so the protocol leaves out the start of each period.
    """
    run, within = divmod(period, len(arms))
    return sorted(arms, key=lambda arm: draw(protocol, unit, run, arm))[within]


def stepped(protocol: str, units: Sequence[str], steps: int) -> dict[str, int]:
    """The period from 1 to `steps` in which each unit starts on the new way; period 0 is everyone's old way.

    A stepped wedge (Hussey & Hughes 2007): order drawn, as many units a step as can be. Raises Refused for more steps
    than units.
    """
    if not 1 <= steps <= len(units):
        raise Refused(f"{steps} steps for {len(units)} units", "a unit at least for each step", "use fewer steps")
    order = sorted(units, key=lambda unit: draw(protocol, unit))
    place = {unit: 1 + number * steps // len(order) for number, unit in enumerate(order)}
    return {unit: place[unit] for unit in units}


def _exchanged(pairs: list[list[int]], apart: Floats) -> bool:
    """Makes the first exchange of partners between two pairs that brings them closer together; False where none."""
    for place, (a, b) in enumerate(pairs):
        for later in range(place + 1, len(pairs)):
            c, d = pairs[later]
            now = apart[a, b] + apart[c, d]
            for mine, theirs in (([a, c], [b, d]), ([a, d], [b, c])):
                if apart[mine[0], mine[1]] + apart[theirs[0], theirs[1]] < now - 1e-12:
                    pairs[place], pairs[later] = mine, theirs
                    return True
    return False


def _checked(shares: Mapping[str, float]) -> None:
    total = sum(shares.values())
    if not shares or min(shares.values()) <= 0 or abs(total - 1) > 1e-9:
        raise Refused(
            f"shares {dict(shares)}, together {total:g}",
            "a share above 0 for each arm, together 1",
            "correct the shares",
        )
