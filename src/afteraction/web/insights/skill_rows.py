"""Mix, skill and luck of those whom someone may see. Everyone else's rows never leave this module."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from afteraction.report.wording import interval, many, percent, points
from afteraction.web.insights.marks import Whisker, around, whisker
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may


@dataclass(frozen=True)
class SkillRow:
    """A rep, or a team: the win rate, and the points of it that come with the deals, from the person, and by chance."""

    name: str
    team: str
    deals: int
    won: int
    rate: str
    rate_order: float
    mix: str
    mix_order: float
    skill: str
    skill_order: float
    interval: str
    luck: str
    luck_order: float
    verdict: str
    mark: Whisker


def seen_reps(user: User, rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Of rows with `rep` and `team` those whom someone may see: everyone, their team, or themselves."""
    if may(user, Right.SEE_ALL_SKILL):
        return list(rows)
    team = user.team.name if user.team and may(user, Right.SEE_TEAM_SKILL) else None
    own = user.owner_name if may(user, Right.SEE_OWN_SKILL) else ""
    return [row for row in rows if (team and row["team"] == team) or (own and row["rep"] == own)]


def seen_teams(user: User, rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Of the rows of teams those that someone may see: all, or the one they lead."""
    if may(user, Right.SEE_ALL_SKILL):
        return list(rows)
    team = user.team.name if user.team and may(user, Right.SEE_TEAM_SKILL) else None
    return [row for row in rows if team and row["rep"] == team]


def seen_groups(
    user: User, groups: Sequence[Mapping[str, Any]], reps: Sequence[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """Of groups by owner those whom someone may see; `reps` say who is in which team."""
    if may(user, Right.SEE_ALL_SKILL):
        return list(groups)
    seen = {row["rep"] for row in seen_reps(user, reps)}
    if user.owner_name and may(user, Right.SEE_OWN_SKILL):
        seen.add(user.owner_name)
    return [group for group in groups if group["group"] in seen]


def by_skill(seen: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The most skilful first."""
    return sorted(seen, key=lambda row: -row["skill"])


def skill_rows(
    part: Sequence[Mapping[str, Any]], seen: Sequence[Mapping[str, Any]], everyone: Sequence[Mapping[str, Any]]
) -> list[SkillRow]:
    """The rows of a part of a table, drawn to the scale of all that are `seen`.

    Mix is measured from the win rate of `everyone`, of whom nothing else is told.
    """
    deals = sum(row["deals"] for row in everyone)
    overall = sum(row["won"] for row in everyone) / deals if deals else 0.0
    end = around([(row["low"], row["high"]) for row in seen])
    return [_row(row, overall, end) for row in part]


def _row(row: Mapping[str, Any], overall: float, end: float) -> SkillRow:
    deals = row["deals"]
    mix, luck, won = row["expected"] / deals - overall, row["luck"] / deals, row["won"] / deals
    return SkillRow(
        name=row["rep"],
        team=row["team"] or "",
        deals=deals,
        won=row["won"],
        rate=percent(won),
        rate_order=won,
        mix=points(mix),
        mix_order=mix,
        skill=points(row["skill"]),
        skill_order=row["skill"],
        interval=f"{points(row['low'])} to {points(row['high'])}",
        luck=points(luck),
        luck_order=luck,
        verdict=row["verdict"],
        mark=whisker(row["skill"], row["low"], row["high"], end, won - overall),
    )


@dataclass(frozen=True)
class ShareOfVariation:
    """How much of the difference between win rates is down to one thing."""

    label: str
    value: str
    interval: str
    note: str


def people_shares(people: Mapping[str, Any] | None, reps: int) -> tuple[ShareOfVariation, ...]:
    """What the win rates of all reps differ by: people, deals, chance. Nobody is named."""
    if not people:
        return ()
    shares, of = people["shares"], f"of the differences between the win rates of {many(reps, 'rep')}"
    person = shares["people"]
    return (
        ShareOfVariation("People", percent(person["value"]), interval(person["low"], person["high"]), of),
        ShareOfVariation("Mix of deals", percent(shares["mix"]), "", of),
        ShareOfVariation("Luck", percent(shares["luck"]), "", of),
    )


def figures_for(user: User, figures: Mapping[str, Any]) -> dict[str, Any]:
    """All figures as someone may see them: rows of people whom they may not see are left out."""
    content = dict(figures)
    if may(user, Right.SEE_ALL_SKILL):
        return content
    content["reps"] = seen_reps(user, figures["reps"])
    content["teams"] = seen_teams(user, figures["teams"])
    if conformance := figures.get("conformance"):
        seen = seen_groups(user, conformance["by_owner"], figures["reps"])
        content["conformance"] = {**conformance, "by_owner": seen}
    if rates := figures.get("win_rates"):
        kept = {name: found for name, found in rates["by"].items() if name not in ("owner", "manager")}
        content["win_rates"] = {**rates, "by": kept}
    return content
