"""The corrections of a mapping, as the form of the import's page sends them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from django.http import QueryDict

from afteraction.errors import Refused
from afteraction.ingest.mapping import DATE_STYLES
from afteraction.ingest.mapping_edit import Place
from afteraction.web.data.selectors import FillForm

LEAVE_OUT: Final = "-"
AS_IT_IS: Final = "="
DATES: Final = tuple(
    zip(
        DATE_STYLES,
        ("2024-03-31", "31.03.2024 or 31/03/2024", "03/31/2024", "seconds since 1970", "milliseconds since 1970",
         "Excel's day number"),
        strict=True,
    )
)  # fmt: skip
"""How dates are written, with an example."""


@dataclass
class Corrections:
    """What differs from the mapping as it is; see `mapping_edit.edited`."""

    sources: dict[Place, str | None] = field(default_factory=dict)
    dates: dict[Place, str] = field(default_factory=dict)
    added: dict[Place, str] = field(default_factory=dict)


def corrections(sent: QueryDict, forms: list[FillForm]) -> Corrections:
    """The changes that a form sends. Raises `Refused` for a column that its sheet does not have."""
    found = Corrections()
    for form in forms:
        for line in form.lines:
            place, mapped = line.mapped.place, line.mapped
            now = mapped.text if place.part == "outcomes" else mapped.source or AS_IT_IS
            source = sent.get(f"source {place}", now)
            if source == LEAVE_OUT:
                found.sources[place] = None
                continue
            if source != now:
                found.sources[place] = _known(source, line.choices)
            style = sent.get(f"dates {place}", mapped.dates)
            if style != mapped.dates:
                found.dates[place] = _known(style, ("", *DATE_STYLES))
        name, source = sent.get(f"name {form.key}", ""), sent.get(f"column {form.key}", "")
        if name and source:
            sheet, fill = map(int, form.key.split("."))
            place = Place(sheet, fill, "columns", _known(name, form.unfilled))
            found.added[place] = _known(source, form.columns)
    return found


def _known(value: str, choices: tuple[str, ...]) -> str:
    if value not in choices:
        raise Refused(f"{value!r}", f"one of {', '.join(choices)}", "choose one of them")
    return value


def date_styles() -> Mapping[str, str]:
    """The ways of writing dates that a line can be set to; empty is what the defaults of the mapping say."""
    return {"": "as the other dates", **dict(DATES)}
