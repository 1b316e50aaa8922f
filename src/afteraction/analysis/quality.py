"""What is wrong with the record itself: what each flaw means, and what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import ibis

from afteraction.analysis.event_log import EventLog
from afteraction.analysis.intervals import Rate, rate
from afteraction.analysis.quality_of_deals import deal_flaws
from afteraction.analysis.quality_of_events import event_flaws
from afteraction.analysis.quality_words import COLUMNS, FLAWS
from afteraction.analysis.summary import DataSummary


class Severity(StrEnum):
    """How much a flaw takes away from what the record can answer."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


COMMON: Final = 0.2
"""From a fifth of the rows on, a flaw is as severe as it can be: it then decides what the figures say."""
NOTABLE: Final = 0.05
"""Below a twentieth, a flaw moves figures by less than their intervals and is of low severity."""


@dataclass(frozen=True)
class Finding:
    """A flaw in `share.count` of `share.n` rows; `flaw` is its stable name, `detail` a value that matters."""

    flaw: str
    title: str
    share: Rate
    severity: Severity
    meaning: str
    action: str
    detail: str = ""


@dataclass(frozen=True)
class MissingColumn:
    """A column without any value, what cannot be answered without it, and the health questions it concerns (1 to 5)."""

    table: str
    column: str
    costs: str
    questions: tuple[int, ...]


@dataclass(frozen=True)
class DataQuality:
    """Every flaw found, the most severe first, and every column that is wanting."""

    findings: tuple[Finding, ...]
    missing: tuple[MissingColumn, ...]


def data_quality(tables: Mapping[str, ibis.Table], log: EventLog, summary: DataSummary) -> DataQuality:
    """Look for every flaw that is described in `quality_words`."""
    counted = [*deal_flaws(tables, log, summary.to), *event_flaws(tables, log)]
    findings = [_finding(found.flaw, found.count, found.of, found.detail) for found in counted if found.count]
    missing = [
        MissingColumn(table, column, costs, questions)
        for (table, column), (costs, questions) in COLUMNS.items()
        if not summary.has(table, column)
    ]
    order = list(Severity)
    findings.sort(key=lambda each: (order.index(each.severity), -each.share.value, each.flaw))
    return DataQuality(tuple(findings), tuple(missing))


def _finding(flaw: str, count: int, of: int, detail: str) -> Finding:
    words = FLAWS[flaw]
    share = rate(count, of)
    severities = list(Severity)
    worst = severities.index(Severity(words.worst))
    milder = 0 if share.value >= COMMON else 1 if share.value >= NOTABLE else 2
    severity = severities[min(worst + milder, len(severities) - 1)]
    return Finding(flaw, words.title, share, severity, words.meaning, words.action, detail)
