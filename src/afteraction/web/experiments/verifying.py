"""Whether an experiment is still what was settled: its ledger, its rows and the file outside of the database."""

from dataclasses import dataclass

from afteraction.web.experiments.models import Experiment


@dataclass(frozen=True)
class Tampering:
    """Something that is not as it was settled, as a sentence for the page. `grave`: no accident explains it."""

    kind: str
    words: str
    grave: bool = True


def verify(experiment: Experiment) -> list[Tampering]:
    """Everything that does not fit; empty where all is as it was settled."""
    return []
