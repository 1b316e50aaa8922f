"""Effects as the rows of a table, over all deals or in one segment, read from saved figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from afteraction.errors import NotEnoughData
from afteraction.report.sections.cells import sentence
from afteraction.report.wording import capital, many, points
from afteraction.web.insights.marks import Whisker, around, whisker


@dataclass(frozen=True)
class EffectRow:
    """One thing and what it does. `refused` stands in the place of the figures where there are none.

    `key` names its deals in `deals.parquet`; empty where they are found by a filter (`filters`) instead.
    """

    name: str
    note: str
    verdict: str
    n: int
    did: int
    key: str = ""
    filters: Mapping[str, str] | None = None
    effect: str = ""
    interval: str = ""
    order: float | None = None
    naive: str = ""
    naive_order: float | None = None
    mark: Whisker | None = None
    warnings: tuple[str, ...] = ()
    settled_by: str = ""
    e_value: float | None = None
    refused: NotEnoughData | None = None

    @property
    def without(self) -> int:
        return self.n - self.did


@dataclass(frozen=True)
class _Values:
    """What is shown of an effect: of all deals, or of those of a segment."""

    n: int
    did: int
    effect: float | None
    low: float | None
    high: float | None
    naive: float | None


def step_rows(figures: Mapping[str, Any], segment: str = "") -> list[EffectRow]:
    """The steps of the process, in their order."""
    names = {step["step"]: step["name"] or step["step"] for step in (figures.get("conformance") or {}).get("steps", ())}
    named = [
        (names.get(one["step"], one["step"]), one["stage"], f"step: {one['step']}", one) for one in figures["steps"]
    ]
    return _rows(named, segment)


def behaviour_rows(figures: Mapping[str, Any], segment: str = "") -> list[EffectRow]:
    """The ways of working a deal."""
    return _rows(
        [(capital(one["means"]), "", f"behaviour: {one['behaviour']}", one) for one in figures["behaviours"]], segment
    )


def segments(figures: Mapping[str, Any]) -> list[str]:
    """The segments that effects were found in."""
    effects = [*figures["steps"], *figures["behaviours"]]
    found = {part["segment"] for one in effects if one.get("by_segment") for part in one["by_segment"]["segments"]}
    return sorted(found)


def _rows(named: Sequence[tuple[str, str, str, Mapping[str, Any]]], segment: str) -> list[EffectRow]:
    values = [_values(one, segment) for _name, _note, _key, one in named]
    end = around([(each.low, each.high, each.naive) for each in values if each is not None])
    return [
        _row(name, note, key, one, found, segment, end)
        for (name, note, key, one), found in zip(named, values, strict=True)
    ]


def _values(one: Mapping[str, Any], segment: str) -> _Values | None:
    if not segment:
        return _Values(one["n"], one["did"], one["effect"], one["low"], one["high"], one["naive_difference"])
    for part in (one.get("by_segment") or {}).get("segments", ()):
        if part["segment"] == segment:
            leaning = part["pooled"] is not None
            effect, low, high = (part["pooled" + end] if leaning else part[own] for end, own in _ENDS)
            return _Values(part["n"], part["did"], effect, low, high, None)
    return None


_ENDS = (("", "effect"), ("_low", "low"), ("_high", "high"))


def _row(
    name: str, note: str, key: str, one: Mapping[str, Any], found: _Values | None, segment: str, end: float
) -> EffectRow:
    verdict = one["verdict"]
    if found is None:
        refused = NotEnoughData(
            f"Too few deals of {segment} for an effect of their own.", "More deals of this segment."
        )
        return EffectRow(name, note, verdict, 0, 0, key, refused=refused)
    if found.effect is None or found.low is None or found.high is None:
        said = one["refused"] or {}
        refused = NotEnoughData(
            sentence(said.get("reason", "no effect could be found")), sentence(said.get("needed", ""))
        )
        return EffectRow(name, note, verdict, found.n, found.did, key, refused=refused)
    needed = one["deals_needed"] if verdict == "cant_tell" and not segment else None
    return EffectRow(
        name=name,
        note=note,
        verdict=verdict,
        n=found.n,
        did=found.did,
        key=key,
        effect=points(found.effect),
        interval=f"{points(found.low)} to {points(found.high)}",
        order=found.effect,
        naive="" if found.naive is None else points(found.naive),
        naive_order=found.naive,
        mark=whisker(found.effect, found.low, found.high, end, found.naive),
        warnings=tuple(capital(each) for each in one["warnings"]),
        settled_by=f"about {many(needed, 'further deal')} would settle it" if needed else "",
        e_value=one["e_value"] if not segment else None,
    )
