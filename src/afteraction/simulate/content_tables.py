"""The content shown to buyers, and its uses in deals."""

import numpy as np
import pyarrow as pa

from afteraction.simulate.accounts import Accounts, contact_ids
from afteraction.simulate.arrays import canonical, moments, numbered, stream
from afteraction.simulate.deal_tables import deal_ids
from afteraction.simulate.organisation import Organisation
from afteraction.simulate.world import World


def content_table(organisation: Organisation) -> pa.Table:
    titles, kinds = zip(*organisation.content.pieces, strict=True) if organisation.content.pieces else ((), ())
    columns = {
        "content_id": numbered("C", np.arange(1, len(titles) + 1), 2),
        "title": pa.array(titles, pa.string()),
        "kind": pa.array(kinds, pa.string()),
        "owner": pa.array(["Marketing"] * len(titles), pa.string()),
    }
    return canonical("content", columns, len(titles))


def content_use_table(world: World, accounts: Accounts, seed: int, block: int) -> pa.Table:
    """The uses of content in a block of deals while they lived."""
    rng = stream(seed, "content", block)
    deal, use = np.nonzero(world.content_at < world.until[:, None])
    number, account = world.deals.number[deal], world.deals.account[deal]
    columns = {
        "content_id": numbered("C", world.content_piece[deal, use] + 1, 2),
        "deal_id": deal_ids(number),
        "person_id": contact_ids(account, (number + use) % accounts.contacts[account]),
        "at": moments(world.calendar.at(world.content_at[deal, use])),
        "seconds": np.round(np.exp(4.0 + 1.1 * rng.standard_normal(len(deal)))),
    }
    return canonical("content_uses", columns, len(deal))
