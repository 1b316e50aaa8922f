"""The section on people: what a rep's deals alone would have brought, what the rep adds, and what is luck."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from afteraction.analysis.control_limits import control_limits
from afteraction.analysis.intervals import rate
from afteraction.analysis.rep_skill import RepSkill, Skill, SkillVerdict
from afteraction.analysis.variation import Shares
from afteraction.analysis.verdict import MATTERS
from afteraction.errors import NotEnoughData
from afteraction.report.charts.effects import Effect, Finding, effect_dots
from afteraction.report.charts.funnel import MARKS, SKILL, Limit, Side, Spot, funnel
from afteraction.report.document import Block, Cell, Figure, KeyFigure, KeyFigures, Notice, Prose, Section, Table
from afteraction.report.sections.cells import number, range_of, refusal, share
from afteraction.report.wording import each, interval, listed, many, percent, points

_INNER: Final = 0.05
_OUTER: Final = 0.002
_FEWEST: Final = 5  # deals of a rep that is drawn: with fewer any distance from what was expected is luck
_TELLING: Final = 10  # deals of a rep whose win rate others would quote
_SHOWN: Final = 20
_SIDES: Final[dict[SkillVerdict, tuple[Side, Finding]]] = {
    SkillVerdict.ABOVE: ("above", "helps"),
    SkillVerdict.BELOW: ("below", "hurts"),
    SkillVerdict.AS_EXPECTED: ("as_expected", "no_effect"),
    SkillVerdict.CANT_TELL: ("cant_tell", "cant_tell"),
}
_APART: Final = (SkillVerdict.ABOVE, SkillVerdict.BELOW)
_FUNNEL_READING: Final = (
    "Each mark is a rep. Up and down: deals won beyond those that the average rep would have won of the same deals, "
    "per hundred. Chance alone keeps a rep in the shaded zone 95% of the time and between the dashed lines 99.8%; the "
    "zone narrows as deals become more. Filled circles and diamonds are reps who differ from the average by more than "
    "chance explains, squares are as expected, of hollow circles it cannot be told. The zone is that of deals of "
    "average chance."
)
_DOTS_READING: Final = (
    "The dot is what is left when the deals are taken into account and luck is taken out, in points of the chance of "
    "winning; the line is its 95% interval. In the shaded zone a difference is too small to matter. The cross is how "
    "far the plain win rate is from that of all: what lies between cross and dot is mix and luck."
)


def rep_section(reps: RepSkill | NotEnoughData, period: str) -> Section:
    """What each rep and team adds to the deals they have; `period` says when these began and ended."""
    title = "Skill, mix and luck"
    if isinstance(reps, NotEnoughData):
        return Section("reps", title, blocks=(refusal("skill of reps, apart from their deals and from luck", reps),))
    overall = _Overall.of(reps)
    blocks: list[Block] = [
        _notice(reps, overall),
        KeyFigures(tuple(_key_figures(reps))),
        _funnel(reps, overall, period),
    ]
    blocks.append(_dots("rep", reps.reps, overall, period))
    if reps.teams:
        blocks.append(_dots("team", reps.teams, overall, period))
    if reps.notes:
        blocks.append(Prose(f"{many(reps.deals, 'deal')} of {reps.ended:,} that ended count. {'; '.join(reps.notes)}."))
    return Section("reps", title, _finding(reps), tuple(blocks))


@dataclass(frozen=True)
class _Overall:
    """What all reps won together, which the parts of a rep's win rate are measured from."""

    deals: int
    won: int

    @classmethod
    def of(cls, reps: RepSkill) -> "_Overall":
        return cls(sum(one.deals for one in reps.reps), sum(one.won for one in reps.reps))

    @property
    def rate(self) -> float:
        return self.won / self.deals

    def gap(self, one: Skill) -> float:
        """The win rate less that of all: the sum of mix, skill and luck."""
        return one.won / one.deals - self.rate

    def mix(self, one: Skill) -> float:
        """What the average rep would win of these deals, less the win rate of all."""
        return one.expected / one.deals - self.rate


def _luck(one: Skill) -> float:
    return one.luck / one.deals


def _named(found: Sequence[Skill], verdict: SkillVerdict) -> list[str]:
    """Those of one verdict, the clearest first."""
    clear = [one for one in found if one.verdict is verdict]
    return [one.name for one in sorted(clear, key=lambda one: -max(one.low, -one.high))]


def _finding(reps: RepSkill) -> str:
    counts = [
        f"{count} {words}"
        for verdict, words in (
            (SkillVerdict.ABOVE, "win more of their deals than the average rep would"),
            (SkillVerdict.BELOW, "win less"),
            (SkillVerdict.AS_EXPECTED, "win what was to be expected"),
            (SkillVerdict.CANT_TELL, "cannot be told apart yet"),
        )
        if (count := sum(one.verdict is verdict for one in reps.reps))
    ]
    if len(counts) == 1:
        return f"All {many(len(reps.reps), 'rep')} {counts[0].partition(' ')[2]}."
    return f"Of {many(len(reps.reps), 'rep')}: {', '.join(counts)}."


def _notice(reps: RepSkill, overall: _Overall) -> Notice:
    """Why a win rate is no skill, by the highest one."""
    quoted = [one for one in reps.reps if one.deals >= _TELLING] or list(reps.reps)
    best = max(quoted, key=lambda one: (one.won / one.deals, one.deals))
    raw = rate(best.won, best.deals)
    verdict = {
        SkillVerdict.ABOVE: "That this is more than the average rep would have won is certain enough to say.",
        SkillVerdict.BELOW: "Compared with what the average rep would have won of the same deals, that is less.",
        SkillVerdict.AS_EXPECTED: "The average rep would have done as well.",
        SkillVerdict.CANT_TELL: "Whether that is better than the average rep cannot be told.",
    }[best.verdict]
    return Notice(
        "A win rate is no skill",
        f"{best.name} has the highest win rate: {percent(raw.value)} of {many(best.deals, 'deal')}, "
        f"{points(overall.gap(best))} points against the {percent(overall.rate)} of all. Of these points "
        f"{points(overall.mix(best))} come with the deals, {points(best.skill)} ({points(best.low)} to "
        f"{points(best.high)}) are skill and {points(_luck(best))} are luck. {verdict} Whoever gets easier deals wins "
        "more of them, and with few deals luck decides.",
    )


def _key_figures(reps: RepSkill) -> list[KeyFigure]:
    people, mix, luck = _ranges(reps.shares)
    of = f"of the variation between the win rates of {many(len(reps.reps), 'rep')}"
    in_words, basis = _in_words(reps.chance)
    return [
        KeyFigure("People: how good reps are", percent(round(reps.shares.people.value, 3)), people, of),
        KeyFigure("Mix: which deals they have", percent(reps.shares.mix), mix, of),
        KeyFigure("Luck: chance alone", percent(reps.shares.luck), luck, of),
        KeyFigure("If all reps were equally good", in_words, _p_value(reps.chance), basis),
    ]


def _ranges(shares: Shares) -> tuple[str, str, str]:
    """The interval of people's share, and what it leaves to mix and luck, whose proportion is known."""
    people, rest = shares.people, shares.mix + shares.luck
    low, high = 1 - people.high, 1 - people.low

    def left(part: float) -> str:
        return f"95% interval {interval(low * part / rest, high * part / rest)}" if rest > 0 else ""

    return f"95% interval {interval(people.low, people.high)}", left(shares.mix), left(shares.luck)


def _p_value(chance: float) -> str:
    return "p < 0.001" if chance < 0.001 else f"p = {chance:.{2 if chance >= 0.095 else 3}f}"


def _in_words(chance: float) -> tuple[str, str]:
    """The p-value of all reps being equally good, as a frequency and what it is one of."""
    said = "such organisations would show results at least this far apart"
    if chance > 0.5:
        return "no sign", "that they are not: their results lie no further apart than those of equals do"
    if chance >= 0.01:
        return f"{chance * 100:.0f} in 100", said
    return ("<1 in 1,000", said) if chance < 0.001 else (f"{chance * 1000:.0f} in 1,000", said)


def _funnel(reps: RepSkill, overall: _Overall, period: str) -> Figure:
    drawn = [one for one in reps.reps if one.deals >= _FEWEST] or list(reps.reps)
    spots = [Spot(one.name, one.deals, (one.won - one.expected) / one.deals, _SIDES[one.verdict][0]) for one in drawn]
    limits = _limits(spots, overall.rate)
    basis = [f"{many(reps.deals, 'deal')} of {many(len(reps.reps), 'rep')}, {period}", _beyond(spots, overall.rate)]
    if len(drawn) < len(reps.reps):
        left = len(reps.reps) - len(drawn)
        basis.append(f"not drawn: {many(left, 'rep')} with fewer than {_FEWEST} deals; the table has all")
    title = _title(reps)
    return Figure(
        id="rep-funnel",
        title=title,
        basis=" · ".join(basis),
        picture=funnel(spots, limits),
        in_words=f"Funnel plot of deals won beyond those expected, by number of deals. {title}. "
        + each([_said(one) for one in _clearest(reps.reps)]),
        reading=_FUNNEL_READING,
        table=_table("rep", reps.reps, overall),
    )


def _limits(spots: Sequence[Spot], expected: float) -> list[Limit]:
    """Control limits over the range of the reps' deals, close enough to be joined by lines."""
    fewest, most = min(spot.deals for spot in spots), max(spot.deals for spot in spots)
    deals = np.unique(np.geomspace(max(math.floor(fewest / 1.12), 1), math.ceil(most * 1.12), 160).astype(np.int32))
    low, high = control_limits(expected, deals, _INNER)
    outer_low, outer_high = control_limits(expected, deals, _OUTER)
    around = np.column_stack([low, high, outer_low, outer_high]) - expected
    return [Limit(int(n), *map(float, row)) for n, row in zip(deals, around, strict=True)]


def _beyond(spots: Sequence[Spot], expected: float) -> str:
    """How many reps are beyond the inner limits, beside how many chance alone would put there."""
    low, high = control_limits(expected, np.array([spot.deals for spot in spots], dtype=np.int32), _INNER)
    apart = np.array([spot.apart for spot in spots]) + expected
    beyond = int(np.sum((apart < low) | (apart > high)))
    usual = len(spots) * _INNER
    return (
        f"{beyond:,} of {len(spots):,} lie outside the 95% zone, "
        f"where chance alone would put {'about ' + format(usual, ',.0f') if usual >= 1 else 'fewer than 1'}"
    )


def _title(reps: RepSkill) -> str:
    said = _who(reps.reps)
    if said:
        return f"Of the same deals {said}"
    if reps.chance < _INNER:
        return "Reps differ by more than chance, but who is better than the average cannot be told yet"
    return "No rep can be told apart: deals and chance can explain what each has won"


def _who(found: Sequence[Skill]) -> str:
    """Who stands out, in words; nothing if nobody does."""
    above, below = (_named(found, verdict) for verdict in _APART)
    said = [f"{listed(above)} {_wins(above)} more than the average rep would"] if above else []
    said += [f"{listed(below)} {_wins(below)} less{'' if above else ' than the average rep would'}"] if below else []
    return ", ".join(said)


def _wins(names: Sequence[str]) -> str:
    return "wins" if len(names) == 1 else "win"


def _clearest(found: Sequence[Skill]) -> list[Skill]:
    """Those told apart, the clearest first, then the others by number of deals."""

    def place(one: Skill) -> tuple[float, float]:
        return (-max(one.low, -one.high), 0) if one.verdict in _APART else (math.inf, -one.deals)

    return sorted(found, key=place)


def _word(one: Skill) -> str:
    return MARKS[_SIDES[one.verdict][0]].words


def _said(one: Skill) -> str:
    return (
        f"{one.name} {_word(one)}, {points(one.skill)} points ({points(one.low)} to {points(one.high)}), "
        f"{many(one.deals, 'deal')}"
    )


def _dots(kind: str, found: Sequence[Skill], overall: _Overall, period: str) -> Figure:
    """What each of them adds, beside what the plain win rates seem to say."""
    shown = sorted(_clearest(found)[:_SHOWN], key=lambda one: (-one.skill, one.name))
    rows = [Effect(one.name, one.skill, one.low, one.high, overall.gap(one), _SIDES[one.verdict][1]) for one in shown]
    title = _dots_title(kind, found)
    basis = [f"difference from the average rep in the chance of winning, in points, {period}", "95% intervals"]
    if len(shown) < len(found):
        basis.append(
            f"{len(shown)} of {len(found):,} {kind}s: the clearest, then those with most deals; the table has all"
        )
    return Figure(
        id=f"{kind}-skill",
        title=title,
        basis=" · ".join(basis),
        picture=effect_dots(rows, MATTERS, SKILL),
        in_words=f"What each {kind} adds to the chance of winning. {title}. " + each([_said(one) for one in shown]),
        reading=_DOTS_READING if kind == "rep" else "",
        table=_table(kind, found, overall) if kind == "team" else None,
    )


def _dots_title(kind: str, found: Sequence[Skill]) -> str:
    """For reps how far their win rates lie apart and how far what they add; for teams who stands out."""
    if kind == "team":
        said = _who(found)
        return f"By team: of the same deals {said}" if said else "By team: none can be told apart from the average"
    counted = [one for one in found if one.deals >= _TELLING] or list(found)
    rates, skills = [one.won / one.deals for one in counted], [one.skill for one in counted]
    return (
        f"The win rates of reps lie {_spread(rates)} points apart; "
        f"what can be put down to the reps themselves lies {_spread(skills)} apart"
    )


def _spread(values: Sequence[float]) -> str:
    return f"{(max(values) - min(values)) * 100:.0f}"


def _table(kind: str, found: Sequence[Skill], overall: _Overall) -> Table:
    """All parts of every win rate, in order of names: nobody is ranked."""

    def row(one: Skill) -> tuple[Cell, ...]:
        raw = rate(one.won, one.deals)
        parts = (overall.gap(one), overall.mix(one), one.skill)
        return (
            Cell(one.name),
            *([Cell(one.team or "–")] if kind == "rep" else []),
            Cell(_word(one)),
            number(one.deals),
            number(one.won),
            Cell(f"{one.expected:.1f}", round(one.expected, 6)),
            share(raw),
            range_of(raw),
            *(Cell(points(part), round(part, 6)) for part in parts),
            Cell(f"{points(one.low)} to {points(one.high)}", round(one.low, 6)),
            Cell(points(_luck(one)), round(_luck(one), 6)),
        )

    columns = ("verdict", "deals", "won", "expected", "win rate", "95% interval of it", "from all, points",
               "of these: mix", "skill", "95% interval of skill", "luck")  # fmt: skip
    names = (kind, "team") if kind == "rep" else (kind,)
    note = (
        "Expected: what the average rep would have won of the same deals. Mix, skill and luck add up to how far the "
        f"win rate is from the {percent(overall.rate)} of all {overall.deals:,} deals, but for rounding."
    )
    text = (False,) * (len(names) + 1)
    return Table(f"Mix, skill and luck by {kind}", names + columns, tuple(map(row, found)), text + (True,) * 10, note)
