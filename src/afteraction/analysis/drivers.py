"""The taxonomy of drivers: why deals are won, lost, or end without a decision. The default one is `drivers.yaml`.

The file is read by those who may read files; here is what it means.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

import yaml

from afteraction.analysis.claim import matching
from afteraction.analysis.evidence_grade import RecordSays
from afteraction.analysis.record_conditions import Condition, DealRecord, on_record, read_condition
from afteraction.errors import Refused
from afteraction.process.document import Reader, items
from afteraction.process.problem import Problem, Unreadable, one_of

DEFAULT_FILE: Final = "drivers.yaml"
"""Beside this module."""
THEMES: Final = ("price", "product", "story", "relationship", "process", "competition", "buyer")
OUTCOMES: Final = ("won", "lost", "no_decision")
LANGUAGES: Final = ("en", "de", "fr", "es")
_KEYS: Final = ("taxonomy", "version", "drivers")
_DRIVER_KEYS: Final = (
    "id",
    "name",
    "theme",
    "applies to",
    "description",
    "phrases",
    "crm reasons",
    "shown when",
    "contrary when",
)
_Value = TypeVar("_Value")
_ID: Final = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Driver:
    """One driver. `phrases` are how people say it, by language; `crm_reasons` what CRMs call it in their lists."""

    id: str
    name: str
    theme: str
    applies_to: frozenset[str]
    description: str
    phrases: Mapping[str, tuple[str, ...]]
    crm_reasons: tuple[str, ...]
    shown_when: tuple[Condition, ...]
    contrary_when: tuple[Condition, ...]

    def on_record(self, deal: DealRecord) -> RecordSays:
        """What the record of a deal says of this driver."""
        return on_record(self.shown_when, self.contrary_when, deal)


@dataclass(frozen=True)
class Taxonomy:
    """All drivers of an organisation, in the order in which they are shown."""

    name: str
    version: int
    drivers: tuple[Driver, ...]

    def of(self, outcome: str) -> tuple[Driver, ...]:
        """The drivers of deals that ended so."""
        return tuple(driver for driver in self.drivers if outcome in driver.applies_to)

    def meant_by(self, lost_reason: str) -> str | None:
        """The id of the driver that a CRM's lost reason probably means: by its whole name, by a phrase or a word in it.

        None if none does, or several do: a mapping is proposed, never forced.
        """
        reason = _plain(lost_reason)
        names = {driver.id: {_plain(each) for each in (*driver.crm_reasons, driver.name)} for driver in self.drivers}
        for found in (
            [key for key, said in names.items() if reason in said],
            [key for key, said in names.items() if any(" " in each and f" {each} " in f" {reason} " for each in said)],
            [key for key, said in names.items() if matching([each for each in said if " " not in each], reason)],
        ):
            if found:
                return found[0] if len(found) == 1 else None
        return None


def read_taxonomy(text: str) -> Taxonomy:
    """The taxonomy in a YAML text; raises Refused with every problem and its place."""
    reader = Reader(text)
    root = reader.mapping(reader.root, "the taxonomy", _KEYS)
    name = reader.text(root.get("taxonomy"), "the name of the taxonomy")
    version = reader.whole(root.get("version"), "its version")
    drivers = [_driver(reader, node) for node in items(root.get("drivers"))]
    ids = [driver.id for driver in drivers]
    for node, driver_id in zip(items(root.get("drivers")), ids, strict=True):
        if ids.count(driver_id) > 1:
            reader.report(node, f"the id '{driver_id}' more than once", "each id once")
    if not reader.problems:
        missing = [key for key in _KEYS if key not in root or (key == "drivers" and not drivers)]
        reader.problems += [Problem(1, 1, f"no {key}", f"a value under `{key}`") for key in missing]
    if reader.problems:
        raise Refused(
            found="\n  ".join(str(problem) for problem in sorted(reader.problems)),
            expected="a taxonomy of drivers as docs/statistics/reviews.md describes it",
            next_step="correct these lines",
        )
    return Taxonomy(name or "", version or 1, tuple(drivers))


def _driver(reader: Reader, node: yaml.Node) -> Driver:
    values = reader.mapping(node, "a driver", _DRIVER_KEYS)
    for key in ("id", "name", "theme", "applies to"):
        if key not in values:
            reader.report(node, f"a driver without {key}", f"its {key}")
    driver_id = reader.text(values.get("id"), "an id") or ""
    if driver_id and not _ID.fullmatch(driver_id):
        reader.report(values["id"], f"'{driver_id}' as an id", "small letters, digits and underscores, a letter first")
    phrases = reader.mapping(values.get("phrases"), "phrases", LANGUAGES)
    return Driver(
        id=driver_id,
        name=reader.text(values.get("name"), "a name") or "",
        theme=next(iter(_chosen(reader, values.get("theme"), "a theme", THEMES)), ""),
        applies_to=frozenset(_chosen(reader, values.get("applies to"), "an outcome", OUTCOMES)),
        description=reader.text(values.get("description"), "a description") or "",
        phrases={language: _texts(reader, each, "a phrase") for language, each in phrases.items()},
        crm_reasons=_texts(reader, values.get("crm reasons"), "a reason"),
        shown_when=_conditions(reader, values.get("shown when")),
        contrary_when=_conditions(reader, values.get("contrary when")),
    )


def _texts(reader: Reader, node: yaml.Node | None, what: str) -> tuple[str, ...]:
    return tuple(text for each in items(node) if (text := reader.text(each, what)) is not None)


def _chosen(reader: Reader, node: yaml.Node | None, what: str, options: tuple[str, ...]) -> tuple[str, ...]:
    return _read(reader, node, what, lambda text: _one(text, options))


def _one(text: str, options: tuple[str, ...]) -> str:
    if text not in options:
        raise Unreadable(f"'{text}'", one_of(options, text))
    return text


def _conditions(reader: Reader, node: yaml.Node | None) -> tuple[Condition, ...]:
    return _read(reader, node, "a condition", read_condition)


def _read(reader: Reader, node: yaml.Node | None, what: str, read: Callable[[str], _Value]) -> tuple[_Value, ...]:
    found = []
    for each in items(node):
        text = reader.text(each, what)
        if text is not None:
            try:
                found.append(read(text))
            except Unreadable as problem:
                reader.report(each, f"{problem.found} as {what}", problem.expected)
    return tuple(found)


def _plain(text: str) -> str:
    """Without case, marks on letters, and anything but words: as `Zu teuer!` and `zu-teuer` are one reason."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(re.findall(r"\w+", "".join(each for each in letters if not unicodedata.combining(each))))
