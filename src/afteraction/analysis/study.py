"""Everything that one data version has to say, put together."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import ibis
import numpy as np

from afteraction.analysis.adherence import Adherence, Judgement, adherence, fitness, judge
from afteraction.analysis.directly_follows import DirectlyFollows, directly_follows, with_times
from afteraction.analysis.discovery import Discovered, discover
from afteraction.analysis.divergence import Divergences, divergences
from afteraction.analysis.event_log import EventLog, Keep
from afteraction.analysis.health import Evidence, HealthAnswer, health
from afteraction.analysis.outcome_findings import OutcomeFindings, outcome_findings
from afteraction.analysis.quality import DataQuality, data_quality
from afteraction.analysis.stage_times import AllStageTimes, stage_times
from afteraction.analysis.step_effects import StepEffect
from afteraction.analysis.summary import DataSummary, summarise
from afteraction.analysis.variants import Variants, variants
from afteraction.analysis.win_rates import WinRates, win_rates
from afteraction.errors import NotEnoughData
from afteraction.process.model import Process


@dataclass(frozen=True)
class ProcessFindings:
    """How a process is followed, and what its steps do. `fitness` is the mean share of rules that a deal keeps."""

    process: Process
    on_paper: bool
    deals: int
    fitness: float
    adherence: Adherence
    effects: tuple[StepEffect, ...]


@dataclass(frozen=True)
class Study:
    """The findings about one data version; a part that the record cannot support is a NotEnoughData in its place."""

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


def study(
    tables: Mapping[str, ibis.Table], log: EventLog, version: int, process: Process | None, keep: Keep, name: str
) -> Study:
    """Study a data version; without a process on paper, deals are held against the process that they follow.

    `keep` holds working tables for as long as the engine is open. The random numbers that split deals into folds
    come from the version, so that equal data give equal figures.
    """
    summary = summarise(tables, log, version)
    discovered = discover(tables, log, name)
    found_variants = variants(tables, log)
    evidence = Evidence(tables, log, summary, discovered, found_variants)
    held = process or (discovered.process if isinstance(discovered, Discovered) else None)
    judgement = judge(held, tables, log, keep) if held is not None and summary.events else None
    outcomes = outcome_findings(tables, log, held, judgement, np.random.default_rng(version))
    findings: ProcessFindings | NotEnoughData
    if judgement is None:
        needed = "a process file, and touches or stage changes"
        findings = NotEnoughData("no process on paper, or no events to hold against one", needed)
    else:
        findings = _findings(judgement, process is not None, tables, outcomes.steps)
        evidence = replace(
            evidence,
            process=held,
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
    )


def _findings(
    judgement: Judgement, on_paper: bool, tables: Mapping[str, ibis.Table], effects: tuple[StepEffect, ...]
) -> ProcessFindings:
    mean = fitness(judgement.conformance, judgement.violations).agg(mean=ibis._.fitness.mean(), deals=ibis._.count())
    [row] = mean.to_pyarrow().to_pylist()
    return ProcessFindings(
        judgement.process, on_paper, row["deals"], row["mean"], adherence(judgement, tables), effects
    )
