"""How much of what was required each ended deal kept.

Only deals that have ended are counted. In an open deal a step that was done is known to be done, but one that was not
is still pending, so its share would look better than it is.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import ibis
from ibis import _

from afteraction.analysis.event_log import EventLog
from afteraction.analysis.fetch import fetch
from afteraction.analysis.lifetimes import lifetimes
from afteraction.analysis.spread import Moments

BIG: Final = 0.9
"""The largest tenth of the deals of a currency are the big ones, which leaders are asked to look at."""


def discipline(
    tables: Mapping[str, ibis.Table], log: EventLog, states: ibis.Table, steps: Sequence[int] | None = None
) -> ibis.Table:
    """One row for every ended deal in which a required step was due.

    deal_no, share (of its due required steps those done, on time and in order; 0 to 1), started_at, ended_at, owner,
    team, manager, big (empty where the amount is unknown). `steps` narrows it to some steps, by position.
    """
    of_interest = states.filter(_.required & (_.done | _.skipped))
    if steps is not None:
        of_interest = of_interest.filter(_.step.isin(list(steps)))
    kept = of_interest.done & ~of_interest.late & ~of_interest.out_of_order
    shares = of_interest.mutate(kept=kept).group_by("deal_no").agg(share=_.kept.mean())
    lives = lifetimes(tables, log).filter(_.outcome != "open").select("deal_no", "deal_id", "started_at", "ended_at")
    deals = tables["deals"].select("deal_id", "owner", big=_size(tables["deals"]) >= BIG)
    people = tables["people"].select("team", "manager", owner="person_id")
    known = shares.join(lives, "deal_no").join(deals, "deal_id").left_join(people, "owner")
    return known.drop("owner_right")


def moments(values: ibis.Table, by: str) -> dict[Any, Moments]:
    """The shares of every group, by its name; those of no known group by None."""
    counts = values.group_by(group=by).agg(n=_.count(), total=_.share.sum(), squares=(_.share * _.share).sum())
    found = {row["group"]: Moments(row["n"], row["total"], row["squares"]) for row in fetch(counts)}
    return dict(sorted(found.items(), key=lambda item: (item[0] is None, item[0])))


def _size(deals: ibis.Table) -> ibis.Value:
    """The place of the amount among those of the same currency, 0 the smallest to 1 the largest."""
    known = ibis.cases((deals.amount > 0, deals.amount))
    place = known.percent_rank().over(ibis.window(group_by=[deals.currency, known.notnull()], order_by=known))
    return ibis.cases((known.notnull(), place))
