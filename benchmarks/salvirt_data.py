"""Real opportunities rated by their sellers (Bohanec, Kljajić Borštnar & Robnik-Šikonja 2017), as the product has them.

The file is CC BY 4.0 and does not come with this project.
"""

import tempfile
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from afteraction.analysis.arrays import Flags, Floats, Places
from afteraction.analysis.deal_frame import DealFrame, deal_frame
from afteraction.analysis.event_log import prepare
from afteraction.analysis.features import Snapshot
from afteraction.analysis.leaky_facts import leaky_facts
from afteraction.analysis.outcome_findings import NO_PROCESS
from afteraction.analysis.win_model import learned
from afteraction.errors import Refused
from afteraction.ingest.importing import import_paths
from afteraction.lake.cache import MemoryCache
from afteraction.lake.engine import open_record
from afteraction.lake.home import Home
from afteraction.lake.store import Lake

SELLER = "Seller"


@dataclass(frozen=True)
class RatedDeals:
    """n rows of the file. `group` numbers what is alike in everything but the outcome (n).

    `once` is what a row counts so that exact copies of it count once together (n).
    """

    frame: DealFrame
    group: Places
    once: Floats

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def won(self) -> Flags:
        return self.frame.won

    def known(self, seller: bool) -> Snapshot:
        """What is known of each deal, the seller too or not; nothing in the file is dated."""
        facts = {SELLER: self.frame.owner, **self.frame.categories} if seller else self.frame.categories
        n = len(self)
        codes = {name: each.codes for name, each in facts.items()}
        levels = {name: each.levels for name, each in facts.items()}
        return Snapshot(np.arange(n, dtype=np.int32), np.zeros(n), codes, levels, {}, {})

    def one_hot(self) -> Floats:
        """Every value of every column but the outcome, the seller too, as a column of its own."""
        known = self.known(seller=True)
        return np.hstack([codes[:, None] == np.arange(len(known.levels[f])) for f, codes in known.facts.items()]) * 1.0


def rated_deals(data: Path) -> RatedDeals:
    """Import the folder or file, its mapping as the importer drafts it, and find what is there more than once."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home.at(Path(folder))
        with suppress(Refused):  # the draft asks whether the number of a row may name the deal: here it may
            import_paths([data], home)
        [mapping] = home.mappings.glob("*.toml")
        import_paths([data], home, mapping_file=mapping)
        record = open_record(home, Lake(home).snapshot())
        log = prepare(record.tables, MemoryCache(record.con))
        frame = deal_frame(record.tables, log, NO_PROCESS)
    facts = np.column_stack([*(each.codes for each in frame.categories.values()), frame.owner.codes])
    copies = _numbered(np.column_stack([facts, frame.won]))
    return RatedDeals(frame, _numbered(facts), 1 / np.bincount(copies)[copies])


def _numbered(rows: npt.NDArray[np.generic]) -> Places:
    return np.unique(rows, axis=0, return_inverse=True)[1].ravel()


def predicted(deals: RatedDeals, known: Snapshot, weight: Floats, others: Places, these: Places) -> Floats:
    """The product's win probability of `these` deals, learned from the `others`."""
    left_out = {each.fact for each in leaky_facts(deals.frame.only(others.astype(np.int32)))}
    known = replace(known, facts={name: codes for name, codes in known.facts.items() if name not in left_out})
    model = learned(known.select(others), deals.won[others], weight[others], 0.0)
    return model.probability(known.select(these))
