"""What pieces do to winning, worked out by a job from the record in the version of the newest analysis, and kept.

The estimator is that of steps (`analysis.content_effects`). Uses that people told of count as those of the record do,
by the day on which they happened.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

import numpy as np
from django.db import transaction

from afteraction.analysis.arrays import Flags, Floats
from afteraction.analysis.content_effects import ContentUse, content_effects
from afteraction.analysis.deal_facts import SEGMENT
from afteraction.analysis.deal_frame import DealFrame, deal_frame
from afteraction.analysis.effects import Effect
from afteraction.analysis.outcome_findings import NO_PROCESS
from afteraction.errors import NotEnoughData, Refused
from afteraction.process.model import Process
from afteraction.report.version import OpenVersion, open_version
from afteraction.web.content.models import ContentState, EffectDeals, Piece, PieceUse
from afteraction.web.content.selectors import LATELY_DAYS
from afteraction.web.insights.selectors import newest_results, process_in
from afteraction.web.people.models import Organisation

MOST_BEHIND: Final = 5_000
"""Deals behind an effect that are kept by their ids, for the page that lists them."""
_FIGURES: Final = (
    *("effect", "low", "high", "q", "rate_did", "rate_not", "n", "did", "compared", "landmark_days"),
    *("deals_needed", "naive_difference", "e_value"),
)


def measure_content(*, organisation: Organisation, now: datetime) -> int:
    """Works out the effect of every piece that was ever used, and which fitted deals lately; how many pieces.

    Nothing is changed before the first analysis.
    """
    shown = newest_results(organisation)
    if shown is None:
        return 0
    analysis = shown.analysis
    on_paper = process_in(analysis.process_version.text) if analysis.process_version else None
    pieces = list(Piece.objects.filter(organisation=organisation).order_by("pk"))
    with open_version(organisation.home.folder, analysis.data_version) as opened:
        process = on_paper or _followed(opened)
        frame = deal_frame(opened.record.tables, opened.log, process)
    uses = _first_uses(pieces, frame)
    asked = [ContentUse(uses[each.pk], each.stage, _inside(frame, each)) for each in pieces]
    found = content_effects(frame, process, asked, np.random.default_rng(analysis.data_version))
    for piece, use, effect in zip(pieces, asked, found, strict=True):
        piece.effect, piece.figures = _told(effect), _lately(frame, process, use)
        piece.data_version, piece.measured_at = analysis.data_version, now
    with transaction.atomic():
        Piece.objects.bulk_update(pieces, ["effect", "figures", "data_version", "measured_at"], batch_size=200)
        EffectDeals.objects.filter(piece__in=pieces).delete()
        EffectDeals.objects.bulk_create(
            [_behind(piece, effect, frame) for piece, effect in zip(pieces, found, strict=True) if effect.members],
            batch_size=20,
        )
    ContentState.objects.update_or_create(
        organisation=organisation, defaults={"measured_version": analysis.data_version, "measured_at": now}
    )
    return len(pieces)


def _followed(opened: OpenVersion) -> Process:
    """The process that people follow, or none where the record has beginnings and ends of deals alone."""
    try:
        return opened.followed_process()
    except Refused:
        return NO_PROCESS


def _first_uses(pieces: Sequence[Piece], frame: DealFrame) -> Mapping[int, Floats]:
    """By piece the days of the first use in each deal of the frame, NaN where there was none."""
    place = {str(key): row for row, key in enumerate(frame.deal_id.to_pylist())}
    first = {piece.pk: np.full(len(frame), np.nan) for piece in pieces}
    rows = PieceUse.objects.filter(piece__in=list(first)).order_by("at").values_list("piece", "deal_id", "at")
    for piece, deal_id, at in rows.iterator(chunk_size=10_000):
        row = place.get(deal_id)
        if row is not None and np.isnan(first[piece][row]):
            moment = np.datetime64(at.replace(tzinfo=None), "us")
            first[piece][row] = float((moment - frame.origin) / np.timedelta64(1, "D"))
    # What was used after the record ends is not on it yet: a deal that goes on is followed by the next version.
    return {key: np.where(days > frame.end, np.nan, days) for key, days in first.items()}


def _inside(frame: DealFrame, piece: Piece) -> Flags:
    """The deals that a piece is for by its segment; where the record has none, all are."""
    segment = frame.categories.get(SEGMENT)
    if not piece.segment or segment is None:
        return np.ones(len(frame), dtype=bool)
    if piece.segment not in segment.levels:
        return np.zeros(len(frame), dtype=bool)
    return np.equal(segment.codes, segment.levels.index(piece.segment))


def _lately(frame: DealFrame, process: Process, use: ContentUse) -> dict[str, Any]:
    """How many deals it was for within the last days of the record, and in how many of these it was used."""
    since = frame.end - LATELY_DAYS
    if use.stage in process.stages:
        came = frame.entered[:, process.stages.index(use.stage)] >= since
    else:
        came = (frame.created >= since) | (frame.open & ~np.isnan(frame.created))
    fits = use.inside & came
    return {"days": LATELY_DAYS, "fits": int(fits.sum()), "used": int((fits & (use.first >= since)).sum())}


def _told(effect: Effect) -> dict[str, Any]:
    """An effect as it is kept: its figures, or the words of why there are none."""
    leak = effect.leak.reason if effect.leak else ""
    if effect.refused is not None or effect.effect is None:
        refused = effect.refused or NotEnoughData("nothing could be compared", "deals with and without it")
        return {"verdict": effect.verdict.value, "refused": asdict(refused), "leak": leak}
    told: dict[str, Any] = {name: getattr(effect, name) for name in _FIGURES}
    return told | {"verdict": effect.verdict.value, "warnings": list(effect.warnings), "refused": None, "leak": leak}


def _behind(piece: Piece, effect: Effect, frame: DealFrame) -> EffectDeals:
    """The deals compared, by whether they had it by the landmark."""
    if effect.members is None:
        return EffectDeals(piece=piece)
    had, rows = effect.members.did, effect.members.rows
    sides = (frame.deal_id.take(which[:MOST_BEHIND]).to_pylist() for which in (rows[had], rows[~had]))
    with_it, without = ([str(key) for key in side] for side in sides)
    return EffectDeals(piece=piece, had=with_it, had_not=without)
