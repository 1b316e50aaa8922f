"""The kinds of trigger events as pages write them."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Kind:
    """What stands on a page for a kind: its word and its icon (lucide)."""

    word: str
    icon: str


KINDS: Final = {
    "leadership_change": Kind("New leadership", "user-plus"),
    "funding": Kind("Funding", "banknote"),
    "acquisition": Kind("Acquisition", "merge"),
    "expansion": Kind("Expansion", "trending-up"),
    "layoffs": Kind("Layoffs", "trending-down"),
    "scandal": Kind("Scandal", "triangle-alert"),
    "legislation": Kind("Legislation and compliance", "scale"),
    "product_launch": Kind("Product launch", "rocket"),
    "supplier_failure": Kind("Supplier failure", "circle-x"),
    "job_openings": Kind("Job openings", "briefcase"),
    "contract_end": Kind("Contract end", "calendar-clock"),
}


def word_of(kind: str) -> str:
    """The word of a kind; of one that is not known here, its own."""
    known = KINDS.get(kind)
    return known.word if known else kind.replace("_", " ").capitalize()


def icon_of(kind: str) -> str:
    """The icon of a kind."""
    known = KINDS.get(kind)
    return known.icon if known else "radio"


_SAME: Final = {
    "executive move": "leadership_change",
    "leadership": "leadership_change",
    "merger": "acquisition",
    "layoff": "layoffs",
    "compliance": "legislation",
    "regulation": "legislation",
    "launch": "product_launch",
    "hiring": "job_openings",
    "contract renewal": "contract_end",
}
"""What records call kinds that have another name here."""


def kind_of(recorded: str) -> str:
    """The kind of an event on record, so that it teaches what is heard now; another one keeps its own name."""
    words = " ".join(recorded.replace("_", " ").lower().split())
    name = words.replace(" ", "_")
    return name if name in KINDS else _SAME.get(words, name)
