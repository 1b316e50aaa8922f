"""A trial as one document for everyone to read afterwards: question, protocol, result, decision, what was changed."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from afteraction.errors import Refused
from afteraction.report.document import (
    Block,
    Cell,
    Definitions,
    KeyFigure,
    KeyFigures,
    Notice,
    Prose,
    Refusal,
    Report,
    Section,
    Table,
)
from afteraction.report.wording import many
from afteraction.web.experiments.crossing import crossed
from afteraction.web.experiments.figures import looks_figure
from afteraction.web.experiments.models import Experiment, Protocol
from afteraction.web.experiments.results import Result, result_of
from afteraction.web.experiments.shown import GuardShown, LookShown
from afteraction.web.experiments.telling import protocol_words
from afteraction.web.experiments.verifying import verify

_NOTHING_FOUND: Final = (
    "Everything is as it was settled: the ledger, the protocol, the assignments, the looks and the decisions."
)


def account_of(experiment: Experiment, now: datetime) -> Report:
    """The document of a locked trial. Raises `Refused` before it is locked, and where its protocol was changed."""
    result = result_of(experiment)
    if result is None:
        raise Refused("a trial without a locked protocol", "one that was signed", "have it signed first")
    newest = result.newest
    facts = (
        ("Owner", str(experiment.owner or "–")),
        ("Sponsor", str(experiment.sponsor or "–")),
        ("State", experiment.get_state_display()),
        ("Protocol", f"version {result.protocol.version}, {result.protocol.digest[:16]}…"),
        ("Printed", f"{now:%-d %B %Y}"),
    )
    sections = (
        Section("decision", "Decision", blocks=tuple(_decisions(result))),
        Section("result", "Result", newest.title if newest else "", tuple(_result(result))),
        Section("protocol", "Protocol", blocks=tuple(_protocol(result.protocol, result))),
        Section("integrity", "What was changed since", blocks=tuple(_integrity(experiment, result))),
    )
    lead = experiment.question or result.drawing.document.hypothesis
    return Report(experiment.title, lead, facts, sections, footer=f"Trial {experiment.pk}: {experiment.title}")


def _decisions(result: Result) -> Iterator[Block]:
    if not result.decisions:
        yield Prose("Nothing is decided yet.")
    for each in result.decisions:
        rule = each.rule_said or "nothing yet"
        words = f"By {each.name} on {each.at:%-d %B %Y}. The locked rule said: {rule}."
        if each.process_version is not None:
            words += f" Version {each.process_version.number} of the process came of it, in force from then on."
        if each.reason:
            words += f" Reason given: {each.reason}"
        if each.against_rule:
            yield Notice(f"{each.get_kind_display()}, against the rule", words)
        else:
            yield Prose(f"{each.get_kind_display()}. {words}")


def _result(result: Result) -> Iterator[Block]:
    newest = result.newest
    if newest is None:
        yield Refusal("the result", "no deal has had its time yet", f"a first look after {result.first_on:%-d %B %Y}")
        return
    if newest.refused is not None:
        yield Refusal("the effect", newest.refused.reason, newest.refused.needed)
    yield KeyFigures(tuple(_figures(newest)))
    figure = looks_figure(result.drawing, result.looks)
    if figure is not None:
        yield figure
    if newest.guards:
        yield _guards(newest.guards)
    said = f"{newest.says[3]} {newest.reason.capitalize()}." if newest.reason else newest.says[3]
    entries = [("The rule says", said), ("How it was worked out", newest.method), ("Size of the arms", newest.ratio)]
    entries += [("Can it still be answered?", newest.prospect)] if newest.prospect else []
    entries.append(("Went the other way", _crossovers(result, newest)))
    yield Definitions(tuple(entries))


def _figures(newest: LookShown) -> Iterator[KeyFigure]:
    if newest.effect is not None:
        yield KeyFigure("Effect, new less old", newest.effect.value, f"95% interval {newest.effect.interval}")
    for arm in newest.arms:
        basis = f"of {many(arm.counting, 'deal')} that count; {arm.assigned:,} assigned"
        yield KeyFigure(arm.name, arm.mean, basis=basis)


def _guards(guards: tuple[GuardShown, ...]) -> Table:
    rows = []
    for each in guards:
        told = "worse than allowed" if each.hurt else "holds" if each.kept else "cannot be told"
        effect, interval = (each.effect.value, each.effect.interval) if each.effect else ("–", "–")
        rows.append(tuple(Cell(text) for text in (each.name, f"−{each.worst}", effect, interval, told)))
    note = "Each by itself at 95%. A guardrail can stop the trial, never make the change adopted."
    columns = ("Guardrail", "At most", "Effect", "95% interval", "At the newest look")
    return Table("What must not get worse", columns, tuple(rows), (False, True, True, True, False), note=note)


def _crossovers(result: Result, newest: LookShown) -> str:
    """Deals that went the other way than drawn, by arm; they stay where they were drawn."""
    parts = []
    found = crossed(result.protocol, result.drawing, newest.look.at).by_arm(result.drawing.arms)
    for arm, each in zip(newest.arms, found, strict=True):
        share = f"{each.share.count:,} of {each.share.n:,} known" if each.share else "none known"
        parts.append(f"{arm.name}: {share}")
    return f"{'; '.join(parts)}. They are analysed where they were drawn."


def _protocol(protocol: Protocol, result: Result) -> Iterator[Block]:
    yield Definitions(tuple(protocol_words(result.drawing.document)))
    signatures = protocol.signatures.order_by("part")
    signed = [f"{each.name} ({each.get_part_display().lower()}), {each.at:%-d %B %Y}" for each in signatures]
    locked = f"{protocol.locked_at:%-d %B %Y}" if protocol.locked_at else "–"
    yield Prose(f"Locked on {locked}, signed by {' and '.join(signed)}. SHA-256 {protocol.digest}.")


def _integrity(experiment: Experiment, result: Result) -> Iterator[Block]:
    for each in result.earlier:
        shown = each.newest.title if each.newest else "no look was made"
        yield Notice(
            f"Version {each.protocol.version} of the protocol was replaced",
            f"Why: {each.why or 'not said'}. At its last look: {shown}. The clock began anew.",
        )
    found = verify(experiment)
    for tampering in found:
        yield Notice("Not as it was settled", f"{tampering.words}.")
    if not found:
        yield Prose(_NOTHING_FOUND)
