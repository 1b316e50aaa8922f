"""The last sections: what could not be answered, how the figures are made, and what the words mean."""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from afteraction.report.document import Definitions, Prose, Refusal, Section
from afteraction.report.wording import listed

_TEXTS: Final = Path(__file__).parents[1] / "templates" / "notes.toml"


def refused_section(refusals: Sequence[Refusal]) -> Section:
    """All that could not be answered from this record, in one place; what has the same reason together."""
    title = "What could not be answered"
    if not refusals:
        return Section("refused", title, blocks=(Prose("Every analysis of this report could be made."),))
    together: dict[tuple[str, str], list[str]] = {}
    for one in refusals:
        together.setdefault((one.reason, one.needed), []).append(one.what)
    boxes = tuple(Refusal(listed(whats, most=20), reason, needed) for (reason, needed), whats in together.items())
    return Section("refused", title, "Too little data gives a refusal, never a neutral number.", boxes)


def method_section() -> Section:
    """How the figures are made."""
    return Section("methods", "How the figures are made", blocks=(Definitions(_texts("method")),))


def glossary_section() -> Section:
    """What the words mean."""
    return Section("glossary", "Glossary", blocks=(Definitions(_texts("word")),))


def _texts(kind: str) -> tuple[tuple[str, str], ...]:
    entries = tomllib.loads(_TEXTS.read_text(encoding="utf-8"))[kind]
    return tuple((entry["term"], " ".join(entry["meaning"].split())) for entry in entries)
