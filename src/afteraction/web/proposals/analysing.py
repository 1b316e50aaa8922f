"""What the results of an analysis would have changed: steps without power, and unwritten practices with power.

Runs in a job after each analysis against a process on paper. A step is proposed to go only where the analysis says
that it has no effect that matters, never where it merely cannot tell. What was proposed and no longer holds is taken
back while it waits.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

import numpy as np
from django.urls import reverse
from threadpoolctl import threadpool_limits

from afteraction.analysis.unwritten import Unwritten, has_no_power, unwritten_practices, unwritten_steps
from afteraction.analysis.verdict import Verdict
from afteraction.errors import Refused
from afteraction.process.editing import with_step, without_step
from afteraction.process.model import Process, Step, duration_text
from afteraction.report.version import open_version
from afteraction.report.wording import capital, many, points
from afteraction.web.insights.results import Saved
from afteraction.web.insights.selectors import newest_results, process_in
from afteraction.web.people.models import Organisation
from afteraction.web.proposals.finding import Evidence, Finding, Grade
from afteraction.web.proposals.models import Proposal
from afteraction.web.proposals.services import propose_from_analysis, withdraw_finding

WITHOUT_POWER: Final = "step without power: "
UNWRITTEN: Final = "unwritten practice: "


def look_at_results(*, organisation: Organisation, now: datetime) -> list[Proposal]:
    """Proposes what the newest results would have changed, and takes back what they no longer say."""
    shown = newest_results(organisation)
    newest = organisation.process_versions.first()
    if shown is None or newest is None or shown.analysis.process_version_id != newest.pk:
        return []  # results of an older process speak of steps that are no longer asked for
    paper = process_in(newest.text)
    if paper is None:
        return []
    found = [*steps_without_power(shown, paper), *behaviours_with_power(shown), *_unwritten(shown, paper)]
    take_back(organisation=organisation, figures=shown.figures, paper=paper, now=now)
    made = [propose_from_analysis(organisation=organisation, finding=each, now=now) for each in found]
    return [each for each in made if each is not None]


def steps_without_power(shown: Saved, paper: Process) -> Iterator[Finding]:
    """The steps of the process of which the analysis says that they do nothing that matters."""
    steps = {step.id: step for step in paper.steps}
    for one in shown.figures["steps"]:
        step = steps.get(one["step"])
        if step is None or not has_no_power(one["verdict"], one["low"], one["high"]):
            continue
        name = step.name or step.id
        yield Finding(
            key=f"{WITHOUT_POWER}{step.id}",
            kind=Proposal.Kind.STEP,
            title=f"Take out the step {name}: it does not move the outcome",
            what=f"Nobody is asked for {name} in {step.stage} any more.",
            reason=(
                f"Deals with it and comparable deals without it are won about as often: {_said(one)}. Whatever it "
                "takes to do it would be free for something that helps. What it is good for beside winning, the record "
                "does not say."
            ),
            evidence=_evidence(one, shown, f"step: {step.id}"),
            change=partial(without_step, step_id=step.id),
        )


def behaviours_with_power(shown: Saved) -> Iterator[Finding]:
    """Ways of working that help to win, which no step asks for: in words, since they are no single activity."""
    for one in shown.figures["behaviours"]:
        if one["verdict"] != Verdict.HELPS or one["effect"] is None:
            continue
        means = capital(one["means"])
        yield Finding(
            key=f"{UNWRITTEN}{one['behaviour']}",
            kind=Proposal.Kind.STEP,
            title=f"Write it down: {one['means']}"[:160],
            what=f"{means}: the process asks for it, and says by when.",
            reason=f"Comparable deals in which it happened are won more often: {_said(one)}. It is not on paper.",
            evidence=_evidence(one, shown, f"behaviour: {one['behaviour']}"),
            expected_points=round(100 * one["effect"], 1),
        )


def take_back(*, organisation: Organisation, figures: Mapping[str, Any], paper: Process, now: datetime) -> None:
    """Withdraws what waits for an answer and no longer holds: the step is gone, or is told to do something by now.

    A newer result that cannot tell takes nothing back: it says nothing against what was told before.
    """
    effects = {one["step"]: one for one in figures["steps"]}
    ids = {step.id for step in paper.steps}
    waiting = Proposal.objects.filter(
        organisation=organisation, state=Proposal.State.OPEN, origin=Proposal.Origin.ANALYSIS,
        finding__startswith=WITHOUT_POWER,
    )  # fmt: skip
    for proposal in waiting:
        step = proposal.finding.removeprefix(WITHOUT_POWER)
        one = effects.get(step)
        if step not in ids:
            withdraw_finding(proposal=proposal, because="The step is no longer in the process.", now=now)
        elif one is not None and one["verdict"] in (Verdict.HELPS, Verdict.HURTS, Verdict.LEAK):
            withdraw_finding(proposal=proposal, because=f"Newer results say otherwise: {_said(one)}.", now=now)


def _unwritten(shown: Saved, paper: Process) -> Iterator[Finding]:
    """Activities that people do without being asked, and that help to win."""
    for practice in _measured(shown, paper):
        step, effect = practice.step, practice.effect
        if effect.verdict is not Verdict.HELPS or effect.effect is None:
            continue
        one = {name: getattr(effect, name) for name in ("effect", "low", "high", "n", "did", "verdict")}
        due = f", within {duration_text(step.within)} of entering it" if step.within else ""
        asked = replace(step, required=True, before=(), frequency=None)
        yield Finding(
            key=f"{UNWRITTEN}{step.activities[0]}"[:200],
            kind=Proposal.Kind.STEP,
            title=f"Make a step of {step.name or step.id}: it helps to win",
            what=f"{step.name or step.id} is asked for in {step.stage}{due}.",
            reason=(
                f"People do it in {step.frequency or 0:.0%} of the deals without being asked. Comparable deals with it "
                f"are won more often: {_said(one)}."
            ),
            evidence=_evidence(one, shown, ""),
            change=partial(_with, step=asked),
            expected_points=round(100 * effect.effect, 1),
        )


def _with(process: Process, step: Step) -> Process:
    """The process with the step, as it is where it has one for these activities by now."""
    known = {activity for each in process.steps for activity in each.activities}
    if known & set(step.activities) or any(each.id == step.id for each in process.steps):
        return process
    return with_step(process, step)


def _measured(shown: Saved, paper: Process) -> tuple[Unwritten, ...]:
    """What people do unasked, with its effect; nothing once the data version is no longer there, or has no events."""
    followed = process_in(shown.followed()) if shown.followed() else None
    if followed is None or not unwritten_steps(followed, paper):
        return ()
    analysis = shown.analysis
    try:
        with open_version(analysis.organisation.home.folder, analysis.data_version) as opened, threadpool_limits(1):
            rng = np.random.default_rng(analysis.data_version)
            return unwritten_practices(opened.record.tables, opened.log, paper, followed, rng)
    except Refused:
        return ()


def _evidence(one: Mapping[str, Any], shown: Saved, key: str) -> Evidence:
    deals = f"{reverse('insights-deals')}?{urlencode({'of': key})}" if key else reverse("process")
    did = one["did"]
    return Evidence(
        effect=float(one["effect"]),
        low=float(one["low"]),
        high=float(one["high"]),
        n=int(one["n"]),
        grade=Grade.COMPARABLE,
        data_version=shown.analysis.data_version,
        verdict=str(one["verdict"]),
        deals=deals,
        said=(f"{many(did, 'deal')} with it, {many(one['n'] - did, 'deal')} without it",),
    )


def _said(one: Mapping[str, Any]) -> str:
    """An effect in words, with its interval and n."""
    if one["effect"] is None:
        return "it follows the decision"
    return f"{points(one['effect'])} points ({points(one['low'])} to {points(one['high'])}, {many(one['n'], 'deal')})"
