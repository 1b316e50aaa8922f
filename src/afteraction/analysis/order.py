"""The usual order of what happens in deals."""

from collections.abc import Mapping
from dataclasses import dataclass

from ibis import _

from afteraction.analysis.event_log import EventLog
from afteraction.analysis.fetch import fetch
from afteraction.process.model import STAGE_ACTIVITY


@dataclass(frozen=True)
class Order:
    """What usually happens before what.

    - `usual`: all that was asked for and happened, in its usual order
    - `deals`: in how many deals each happened
    - `before`: in how many deals both happened, and the first for the first time before the second
    """

    usual: tuple[int, ...]
    deals: Mapping[int, int]
    before: Mapping[tuple[int, int], int]


def stage_order(log: EventLog) -> tuple[str, ...]:
    """The stages that deals entered, in the order in which deals usually enter them for the first time."""
    stages = fetch(log.activities.filter(_.is_stage))
    names = {row["activity"]: row["name"].removeprefix(STAGE_ACTIVITY) for row in stages}
    return tuple(names[number] for number in usual_order(log, {number: number for number in names}).usual)


def usual_order(log: EventLog, nodes: Mapping[int, int]) -> Order:
    """The usual order of `nodes`, given as `activity: node`; several activities may stand for one node.

    The order in which the fewest pairs within deals are the wrong way round (Kemeny 1959), so deals that go back or
    skip do not disturb it. It is found by moving one node at a time for as long as that helps, starting with the order
    of the mean place in the deals; for the few stages and steps of a process this is nearly always the best order.
    Deterministic. Counts once per variant; quadratic in the nodes of a variant.
    """
    if not nodes:
        return Order((), {}, {})
    events = log.variant_events.filter(_.activity.isin(list(nodes))).mutate(node=_.activity.cases(*nodes.items()))
    firsts = events.group_by("variant", "node").agg(pos=_.pos.min()).join(log.variants, "variant")
    singles = firsts.group_by("node").agg(
        deals_=_.deals.sum(), place=(_.deals * _.pos / _.length).sum() / _.deals.sum()
    )
    found = {row["node"]: row for row in fetch(singles)}
    earlier = firsts.select("variant", one="node", one_pos="pos")
    later = firsts.select("variant", "deals", other="node", other_pos="pos")
    pairs = earlier.join(later, ["variant", earlier.one_pos < later.other_pos])
    counts = fetch(pairs.group_by("one", "other").agg(in_deals=_.deals.sum()))
    before = {(row["one"], row["other"]): row["in_deals"] for row in counts}
    start = sorted(found, key=lambda node: (found[node]["place"], node))
    return Order(tuple(_improve(start, before)), {node: row["deals_"] for node, row in found.items()}, before)


def _improve(order: list[int], before: Mapping[tuple[int, int], int]) -> list[int]:
    """Move single nodes to better places until no move brings more pairs into their order."""
    improved = True
    while improved:
        improved = False
        for node in tuple(order):
            others = [other for other in order if other != node]
            gains = [before.get((node, other), 0) - before.get((other, node), 0) for other in others]
            # Pairs in their order with `node` before others[place], up to a constant; its present place wins ties.
            scores = [sum(gains[place:]) - sum(gains[:place]) for place in range(len(order))]
            present = order.index(node)
            best = max(range(len(order)), key=lambda place: (scores[place], place == present, -place))
            if best != present:
                order = [*others[:best], node, *others[best:]]
                improved = True
    return order
