"""Do managers and leaders live by it?"""

from collections.abc import Mapping
from typing import Final

import ibis
from ibis import _

from afteraction.analysis.discipline import discipline, moments
from afteraction.analysis.fetch import fetch_count, fetch_row
from afteraction.analysis.health_answer import (
    ALIKE,
    ENOUGH_DEALS,
    Evidence,
    Figure,
    HealthAnswer,
    Reply,
    percent,
    points,
    points_figure,
    rate_figure,
    spread_figure,
)
from afteraction.analysis.intervals import Rate, rate_if_any
from afteraction.analysis.quality_of_deals import DIFFERS
from afteraction.analysis.spread import Mean, Spread, mean_difference, spread
from afteraction.process.model import Process

QUESTION: Final = "Do managers and leaders live by it?"
WAIVED: Final = 0.05
"""Big deals that keep 5 points less than others, for certain, are deals for which someone waives the process."""
ENOUGH_BIG: Final = 20
"""Big deals that it takes to speak of them."""
PRESENT: Final = 0.25
"""Managers take part when they have a hand in a quarter of the big deals; below, the process is something for reps."""


def do_leaders_live_by_it(evidence: Evidence) -> HealthAnswer:
    """Three signs: big deals keep the process as others do, managers take part in big deals, and teams are alike.

    Yes: all signs that the record shows, two at least, are good. No: all are bad. Partly: some are.
    """
    missing = evidence.missing(5)
    figures = _figures(evidence)
    signs = {
        name: good for name, good in (_big_deals(figures), _taking_part(figures), _teams(figures)) if good is not None
    }
    if not signs:
        sentence = "The record shows neither whose managers are who, nor how big deals are treated."
        change = _OTHER_SIGNS
        return HealthAnswer(QUESTION, Reply.CANNOT_TELL, sentence, figures, change, missing)
    good = [name for name, is_good in signs.items() if is_good]
    bad = [name for name, is_good in signs.items() if not is_good]
    sentence = " ".join([*(_BAD[name] for name in bad), *(_GOOD[name] for name in good)])
    if not good:
        answer = Reply.NO
    elif bad or len(good) < 2:
        answer = Reply.PARTLY
    else:
        answer = Reply.YES
    if bad:
        change = " ".join(_CHANGES[name] for name in bad)
    elif len(good) < 2:
        change = f"A second sign. {_OTHER_SIGNS}"
    else:
        change = "A big deal for which a required step is waived."
    return HealthAnswer(QUESTION, answer, sentence, figures, change, missing)


_OTHER_SIGNS: Final = "Deals with amounts and owners, people with managers, and touches that say who did them."
_GOOD: Final[Mapping[str, str]] = {
    "big_deals": "Big deals keep the process as the others do.",
    "taking_part": "Managers take part in big deals.",
    "teams": "Teams of different managers follow it alike.",
}
_BAD: Final[Mapping[str, str]] = {
    "big_deals": "The process is waived for big deals.",
    "taking_part": "Managers hardly take part, even in big deals.",
    "teams": "It depends on the manager whether it is followed.",
}
_CHANGES: Final[Mapping[str, str]] = {
    "big_deals": "Big deals that keep what all deals must keep.",
    "taking_part": f"Managers with a touch in at least {percent(PRESENT)} of the big deals.",
    "teams": f"Teams within {points(ALIKE)} of each other.",
}


def _big_deals(figures: Mapping[str, Figure]) -> tuple[str, bool | None]:
    """Bad when certainly less is kept, and by enough; good when certainly not by much; otherwise it cannot be told."""
    found = [figures[name] for name in ("big_deals", "big_deals_late_steps") if name in figures]
    bounds = [(figure.low, figure.high) for figure in found if figure.low is not None and figure.high is not None]
    if any(high < 0 and figure.value <= -WAIVED for figure, (_low, high) in zip(found, bounds, strict=True)):
        return "big_deals", False
    return "big_deals", True if bounds and all(low > -WAIVED for low, _high in bounds) else None


def _taking_part(figures: Mapping[str, Figure]) -> tuple[str, bool | None]:
    found = figures.get("managers_in_big_deals")
    return "taking_part", None if found is None else found.value >= PRESENT


def _teams(figures: Mapping[str, Figure]) -> tuple[str, bool | None]:
    found = figures.get("spread_between_managers")
    return "teams", None if found is None else found.value <= ALIKE


def _figures(evidence: Evidence) -> dict[str, Figure]:
    figures: dict[str, Figure] = {}
    if evidence.states is None or evidence.process is None:
        return figures
    values = discipline(evidence.tables, evidence.log, evidence.states).cache()
    if _amounts_are_honest(evidence):
        late = discipline(evidence.tables, evidence.log, evidence.states, late_steps(evidence.process)).cache()
        for name, meaning, of in (
            ("big_deals", "kept per deal, largest tenth of the deals less the others", values),
            ("big_deals_late_steps", "the same for the steps of the later half of the stages", late),
        ):
            if (found := _big_less_others(of)) is not None:
                figures[name] = points_figure(meaning, found)
    for name, meaning, big in (
        ("managers_in_big_deals", "ended big deals in which a manager has a touch", True),
        ("managers_in_deals", "ended deals in which a manager has a touch", False),
    ):
        if (share := _with_managers(evidence, values, big)) is not None:
            figures[name] = rate_figure(meaning, share)
    if (teams := _between_managers(values)) is not None:
        figures["spread_between_managers"] = spread_figure(
            "standard deviation between managers' teams, chance taken out", teams
        )
    return figures


def late_steps(process: Process) -> list[int]:
    """The positions of the steps in the later half of the stages, where a deal is worth waiving a rule for."""
    later = process.stages[len(process.stages) // 2 :]
    return [position for position, step in enumerate(process.steps) if step.stage in later]


def _amounts_are_honest(evidence: Evidence) -> bool:
    """Whether the amount does not depend on the outcome, as it does where lost deals are set to 0."""
    counts = {"won": _.outcome == "won", "others": _.outcome.isin(["lost", "no_decision"])}
    measures = {name: of.sum() for name, of in counts.items()}
    measures |= {f"{name}_sized": (of & (_.amount > 0)).sum() for name, of in counts.items()}
    row = fetch_row(evidence.tables["deals"].agg(**measures))
    shares = [rate_if_any(row[f"{name}_sized"] or 0, row[name] or 0) for name in counts]
    known = [share.value for share in shares if share is not None]
    return bool(known) and max(known) - min(known) <= DIFFERS


def _big_less_others(values: ibis.Table) -> Mean | None:
    sides = moments(values.filter(_.big.notnull()), "big")
    if len(sides) < 2 or min(side.n for side in sides.values()) < ENOUGH_BIG:
        return None
    found = mean_difference(sides[True], sides[False])
    return found if isinstance(found, Mean) else None


def _with_managers(evidence: Evidence, values: ibis.Table, big: bool) -> Rate | None:
    """Deals with a touch of someone who is somebody's manager, by id or by name."""
    people, touches = evidence.tables["people"], evidence.tables["touches"]
    managers = people.filter(_.manager.notnull()).select("manager").distinct()
    named = people.join(managers, people.name == managers.manager).select(manager="person_id")
    actors = managers.union(named).distinct()
    if not fetch_count(touches.actor.count()) or not fetch_count(managers.count()):
        return None
    visited = touches.semi_join(actors, touches.actor == actors.manager).select("deal_id", visited=True).distinct()
    deals = (values.filter(_.big) if big else values).left_join(visited, "deal_id")
    row = fetch_row(deals.agg(deals=_.count(), visited=_.visited.count()))
    return rate_if_any(row["visited"], row["deals"]) if row["deals"] >= ENOUGH_BIG else None


def _between_managers(values: ibis.Table) -> Spread | None:
    """The spread of reps' means between managers: reps, not deals, are what a manager has several of."""
    reps = values.filter(_.manager.notnull() & _.owner.notnull()).group_by("manager", "owner")
    means = reps.agg(share=_.share.mean(), deals=_.count()).filter(_.deals >= ENOUGH_DEALS)
    found = spread(list(moments(means, "manager").values()))
    return found if isinstance(found, Spread) else None
