"""A protocol as it is filled in on the planning page, and as it is kept: one made from the other, both ways."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final

from pydantic import ValidationError

from afteraction.analysis.experiment_planning import Estimate
from afteraction.analysis.experiment_power import Size
from afteraction.web.experiments.document import (
    Arm,
    Design,
    Guard,
    Plan,
    ProtocolDocument,
    Rule,
    TrialMeasure,
    Who,
)
from afteraction.web.experiments.estimating import Asked
from afteraction.web.experiments.sizing import POWER, Sizing, Wished

OLD, NEW = "old", "new"
GUARDS: Final = (1, 2, 3)
PERIODS: Final = ("switchback", "stepped")


def named(choice: str, horizon: int, names: Mapping[str, str]) -> TrialMeasure:
    """The measure of a choice such as `step|demo`, known `horizon` days after; `names` are the choices in words."""
    kind, _, what = choice.partition("|")
    called = names.get(choice, what or kind)
    words = f"{called}, {horizon} at most" if kind.startswith("days") else f"{called} within {horizon} days"
    return TrialMeasure(kind=kind, what=what, horizon=horizon, name=words[:120])  # type: ignore[arg-type]


def asked_of(given: Mapping[str, Any], names: Mapping[str, str]) -> Asked:
    """What a filled-in form asks of the record."""
    who = Who(
        segments=tuple(given["segments"]),
        sources=tuple(given["sources"]),
        teams=tuple(given["teams"]),
        amount_from=given["amount_from"],
        amount_to=given["amount_to"],
    )
    units = tuple(sorted(given["units"])) if given["unit"] != "deal" else ()
    return Asked(who, given["unit"], units, named(given["measure"], given["horizon"], names))


def wished_of(given: Mapping[str, Any]) -> Wished:
    """What a filled-in form wishes: effects in points, or days, as people write them."""
    share = not given["measure"].startswith("days")
    return Wished(
        effect=given["effect"] / 100 if share else given["effect"],
        longest=given["weeks"],
        kind=given["kind"],
        period=given["period"] if given["kind"] in PERIODS else None,
        steps=given["steps"] if given["kind"] == "stepped" else None,
        adjusted=given["adjusted"],
    )


def protocol_of(
    given: Mapping[str, Any],
    found: Sizing,
    size: Size,
    names: Mapping[str, str],
    teams: Mapping[str, str],
    facts: Mapping[str, tuple[float, ...]],
) -> ProtocolDocument | list[str]:
    """The protocol that a form makes with its size, or what is missing, in words.

    `teams` are those of reps, by which they may be drawn evenly, `facts` what pairs are matched by.
    """
    asked, wished = asked_of(given, names), wished_of(given)
    try:
        return ProtocolDocument(
            hypothesis=given["hypothesis"],
            arms=(
                Arm(key=OLD, name=given["old_name"], instructions=given["old_instructions"]),
                Arm(key=NEW, name=given["new_name"], instructions=given["new_instructions"]),
            ),
            who=asked.who,
            design=_design(given, found, teams, facts),
            primary=asked.measure,
            guardrails=tuple(_guards(given, names)),
            adjusted=given["adjusted"],
            starts_on=given["starts_on"],
            assign_until=given["starts_on"] + timedelta(weeks=max(found.assign_weeks, 1), days=-1),
            plan=_plan(found, size, wished),
            rule=Rule(
                benefit=_points(given["benefit"] or 0.0, asked.measure),
                futile=0.02 if given["futile"] else None,
                extend=given["extend"] or 0,
            ),
        )
    except ValidationError as error:
        return list(problems_of(error))


def problems_of(error: ValidationError) -> Iterator[str]:
    """What is wrong with a protocol, in words; with the field where it is one."""
    for each in error.errors():
        field, words = " ".join(str(part).replace("_", " ") for part in each["loc"]), each["msg"]
        words = words.removeprefix("Value error, ")
        yield f"{field}: {words}" if field else words


def answers_of(document: ProtocolDocument) -> dict[str, Any]:
    """What was filled in to make a protocol, as a form takes it: to be changed, and signed again."""
    old, new = document.arms
    design, primary, who = document.design, document.primary, document.who
    answers: dict[str, Any] = {
        "hypothesis": document.hypothesis,
        "old_name": old.name,
        "old_instructions": old.instructions,
        "new_name": new.name,
        "new_instructions": new.instructions,
        "unit": design.unit,
        "kind": design.kind,
        "units": list(design.units),
        "by_team": bool(design.strata),
        "by": list(design.by),
        "period": design.period,
        "steps": design.steps,
        "washout": design.washout,
        "segments": list(who.segments),
        "sources": list(who.sources),
        "teams": list(who.teams),
        "amount_from": who.amount_from,
        "amount_to": who.amount_to,
        "measure": choice_of(primary),
        "horizon": primary.horizon,
        "effect": _number(document.plan.effect, primary),
        "weeks": round(document.plan.longest or document.plan.weeks),
        "starts_on": document.starts_on.isoformat(),
        "adjusted": document.adjusted,
        "futile": document.rule.futile is not None,
        "benefit": _number(document.rule.benefit, primary),
        "extend": document.rule.extend,
    }
    for number, guard in zip(GUARDS, document.guardrails, strict=False):
        answers |= {
            f"guard{number}": choice_of(guard.measure),
            f"guard{number}_horizon": guard.measure.horizon,
            f"guard{number}_worst": _number(guard.worst, guard.measure),
        }
    return answers


def kept(given: Mapping[str, Any]) -> dict[str, Any]:
    """What was filled in, as JSON keeps it."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in given.items()}


def choice_of(measure: TrialMeasure) -> str:
    """A measure as a choice of the form."""
    return f"{measure.kind}|{measure.what}" if measure.what else measure.kind


def _design(
    given: Mapping[str, Any], found: Sizing, teams: Mapping[str, str], facts: Mapping[str, tuple[float, ...]]
) -> Design:
    kind, unit = given["kind"], given["unit"]
    units = found.record.clusters
    periods = kind in PERIODS
    return Design(
        kind=kind,
        unit=unit,
        units=units,
        strata={each: teams.get(each, "") for each in units}
        if given["by_team"] and unit == "rep" and kind == "stratified"
        else {},
        by=tuple(given["by"]) if kind == "arrival" else (),
        facts=dict(facts) if kind == "pairs" else {},
        period=given["period"] if periods else None,
        steps=given["steps"] if kind == "stepped" else None,
        washout=(given["washout"] or 0) if periods else 0,
    )


def _guards(given: Mapping[str, Any], names: Mapping[str, str]) -> list[Guard]:
    made = []
    for number in GUARDS:
        choice, horizon, worst = (given.get(f"guard{number}{part}") for part in ("", "_horizon", "_worst"))
        if choice and horizon and worst:
            measure = named(choice, horizon, names)
            made.append(Guard(measure=measure, worst=_points(worst, measure)))
    return made


def _number(value: float, measure: TrialMeasure) -> float:
    """An effect as people write it, a whole number without its point."""
    written = round(value * (100 if measure.share else 1), 4)
    return int(written) if written == int(written) else written


def _points(value: float, measure: TrialMeasure) -> float:
    return value / 100 if measure.share else float(value)


def _plan(found: Sizing, size: Size, wished: Wished) -> Plan:
    record = found.record
    base = record.base

    def value(each: Any) -> float:
        return round(each.value, 6) if isinstance(each, Estimate) else 0.0

    return Plan(
        base=value(base),
        effect=wished.effect,
        likeness=value(record.likeness),
        explained=value(record.explained) if wished.adjusted else 0.0,
        spread=round(record.spread or 0.0, 6),
        per_week=value(record.per_week),
        unevenness=value(record.unevenness),
        power=POWER,
        deals=size.deals,
        weeks=round(size.weeks, 2),
        information=round(size.information, 6),
        longest=wished.longest,
        few=round(found.few, 4),
        seen=base.n if isinstance(base, Estimate) else 0,
        data_version=record.version,
    )
