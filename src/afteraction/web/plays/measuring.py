"""The heavy work of plays and leading measures, made by jobs from the record in the version of the newest analysis."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np
from django.db import transaction

from afteraction.analysis.arrays import Flags
from afteraction.analysis.boxes import Box
from afteraction.analysis.deal_facts import SEGMENT
from afteraction.analysis.deal_frame import Category, DealFrame, deal_frame
from afteraction.analysis.effects import Effect
from afteraction.analysis.leading_measures import leading_measures
from afteraction.analysis.outcome_findings import NO_PROCESS
from afteraction.analysis.play_blueprint import Blueprint, blueprint, pattern_effect
from afteraction.analysis.weekly_work import WORDS, DatedWork, weekly_work
from afteraction.errors import NotEnoughData, Refused
from afteraction.process.model import Process
from afteraction.report.version import OpenVersion, open_version
from afteraction.web.deals.models import Deal
from afteraction.web.insights.models import Analysis
from afteraction.web.insights.selectors import newest_results, process_in
from afteraction.web.people.models import Organisation
from afteraction.web.plays.body import Body, Move, as_document, read
from afteraction.web.plays.models import LeadingFigures, OwnerWeeks, Play, PlayVersion

SHOWN_WEEKS: Final = 26
FEWEST_IN_TEAM: Final = 3
"""Reps whose weeks are added up before a sum says nothing of one person."""
_MOST_DONE: Final = 0.5
_EFFECT: Final = (
    "effect",
    "low",
    "high",
    "q",
    "rate_did",
    "rate_not",
    "n",
    "did",
    "compared",
    "landmark_days",
    "deals_needed",
    "naive_difference",
)


def measure_play(*, play: Play, now: datetime) -> None:
    """Works out what a play's deals have in common and what its moves do, and writes its moves where it has none.

    Nothing is changed before the first analysis. A play that somebody writes meanwhile keeps their words.
    """
    shown = newest_results(play.organisation)
    if shown is None:
        Play.objects.filter(pk=play.pk).update(asked_at=None)
        return
    try:
        with _opened(shown.analysis) as (opened, process):
            frame = deal_frame(opened.record.tables, opened.log, process)
            found = _found(frame, process, play, shown.figures)
            body = _written(read(play.body), found, process, shown.figures)
            effect = _effect(frame, process, _measured_body(play, body), opened.record.version)
    except Refused as refused:
        found, body = NotEnoughData(refused.found, refused.expected), read(play.body)
        effect = _told(found)
    with transaction.atomic():
        locked = Play.objects.select_for_update().get(pk=play.pk)
        if not read(locked.body).moves:
            locked.body = as_document(body)
        locked.found = _told(found)
        locked.effect = effect
        locked.data_version, locked.measured_at, locked.asked_at = shown.analysis.data_version, now, None
        locked.save()


def keep_leading(*, organisation: Organisation, now: datetime) -> LeadingFigures | None:
    """Works out which activity goes before wins, and keeps it with the last weeks; None before the first analysis."""
    shown = newest_results(organisation)
    if shown is None:
        return None
    try:
        with _opened(shown.analysis) as (opened, process):
            frame = deal_frame(opened.record.tables, opened.log, process)
            dated = weekly_work(opened.record.tables, opened.log, process, frame)
    except Refused as refused:
        dated = NotEnoughData(refused.found, refused.expected)
    found = dated if isinstance(dated, NotEnoughData) else leading_measures(dated.work)
    content: dict[str, Any] = {"words": WORDS, "refused": None, "found": None}
    if isinstance(found, NotEnoughData):
        content["refused"] = asdict(found)
    else:
        content["found"] = asdict(found)
    with transaction.atomic():
        figures, _made = LeadingFigures.objects.update_or_create(
            organisation=organisation,
            defaults={"data_version": shown.analysis.data_version, "content": content, "made_at": now},
        )
        figures.owners.all().delete()
        if isinstance(dated, DatedWork):
            content["weeks"] = _weeks(dated)
            figures.save()
            OwnerWeeks.objects.bulk_create(_owners(figures, dated, frame), batch_size=500)
    return figures


@contextmanager
def _opened(analysis: Analysis) -> "Iterator[tuple[OpenVersion, Process]]":
    """The record as the analysis saw it, and the process that it held against it."""
    on_paper = process_in(analysis.process_version.text) if analysis.process_version else None
    with open_version(analysis.organisation.home.folder, analysis.data_version) as opened:
        yield opened, on_paper or _followed(opened)


def _followed(opened: OpenVersion) -> Process:
    """The process that people follow, or none where the record has beginnings and ends of deals alone."""
    try:
        return opened.followed_process()
    except Refused:
        return NO_PROCESS


def _found(frame: DealFrame, process: Process, play: Play, figures: dict[str, Any]) -> Blueprint | NotEnoughData:
    keys = set(play.deals.values_list("deal_id", flat=True))
    chosen: Flags = np.isin(np.asarray(frame.deal_id.to_pylist()), sorted(keys)) & frame.won
    boxes = set(Deal.objects.filter(organisation=play.organisation, deal_id__in=keys).values_list("box", flat=True))
    picked = {one["step"] for one in _required(figures)} if boxes == {Box.DESERVED_WIN.label} else set()
    helpful = {one["step"] for one in figures["steps"] if one["verdict"] == "helps"}
    return blueprint(frame, process, chosen, picked | (helpful if picked else set()))


def _required(figures: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in (figures.get("conformance") or {}).get("steps", ()) if one["required"]]


def _written(body: Body, found: Blueprint | NotEnoughData, process: Process, figures: dict[str, Any]) -> Body:
    """The body with the moves that the deals speak for, where it has none: common beyond chance, or shown to help."""
    if body.moves or isinstance(found, NotEnoughData):
        return body
    names = {step.id: step.name or step.id.replace("_", " ").capitalize() for step in process.steps}
    stages = {step.id: step.stage for step in process.steps}
    helps = {one["step"] for one in figures["steps"] if one["verdict"] == "helps"}
    moves = []
    for each in found.steps:
        shares = each.shares
        mostly = shares is not None and shares.share_won >= _MOST_DONE
        if shares is not None and (shares.common or (mostly and each.step in helps)):
            timing = f"within {each.timing.days:.0f} days of entering {stages[each.step]}" if each.timing else ""
            moves.append(Move(names[each.step], each.step, timing.replace("within 0 days", "on the day")))
    return replace(body, moves=tuple(moves))


def _measured_body(play: Play, body: Body) -> Body:
    """What colleagues follow, once there is a version of it."""
    newest = PlayVersion.objects.filter(play=play).first()
    return read(newest.body) if newest is not None else body


def _effect(frame: DealFrame, process: Process, body: Body, version: int) -> dict[str, Any]:
    rows = np.flatnonzero(_in_scope(frame, process, body)).astype(np.int32)
    if not len(rows):
        return _told(NotEnoughData("no deal of the record is in its scope", "deals like those it is for"))
    effect = pattern_effect(frame.only(rows), process, body.steps, np.random.default_rng(version))
    if isinstance(effect, Effect) and effect.refused is None and effect.effect is not None:
        figures = {name: getattr(effect, name) for name in _EFFECT}
        words = {"verdict": effect.verdict.value, "warnings": list(effect.warnings), "steps": list(body.steps)}
        return figures | words | {"refused": None}
    refused = effect if isinstance(effect, NotEnoughData) else effect.refused
    return _told(refused or NotEnoughData("nothing could be compared", "deals with and without its moves"))


def _in_scope(frame: DealFrame, process: Process, body: Body) -> Flags:
    inside = np.ones(len(frame), dtype=bool)
    for name, value in ((SEGMENT, body.segment), ("competitor", body.competitor)):
        if value:
            inside &= _is(frame.categories.get(name), value, len(frame))
    if body.stage in process.stages:
        inside &= ~np.isnan(frame.entered[:, process.stages.index(body.stage)])
    if body.amount_from is not None:
        inside &= frame.amount >= body.amount_from
    if body.amount_to is not None:
        inside &= frame.amount <= body.amount_to
    return inside


def _is(category: Category | None, value: str, n: int) -> Flags:
    if category is None or value not in category.levels:
        return np.zeros(n, dtype=bool)
    return np.equal(category.codes, category.levels.index(value))


def _told(found: Any) -> dict[str, Any]:
    """A result, or the words of why there is none, as it is kept."""
    return {"refused": asdict(found)} if isinstance(found, NotEnoughData) else asdict(found) | {"refused": None}


def _weeks(dated: DatedWork) -> list[str]:
    """The Mondays of the weeks that are shown."""
    total = dated.work.wins.shape[1]
    first = dated.first.astype("datetime64[D]").item()
    return [(first + timedelta(days=7 * week)).isoformat() for week in range(max(total - SHOWN_WEEKS, 0), total)]


def _owners(figures: LeadingFigures, dated: DatedWork, frame: DealFrame) -> list[OwnerWeeks]:
    """The last weeks of everyone who had a deal open in any of them."""
    work, kept = dated.work, slice(-SHOWN_WEEKS, None)
    team = {int(rep): int(of) for rep, of in zip(frame.owner.codes, frame.team.codes, strict=True) if of >= 0}
    made = []
    for rep, name in enumerate(work.reps):
        if not work.open_deals[rep, kept].any():
            continue
        weeks = {measure: work.activity[rep, kept, place].tolist() for place, measure in enumerate(work.measures)}
        weeks["wins"] = work.wins[rep, kept].tolist()
        here = frame.team.levels[team[rep]] if rep in team else ""
        made.append(OwnerWeeks(figures=figures, owner=name, team=here, weeks=weeks))
    return made
