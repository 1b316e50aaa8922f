"""The process over time, worked out by a job beside the results of an analysis, and what is proposed from it."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
from django.urls import reverse
from ibis import _
from threadpoolctl import threadpool_limits

from afteraction.analysis.arrays import Flags
from afteraction.analysis.deal_frame import DealFrame, deal_frame
from afteraction.analysis.deals_of_version import held_against
from afteraction.analysis.fetch import fetch
from afteraction.analysis.power_over_time import Course, Part, StepPower, power_over_time
from afteraction.errors import Refused
from afteraction.process.editing import without_step
from afteraction.process.versions import Versions
from afteraction.report.deal_evidence import STEPS
from afteraction.report.html import render_section
from afteraction.report.output import write_whole
from afteraction.report.sections.over_time import ID, Kept, OverTime, VersionOverTime, over_time_section
from afteraction.report.version import OpenVersion, open_version
from afteraction.report.wording import day, many, points
from afteraction.web.insights.editions import process_versions
from afteraction.web.insights.models import Analysis
from afteraction.web.insights.results import folder_of
from afteraction.web.proposals.finding import Evidence, Finding, Grade
from afteraction.web.proposals.models import Proposal
from afteraction.web.proposals.services import propose_from_analysis, withdraw_finding

FADED: Final = "step that faded: "
SECTION: Final = ID


def keep_over_time(*, analysis: Analysis, now: datetime) -> OverTime | None:
    """Works it out for results that are in place, writes it beside them, and proposes that steps go which have faded.

    None, and nothing to do, where the results are gone or hold no process on paper against the deals.
    """
    folder, newest = folder_of(analysis), analysis.process_version
    if newest is None or not (folder / STEPS).exists():
        return None
    try:
        versions = process_versions(newest)
        with open_version(analysis.organisation.home.folder, analysis.data_version) as opened, threadpool_limits(1):
            found = _over_time(opened, versions, folder, analysis.data_version)
    except Refused:
        return None  # the data version is no longer there
    (folder / "sections").mkdir(exist_ok=True)
    write_whole(folder / "sections" / f"{SECTION}.html", render_section(over_time_section(found)).encode())
    newer = Analysis.objects.filter(organisation=analysis.organisation, state=Analysis.State.DONE, id__gt=analysis.pk)
    if not newer.exists():
        propose_faded(analysis=analysis, found=found, now=now)
    return found


def propose_faded(*, analysis: Analysis, found: OverTime, now: datetime) -> None:
    """Proposes that steps go whose power has faded; takes back what waits and no longer holds.

    Results that cannot tell take nothing back: they say nothing against what was told before.
    """
    organisation = analysis.organisation
    for row in found.power:
        if row.course is Course.FADED:
            propose_from_analysis(organisation=organisation, finding=_finding(found, row, analysis), now=now)
        elif row.course is Course.KEPT:
            for proposal in Proposal.objects.filter(
                organisation=organisation, state=Proposal.State.OPEN, finding=f"{FADED}{row.step}"
            ):
                because = f"Newer results say that it helps still: {_said(row.recent)}."
                withdraw_finding(proposal=proposal, because=because, now=now)


def _over_time(opened: OpenVersion, versions: Versions, folder: Path, seed: int) -> OverTime:
    frame = deal_frame(opened.record.tables, opened.log, versions.newest)
    places = _places(opened, versions, frame)
    dated = list(enumerate(versions.dated))
    named: list[tuple[str, Flags]] = [(f"version {each.process.version}", places == place) for place, each in dated]
    power = power_over_time(frame, versions.newest, named, np.random.default_rng(seed))
    kept = list(_kept(opened, folder))
    return OverTime(
        tuple(
            VersionOverTime(
                each.process.version,
                each.since,
                int(np.sum(places == place)),
                _sum(kept, each.process.version),
                {row["month"]: _one(row) for row in kept if _is(row, each.process.version, "month")},
                {row["step_id"]: _one(row) for row in kept if _is(row, each.process.version, "step_id")},
            )
            for place, each in dated
        ),
        power,
        {step.id: step.name or step.id.replace("_", " ").capitalize() for step in versions.steps},
        {row.step: _date(frame, row.parted_on) for row in power},
    )


def _places(opened: OpenVersion, versions: Versions, frame: DealFrame) -> "np.ndarray[Any, np.dtype[np.int64]]":
    """The version that each deal of the frame is held against, by its place."""
    found = held_against(versions, opened.record.tables, opened.log).to_pyarrow()
    by_number = np.zeros(int(frame.deal_no.max(initial=-1)) + 1, dtype=np.int64)
    by_number[found["deal_no"].to_numpy()] = found["place"].to_numpy()
    return by_number[frame.deal_no]


def _kept(opened: OpenVersion, folder: Path) -> Iterator[dict[str, Any]]:
    """Required steps due and kept by version: in all, by month and by step (the others None), from the saved states."""
    states = opened.record.con.read_parquet(str(folder / STEPS), hive_partitioning=False)
    due = states.filter(states.required & states.settled & (states.done | states.skipped))
    due = due.mutate(kept=due.done & ~due.late & ~due.out_of_order, month=due.entered_at.strftime("%Y-%m"))
    for by in ((), ("month",), ("step_id",)):
        counted = due.group_by("process_version", *by).agg(deals=_.deal_id.nunique(), due=_.count(), kept=_.kept.sum())
        for row in fetch(counted.order_by("process_version", *by)):
            yield {"month": None, "step_id": None} | row


def _is(row: dict[str, Any], version: int, by: str) -> bool:
    return bool(row["process_version"] == version and row[by] is not None)


def _one(row: dict[str, Any]) -> Kept:
    return Kept(row["deals"], row["due"], row["kept"])


def _sum(rows: list[dict[str, Any]], version: int) -> Kept:
    whole = (r for r in rows if r["process_version"] == version and r["month"] is None and r["step_id"] is None)
    return next((_one(row) for row in whole), Kept(0, 0, 0))


def _date(frame: DealFrame, number: float | None) -> date | None:
    if number is None:
        return None
    origin: datetime = frame.origin.astype("datetime64[us]").item()
    return (origin + timedelta(days=number)).date()


def _finding(found: OverTime, row: StepPower, analysis: Analysis) -> Finding:
    name = found.names[row.step]
    parted = found.parted[row.step]
    since = f"since {day(parted)}" if parted else "lately"
    recent = row.recent
    return Finding(
        key=f"{FADED}{row.step}",
        kind=Proposal.Kind.STEP,
        title=f"Take out the step {name}: it no longer moves the outcome"[:160],
        what=f"Nobody is asked for {name} any more, or it is made anew so that it helps again.",
        reason=(
            f"It helped before: {_said(row.earlier)}. {since[:1].upper()}{since[1:]}, comparable deals with it and "
            f"without are won about as often: {_said(recent)}. They would have shown what it did before. Why it faded "
            "the record does not say: ask those who do it before it goes."
        ),
        evidence=Evidence(
            effect=recent.effect or 0.0,
            low=recent.low or 0.0,
            high=recent.high or 0.0,
            n=recent.n,
            grade=Grade.COMPARABLE,
            data_version=analysis.data_version,
            verdict=row.course.value,
            deals=reverse("process-over-time"),
            said=(f"before: {_said(row.earlier)}", f"lower by {points(row.drop or 0.0).lstrip('+')} points"),
        ),
        change=partial(without_step, step_id=row.step),
    )


def _said(part: Part) -> str:
    return (
        f"{points(part.effect or 0.0)} points ({points(part.low or 0.0)} to {points(part.high or 0.0)}, "
        f"{many(part.n, 'deal')})"
    )
