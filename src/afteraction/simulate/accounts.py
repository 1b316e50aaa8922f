"""The accounts that deals are with, and the people in them."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from afteraction.simulate import names
from afteraction.simulate.arrays import Codes, Column, Ints, canonical, joined, numbered, pick, stream, words
from afteraction.simulate.organisation import Organisation

_WIDTH = 7


@dataclass(frozen=True)
class Accounts:
    """One value per account, as positions in the organisation's segments, sizes, industries and countries."""

    segment: Codes
    size: Codes
    industry: Codes
    country: Codes
    contacts: Codes

    def __len__(self) -> int:
        return len(self.segment)


def draw_accounts(organisation: Organisation, deals: int, seed: int) -> Accounts:
    """The accounts of an organisation with so many deals."""
    count = max(30, round(deals / organisation.deals_per_account))
    rng = stream(seed, "accounts")
    segment = pick([s.share for s in organisation.segments], rng.random(count))
    size_uniform, size = rng.random(count), np.zeros(count, dtype=np.int8)
    for number, model in enumerate(organisation.segments):
        here = segment == number
        size[here] = pick(model.sizes, size_uniform[here])
    mean_contacts = np.array([s.contacts for s in organisation.segments])[segment]
    industries, countries = len(organisation.industries), len(organisation.countries)
    return Accounts(
        segment=segment,
        size=size,
        industry=rng.integers(industries, size=count, dtype=np.int8),
        country=pick(1.0 / np.arange(1, countries + 1), rng.random(count)),
        contacts=(1 + rng.poisson(mean_contacts - 1)).clip(max=9).astype(np.int8),
    )


def account_ids(numbers: Ints) -> Column:
    return numbered("A", numbers, _WIDTH)


def contact_ids(numbers: Ints, slots: Ints) -> Column:
    """The ids of contacts: the account's id and the person's place in it, from 1."""
    return joined(account_ids(numbers), "-", numbered("", slots + 1, 1))


def account_names(numbers: Ints) -> Column:
    """Company names; no two accounts share one."""
    core, part, kind, before = names.company_parts(np.asarray(numbers, dtype=np.int64))
    own = joined(words(names.COMPANY_CORE, core), words(names.COMPANY_PART, part), " ", words(names.COMPANY_KIND, kind))
    again = joined(own, " ", pa.array(before + 1).cast(pa.string()))
    named: Column = pc.if_else(pa.array(before > 0), again, own)
    return named


def account_domains(numbers: Ints) -> Column:
    return joined(pc.replace_substring(pc.utf8_lower(account_names(numbers)), " ", "-"), ".example")


def account_tables(
    organisation: Organisation, accounts: Accounts, chosen: slice, seed: int
) -> tuple[pa.Table, pa.Table]:
    """The rows of accounts and people (the buyers') for a slice of the accounts."""
    numbers = np.arange(len(accounts))[chosen]
    ids = account_ids(numbers)
    segments = [s.name for s in organisation.segments]
    table = canonical(
        "accounts",
        {
            "account_id": ids,
            "name": account_names(numbers),
            "domain": account_domains(numbers),
            "segment": words(segments, accounts.segment[chosen]),
            "industry": words(organisation.industries, accounts.industry[chosen]),
            "size": words([level.name for level in organisation.sizes], accounts.size[chosen]),
            "country": words(organisation.countries, accounts.country[chosen]),
        },
        len(numbers),
    )
    return table, _buyers(accounts, numbers, chosen, seed)


def _buyers(accounts: Accounts, numbers: Ints, chosen: slice, seed: int) -> pa.Table:
    contacts = accounts.contacts[chosen].astype(np.int64)
    owner = np.repeat(np.arange(len(numbers)), contacts)
    slot = np.arange(len(owner)) - np.repeat(np.cumsum(contacts) - contacts, contacts)
    rng = stream(seed, "accounts", 1 + int(numbers[0]) if len(numbers) else 1)
    first = words(names.FIRST, rng.integers(len(names.FIRST), size=len(owner)))
    last = words(names.LAST, rng.integers(len(names.LAST), size=len(owner)))
    domain = account_domains(numbers).take(owner)
    columns = {
        "person_id": contact_ids(numbers[owner], slot),
        "name": joined(first, " ", last),
        "email": joined(pc.utf8_lower(joined(first, ".", last)), numbered("", slot + 1, 1), "@", domain),
        "account_id": account_ids(numbers[owner]),
        "role": words(names.BUYER_ROLES, np.minimum(slot, len(names.BUYER_ROLES) - 1)),
        "side": words(["buyer"], np.zeros(len(owner), dtype=np.int64)),
    }
    return canonical("people", columns, len(owner))
