"""Measuring a change that was made without a trial, in the record as the newest analysis saw it. Made by a job."""

import csv
import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
from threadpoolctl import threadpool_limits

from afteraction.analysis.arrays import Floats, Longs
from afteraction.analysis.before_after import (
    FEWEST_UNITS,
    BeforeAfter,
    NotParallel,
    difference_in_differences,
    event_study,
)
from afteraction.analysis.before_after_cells import NEVER, Panel
from afteraction.analysis.deal_frame import Category, DealFrame, deal_frame
from afteraction.analysis.interrupted_series import Interrupted, interrupted_series
from afteraction.analysis.outcome_findings import NO_PROCESS
from afteraction.analysis.synthetic_control import Course, SyntheticControl, synthetic_control
from afteraction.analysis.trial_measures import Outcome, TrialDeals, measured
from afteraction.errors import NotEnoughData, Refused
from afteraction.process.model import Process
from afteraction.report.figures import plain
from afteraction.report.html import render_section
from afteraction.report.sections.before_after import Asked, Found, before_after_section, told
from afteraction.report.version import open_version
from afteraction.report.wording import many
from afteraction.web.deals.export import Echo, cell, line
from afteraction.web.experiments.before_after_models import BeforeAfter as Stated
from afteraction.web.experiments.before_after_models import BeforeAfterResult
from afteraction.web.experiments.document import TrialMeasure
from afteraction.web.insights.models import Analysis
from afteraction.web.insights.selectors import newest_results, process_in
from afteraction.web.people.models import Organisation
from afteraction.web.proposals.finding import Grade

PERIOD: Final = 30.0
_MOST_BEFORE: Final = 24
"""Periods before the change that are looked at: what was longer ago says little of how both would have gone on."""


@dataclass(frozen=True)
class Deals:
    """The deals of a record as the measure has it: `rows` their places in the frame, and for each of these the `unit`
    (a place in `units`), the `period` it began in, and the `value` that it came to.

    `start` (units) is the period of the change; `first` the earliest of these, `gap` how many before count on no side.
    """

    rows: Longs
    unit: Longs
    period: Longs
    value: Floats
    units: tuple[str, ...]
    start: Longs
    first: int
    gap: int
    partial: bool


def measure_change(*, stated: Stated, now: datetime) -> BeforeAfterResult | None:
    """Measures it in the data version of the newest analysis; None before the first, and where the record is gone.

    A version is looked at once: a result that is there is returned as it is.
    """
    shown = newest_results(stated.organisation)
    if shown is None:
        return None
    analysis = shown.analysis
    there = stated.results.filter(data_version=analysis.data_version).first()
    if there is not None:
        return there
    try:
        frame, process = _read(analysis)
    except Refused as refused:
        Stated.objects.filter(pk=stated.pk).update(message=str(refused))
        return None
    with threadpool_limits(1):
        deals = deals_of(stated, frame, process)
        found = found_in(stated, deals)
        periods = event_study(panel_of(deals)) if isinstance(found, BeforeAfter | NotParallel) else ()
    asked = _asked(stated, deals)
    short = told(found, asked)
    result, _made = BeforeAfterResult.objects.get_or_create(
        stated=stated,
        data_version=analysis.data_version,
        defaults={
            "made_at": now,
            "verdict": short.verdict,
            "grade": grade_of(found).value,
            "finding": short.finding,
            "document": _document(found, short.effect, short.low, short.high, short.deals),
            "html": render_section(before_after_section(found, asked, periods)),
        },
    )
    _keep_deals(stated, analysis.data_version, frame, deals)
    Stated.objects.filter(pk=stated.pk).update(message="")
    return result


def grade_of(found: Found) -> Grade:
    """One step below a trial where what it rests on could be tested and did not fail; else a description."""
    tested = (isinstance(found, BeforeAfter) and found.bent is not None) or isinstance(found, SyntheticControl)
    return Grade.BEFORE_AFTER if tested else Grade.DESCRIPTIVE


def deals_file(organisation: Organisation, key: int, version: int) -> Path:
    """Where the deals behind a result are kept."""
    return organisation.home.folder / "before-after" / f"{key}-{version}.csv"


def deals_in(path: Path, only: Collection[str] | None) -> Iterator[str]:
    """The lines of such a file: its heading, and the deals that are named; with None all of them."""
    with path.open(encoding="utf-8", newline="") as file:
        if only is None:
            yield from file
            return
        wanted, writer = {cell(deal_id) for deal_id in only}, csv.writer(Echo())
        for number, row in enumerate(csv.reader(file)):
            if number == 0 or row[0] in wanted:
                yield line(writer, row)


def _read(analysis: Analysis) -> tuple[DealFrame, Process]:
    on_paper = process_in(analysis.process_version.text) if analysis.process_version else None
    with open_version(analysis.organisation.home.folder, analysis.data_version) as opened:
        try:
            process = on_paper or opened.followed_process()
        except Refused:
            process = NO_PROCESS
        return deal_frame(opened.record.tables, opened.log, process), process


def deals_of(stated: Stated, frame: DealFrame, process: Process) -> Deals:
    """The deals that count: begun long enough ago, of a unit on record, not too long before the change."""
    measure = TrialMeasure.model_validate(stated.measure)
    began = np.where(np.isnan(frame.created), np.fmin.reduce(frame.entered, axis=1, initial=np.nan), frame.created)
    outcome = Outcome(measure.kind, float(measure.horizon), measure.what)
    nothing = np.zeros(len(frame), dtype=np.int64)
    deals = TrialDeals(
        np.zeros(len(frame), dtype=np.bool_), began, nothing, nothing, frame.closed, frame.won,
        _firsts(frame, process), np.full(len(frame), np.nan),
    )  # fmt: skip
    with np.errstate(invalid="ignore"):
        seen = measured(outcome, deals, frame.end)
    by = {Stated.Unit.REP: frame.owner, Stated.Unit.TEAM: frame.team}.get(Stated.Unit(stated.unit))
    units = by or Category(np.zeros(len(frame), dtype=np.int32), ("everyone",))
    days = {name: _day(frame, date.fromisoformat(day)) for name, day in stated.changed.items()}
    first_day = _day(frame, stated.changed_on)
    period = np.floor((began - first_day) / PERIOD)
    with np.errstate(invalid="ignore"):
        used = seen.counts & (units.codes >= 0) & (period >= -_MOST_BEFORE)
    rows = np.flatnonzero(used).astype(np.int64)
    offset = -int(period[rows].min()) if len(rows) else 0
    first = max(offset, 0)
    start = np.array(
        [first + math.floor((days[name] - first_day) / PERIOD) if name in days else NEVER for name in units.levels],
        dtype=np.int64,
    )
    return Deals(
        rows,
        units.codes[rows].astype(np.int64),
        (period[rows] + first).astype(np.int64),
        seen.value[rows],
        units.levels,
        start,
        first,
        math.ceil(measure.horizon / PERIOD),
        any((day - first_day) % PERIOD for day in days.values()),
    )


def _day(frame: DealFrame, day: date) -> float:
    """A day as the frame counts them."""
    return float((np.datetime64(day) - frame.origin) / np.timedelta64(1, "D"))


def _firsts(frame: DealFrame, process: Process) -> dict[str, Floats]:
    """When each stage was first entered and each step first done, as measures ask for them."""
    stages = {f"stage: {stage}": frame.entered[:, place] for place, stage in enumerate(process.stages)}
    return stages | {f"step: {step.id}": frame.done[:, place] for place, step in enumerate(process.steps)}


def panel_of(deals: Deals) -> Panel:
    """The deals by unit and period."""
    shape = (len(deals.units), int(deals.period.max(initial=0)) + 1)
    counts, totals = np.zeros(shape), np.zeros(shape)
    np.add.at(counts, (deals.unit, deals.period), 1.0)
    np.add.at(totals, (deals.unit, deals.period), deals.value)
    return Panel(counts, totals, deals.start, deals.gap, deals.partial)


def found_in(stated: Stated, deals: Deals) -> Found:
    """The answer by what suits: differences, a mixture where too few changed, a description where everyone did."""
    panel = panel_of(deals)
    counts, totals = panel.deals, panel.total
    if stated.unit == Stated.Unit.ALL:
        hidden = np.arange(counts.shape[1])
        outside = (hidden < deals.first - deals.gap) | (hidden >= deals.first)
        return interrupted_series((counts * outside).sum(axis=0), (totals * outside).sum(axis=0), deals.first)
    found = difference_in_differences(panel)
    changed = deals.start != NEVER
    if not isinstance(found, NotEnoughData) or changed.sum() >= FEWEST_UNITS or deals.partial:
        return found
    every = np.arange(counts.shape[1])
    kept = (every < deals.first - deals.gap) | (every >= deals.first)
    course = Course(counts[:, kept], totals[:, kept], changed, every[kept] >= deals.first)
    mixture = synthetic_control(course)
    return found if type(mixture) is NotEnoughData else mixture


def _asked(stated: Stated, deals: Deals) -> Asked:
    unit = {Stated.Unit.REP: "rep", Stated.Unit.TEAM: "team"}.get(Stated.Unit(stated.unit), "")
    changed = int((deals.start != NEVER).sum())
    measure = TrialMeasure.model_validate(stated.measure)
    if not unit:
        return Asked(measure.name, "everyone", "nobody", deals.first)
    others = len(deals.units) - changed
    return Asked(measure.name, many(changed, unit), many(others, f"other {unit}"), deals.first)


def _document(found: Found, effect: float | None, low: float | None, high: float | None, deals: int) -> dict[str, Any]:
    kinds = {BeforeAfter: "differences", SyntheticControl: "mixture", Interrupted: "course"}
    refused = {"reason": found.reason, "needed": found.needed} if isinstance(found, NotEnoughData) else None
    content: dict[str, Any] = plain(found)
    method = kinds.get(type(found), "refused")
    return {"method": method, "effect": effect, "low": low, "high": high, "deals": deals, "refused": refused,
            "found": content}  # fmt: skip


def _keep_deals(stated: Stated, version: int, frame: DealFrame, deals: Deals) -> None:
    """The deals behind the result, as a CSV file: what each counted for."""
    path = deals_file(stated.organisation, stated.pk, version)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".writing")
    ids, owners = frame.deal_id.take(deals.rows), frame.owner
    with draft.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("deal_id", "owner", "unit", "changed", "periods_since_change", "side", "value"))
        for place, row in enumerate(deals.rows.tolist()):
            unit = int(deals.unit[place])
            start = int(deals.start[unit])
            since = int(deals.period[place]) - (deals.first if start == NEVER else start)
            side = "after" if since >= 0 else "before" if since < -deals.gap else "left out"
            owner = owners.levels[owners.codes[row]] if owners.codes[row] >= 0 else ""
            writer.writerow(map(cell, (str(ids[place].as_py()), owner, deals.units[unit],
                                       "yes" if start != NEVER or stated.unit == Stated.Unit.ALL else "no", since, side,
                                       float(deals.value[place]))))  # fmt: skip
    draft.replace(path)
