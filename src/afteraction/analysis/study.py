"""Everything that one data version has to say, put together."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import ibis
import numpy as np

from afteraction.analysis.adherence import Adherence, Judgement, adherence, judge, mean_fitness
from afteraction.analysis.directly_follows import DirectlyFollows, directly_follows, with_times
from afteraction.analysis.discovery import Discovered, discover
from afteraction.analysis.divergence import Divergences, divergences
from afteraction.analysis.event_log import EventLog, Keep
from afteraction.analysis.fetch import fetch_count
from afteraction.analysis.health import Evidence, HealthAnswer, health
from afteraction.analysis.lead_findings import LeadFindings, lead_findings
from afteraction.analysis.outcome_findings import OutcomeFindings, outcome_findings
from afteraction.analysis.quality import DataQuality, data_quality
from afteraction.analysis.stage_times import AllStageTimes, stage_times
from afteraction.analysis.step_effects import StepEffect
from afteraction.analysis.summary import DataSummary, summarise
from afteraction.analysis.variants import Variants, variants
from afteraction.analysis.win_rates import WinRates, win_rates
from afteraction.errors import NotEnoughData
from afteraction.process.model import Process
from afteraction.process.versions import DatedProcess, Versions, versions_of


@dataclass(frozen=True)
class VersionHeld:
    """One version of a process: from when deals that begin are held against it (None: since ever), and how many are."""

    process: Process
    since: datetime | None
    deals: int


@dataclass(frozen=True)
class ProcessFindings:
    """How a process is followed, and what its steps do. `fitness` is the mean share of rules that a deal keeps.

    `process` is the newest version; a deal is held against the one of `versions`, oldest first, that was in force when
    it began.
    """

    process: Process
    on_paper: bool
    deals: int
    fitness: float
    adherence: Adherence
    effects: tuple[StepEffect, ...]
    versions: tuple[VersionHeld, ...] = ()

    @property
    def paper(self) -> Versions:
        """What deals are held against."""
        dated = tuple(DatedProcess(each.process, each.since) for each in self.versions)
        return Versions(dated) if dated else versions_of(self.process)


@dataclass(frozen=True)
class Study:
    """The findings about one data version; a part that the record cannot support is a NotEnoughData in its place.

    `leads` is None where there are none on record.
    """

    summary: DataSummary
    discovered: Discovered | NotEnoughData
    graph: DirectlyFollows
    variants: Variants | NotEnoughData
    stage_times: AllStageTimes | NotEnoughData
    win_rates: WinRates | NotEnoughData
    divergences: Divergences | NotEnoughData
    quality: DataQuality
    process: ProcessFindings | NotEnoughData
    health: tuple[HealthAnswer, ...]
    outcomes: OutcomeFindings
    leads: LeadFindings | NotEnoughData | None = None


def study(
    tables: Mapping[str, ibis.Table],
    log: EventLog,
    version: int,
    process: Process | Versions | None,
    keep: Keep,
    name: str,
) -> Study:
    """Study a data version; without a process on paper, deals are held against the process that they follow.

    Of several versions each deal is held against the one in force when it began; what steps do is asked of those of
    the newest, over all deals.

    `keep` holds working tables for as long as the engine is open. The random numbers that split deals into folds
    come from the version, so that equal data give equal figures.
    """
    summary = summarise(tables, log, version)
    discovered = discover(tables, log, name)
    found_variants = variants(tables, log)
    evidence = Evidence(tables, log, summary, discovered, found_variants)
    held = process or (discovered.process if isinstance(discovered, Discovered) else None)
    newest = versions_of(held).newest if held is not None else None
    judgement = judge(held, tables, log, keep) if held is not None and summary.events else None
    outcomes = outcome_findings(tables, log, newest, judgement, np.random.default_rng(version))
    findings: ProcessFindings | NotEnoughData
    if judgement is None:
        needed = "a process file, and touches or stage changes"
        findings = NotEnoughData("no process on paper, or no events to hold against one", needed)
    else:
        findings = _findings(judgement, process is not None, tables, outcomes.steps)
        evidence = replace(
            evidence,
            process=newest,
            on_paper=findings.on_paper,
            adherence=findings.adherence,
            states=judgement.states,
            fitness=findings.fitness,
            effects=findings.effects,
        )
    return Study(
        summary=summary,
        discovered=discovered,
        graph=with_times(directly_follows(log), log),
        variants=found_variants,
        stage_times=stage_times(tables, log, summary.to),
        win_rates=win_rates(tables),
        divergences=divergences(tables, log),
        quality=data_quality(tables, log, summary),
        process=findings,
        health=health(evidence),
        outcomes=outcomes,
        leads=lead_findings(tables, np.random.default_rng(version)),
    )


def _findings(
    judgement: Judgement, on_paper: bool, tables: Mapping[str, ibis.Table], effects: tuple[StepEffect, ...]
) -> ProcessFindings:
    versions = tuple(
        VersionHeld(each.process, each.since, fetch_count(each.conformance.log.cases.count()))
        for each in judgement.held
    )
    return ProcessFindings(
        judgement.process,
        on_paper,
        sum(each.deals for each in versions),
        mean_fitness(judgement),
        adherence(judgement, tables),
        effects,
        versions,
    )
