"""What is known of a deal before it ends, by which deals can be told apart."""

from collections.abc import Mapping, Sequence
from typing import Final

import ibis

from afteraction.lake.schema import TABLES

OF_DEAL: Final = ("source", "owner", "pipeline", "competitor", "deal_type")
OF_ACCOUNT: Final = {"industry": "industry", "account size": "size", "country": "country"}
OF_OWNER: Final = ("team", "manager")
PEOPLE: Final = ("owner", "team", "manager")
SEGMENT: Final = "segment"
SIZE: Final = "deal size"
SIZES: Final = ("smallest quarter", "second quarter", "third quarter", "largest quarter")
_FACTS: Final = (SEGMENT, *OF_DEAL, *OF_OWNER, *OF_ACCOUNT, SIZE)


def deal_facts(tables: Mapping[str, ibis.Table]) -> ibis.Table:
    """One row for every deal: deal_id, outcome, amount, created_at, closed_at, and every fact as a column of text.

    Facts are those of the deal (OF_DEAL and its attributes of text), of its account (OF_ACCOUNT), of its owner
    (OF_OWNER), its `segment` or else its account's, and `deal size`: the quarter of all amounts of its currency in
    which the deal's lies.
    """
    deals = tables["deals"]
    deals = deals.select(
        *("deal_id", "outcome", "amount", "created_at", "closed_at", "account_id", SEGMENT, *OF_DEAL),
        *_attributes(tables),
        **{SIZE: _size(deals)},
    )
    accounts = tables["accounts"].select("account_id", of_account=SEGMENT, **OF_ACCOUNT)
    people = tables["people"].select("person_id", *OF_OWNER)
    known = deals.left_join(accounts, "account_id").drop("account_id_right")
    known = known.left_join(people, known.owner == people.person_id).drop("person_id")
    return known.mutate(segment=ibis.coalesce(known.segment, known.of_account)).drop("of_account")


def fact_names(tables: Mapping[str, ibis.Table]) -> Sequence[str]:
    """The columns of `deal_facts` that hold facts."""
    return (*_FACTS, *_attributes(tables))


def _attributes(tables: Mapping[str, ibis.Table]) -> Sequence[str]:
    deals = tables["deals"]
    taken = {*TABLES["deals"].names, *_FACTS, "of_account", "person_id"}
    return [name for name in deals.columns if name not in taken and deals[name].type().is_string()]


def _size(deals: ibis.Table) -> ibis.Value:
    """The quarter of the amount among the amounts of the same currency; equal amounts are in the same quarter."""
    known = ibis.cases((deals.amount > 0, deals.amount))
    of_currency = ibis.window(group_by=[deals.currency, known.notnull()], order_by=known)
    place = known.percent_rank().over(of_currency)
    quarters = [(place < (number + 1) / len(SIZES), name) for number, name in enumerate(SIZES[:-1])]
    return ibis.cases((known.isnull(), ibis.null("string")), *quarters, else_=SIZES[-1])
