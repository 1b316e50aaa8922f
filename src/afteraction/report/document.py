"""What a report says, apart from how it looks: sections of blocks, which the page and the PDF both print.

All text is plain text. Nothing in it is mark-up, whatever it looks like: each way of printing escapes it.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from afteraction.report.charts.picture import Picture
from afteraction.report.process_map import MapPicture


class Tone(StrEnum):
    """How good a figure or an answer is; always said in words beside."""

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"
    UNKNOWN = "unknown"
    PLAIN = "plain"


@dataclass(frozen=True)
class Prose:
    """A paragraph."""

    text: str


@dataclass(frozen=True)
class Notice:
    """Something that must not be overlooked: a warning, or that data is simulated."""

    title: str
    text: str


@dataclass(frozen=True)
class Refusal:
    """An analysis that was not made: what, why, and what would make it possible."""

    what: str
    reason: str
    needed: str


@dataclass(frozen=True)
class Cell:
    """A cell of a table; `order` is what it is sorted by where the text is no plain number."""

    text: str
    order: float | None = None


@dataclass(frozen=True)
class Table:
    """A table whose first column names its rows. `numeric` says which of `columns` hold figures.

    A `folded` one is opened by the reader on the page, and stands among the tables at the end of the PDF.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numeric: tuple[bool, ...]
    note: str = ""
    folded: bool = False


@dataclass(frozen=True)
class KeyFigure:
    """One headline figure; `range` is its interval in words, `basis` what it was counted on."""

    name: str
    value: str
    range: str = ""
    basis: str = ""


@dataclass(frozen=True)
class KeyFigures:
    """Headline figures side by side."""

    figures: tuple[KeyFigure, ...]


@dataclass(frozen=True)
class Answer:
    """A question or a flaw: `verdict` in a word or two, what it rests on, and advice under a word or two each."""

    question: str
    verdict: str
    tone: Tone
    text: str
    figures: tuple[tuple[str, str], ...] = ()
    advice: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Answers:
    """Questions with their answers, or flaws with their remedies, in order; `table` has all figures behind them."""

    answers: tuple[Answer, ...]
    table: Table | None = None


@dataclass(frozen=True)
class Pointer:
    """Something to look at first: a headline, why, and the id of the section or figure that shows it."""

    headline: str
    text: str
    target: str


@dataclass(frozen=True)
class Pointers:
    """What to look at first, in order."""

    title: str
    pointers: tuple[Pointer, ...]


@dataclass(frozen=True)
class Figure:
    """A chart. Its title says what it shows in a sentence; `basis` gives the numbers of deals, period and interval.

    `reading` explains the marks, `in_words` stands in for the picture for those who cannot see it, `table` holds the
    figures behind it.
    """

    id: str
    title: str
    basis: str
    picture: Picture
    in_words: str
    reading: str = ""
    table: Table | None = None


@dataclass(frozen=True)
class DrawnMap:
    """A process map with its heading and the words that stand in for it."""

    id: str
    heading: str
    picture: MapPicture
    in_words: str


@dataclass(frozen=True)
class Maps:
    """Process maps side by side, with what was found comparing them; `key` are marks (SVG) and what they mean."""

    id: str
    title: str
    basis: str
    maps: tuple[DrawnMap, ...]
    reading: str = ""
    tables: tuple[Table, ...] = ()
    key: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Definitions:
    """Terms and what they mean, or methods and how they work."""

    entries: tuple[tuple[str, str], ...]


Block = Prose | Notice | Refusal | KeyFigures | Pointers | Answers | Figure | Maps | Table | Definitions


@dataclass(frozen=True)
class Section:
    """A part of the report; `finding` is its one-sentence summary, shown under its title."""

    id: str
    title: str
    finding: str = ""
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True)
class Report:
    """A whole report. `facts` say at the top what it is based on; `warning` is printed above everything else."""

    title: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...] = field(default=())
    warning: str = ""
    footer: str = ""
