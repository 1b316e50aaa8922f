"""Which invited buyers answer: response rates by outcome, segment or whatever else the record knows of every deal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from afteraction.analysis.arrays import Flags
from afteraction.analysis.intervals import (
    Difference,
    Rate,
    difference,
    equality_p_value,
    false_discovery_q_values,
    rate,
)
from afteraction.errors import NotEnoughData


@dataclass(frozen=True)
class GroupResponse:
    """How many of a group's invited deals answered, beside all others.

    `difference` is the group less the others, `q` the p-value of none, allowing for all groups looked at together; both
    None where there are no others.
    """

    fact: str
    group: str
    answered: Rate
    difference: Difference | None
    q: float | None


@dataclass(frozen=True)
class Response:
    """The response rate of all invited deals, and of every group, the groups of a fact together and largest first."""

    answered: Rate
    groups: tuple[GroupResponse, ...]


def response(answered: Flags, facts: Mapping[str, Sequence[str]]) -> Response | NotEnoughData:
    """Response rates of the invited deals (n), overall and by facts: for each a word per deal, empty where unknown."""
    n = len(answered)
    if not n:
        return NotEnoughData("no deal was invited", "deals of which a buyer was asked")
    overall = rate(int(answered.sum()), n)
    found: list[tuple[str, str, Rate, Rate | None]] = []
    for fact, words in facts.items():
        names, group = np.unique(np.array(words, dtype=str), return_inverse=True)
        asked, given = np.bincount(group), np.bincount(group, answered).astype(int)
        for place in np.argsort(-asked, kind="stable"):
            here = rate(int(given[place]), int(asked[place]))
            others = rate(overall.count - here.count, n - here.n) if here.n < n else None
            found.append((fact, str(names[place]), here, others))
    compared = [equality_p_value(here, others) for _fact, _name, here, others in found if others]
    q_values = iter(false_discovery_q_values(compared))
    return Response(
        overall,
        tuple(
            GroupResponse(
                fact,
                name,
                here,
                difference(here, others) if others else None,
                next(q_values) if others else None,
            )
            for fact, name, here, others in found
        ),
    )
