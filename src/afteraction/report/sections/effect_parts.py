"""What the sections on the effects of steps, behaviours and kinds of deals have in common."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, get_args

from afteraction.analysis.effects import Effect
from afteraction.analysis.verdict import MATTERS, Verdict
from afteraction.errors import NotEnoughData
from afteraction.report.charts import effects as chart
from afteraction.report.charts.effects import Finding, Words, effect_dots
from afteraction.report.document import Cell, Figure, Refusal, Table
from afteraction.report.sections.cells import NOTHING, number, refusal
from afteraction.report.wording import capital, days, each, listed, many, percent, points

_NAMED: Final = 6
_REASONS: Final = 3


@dataclass(frozen=True)
class Named:
    """An effect and what it is the effect of: its name, what that `means` exactly, and what it is `called` in a title.

    Both are empty where the name says it.
    """

    name: str
    effect: Effect
    means: str = ""
    called: str = ""


@dataclass(frozen=True)
class Manner:
    """How effects of one kind are spoken of.

    `thing` is one of them ("step"), `things` several. `more` and `less` are the verbs that tell an effect in a title,
    of one and of several ("helps", "help"). `did` heads the column of those of which it was true, `landmark` says
    whether there is a day by which it had to be. At most `shown` are drawn.
    """

    id: str
    thing: str
    things: str
    more: tuple[str, str]
    less: tuple[str, str]
    did: str
    reading: str
    words: Words = field(default_factory=Words)
    landmark: bool = True
    shown: int = 30


def effect_figure(named: Sequence[Named], manner: Manner, period: str) -> Figure | None:
    """The forest plot, the largest effect first; None where no effect could be estimated.

    Of very many those are drawn that are told apart from none, then those found from most deals; the table has all.
    """
    known = [row for one in named if (row := _row(one)) is not None]
    if not known:
        return None
    deals = {one.name: one.effect.compared for one in named}
    shown = sorted(known, key=lambda row: (row.finding not in ("helps", "hurts"), -deals[row.name]))[: manner.shown]
    shown.sort(key=lambda row: -row.effect)
    title = _title(named, manner)
    basis = [f"difference in the probability of winning, in points, {period}", "95% intervals"]
    basis.append(f"at most 5% false alarms over all {manner.things}")
    if len(shown) < len(known):
        basis.append(f"{len(shown)} of {len(known)}; the table has all")
    return Figure(
        id=manner.id,
        title=title,
        basis=" · ".join(basis),
        picture=effect_dots(shown, MATTERS, manner.words),
        in_words=f"The effect of each {manner.thing} on winning. {title}. "
        + each([f"{row.name} {points(row.effect)} points ({points(row.low)} to {points(row.high)})" for row in shown]),
        reading=manner.reading,
        table=_table(named, manner),
    )


def effect_refusals(named: Sequence[Named]) -> list[Refusal]:
    """The effects that could not be estimated, those that need the same together.

    What follows a decision needs nothing, and is told of elsewhere.
    """
    lacking: dict[str, list[tuple[str, str]]] = {}
    for one in named:
        if one.effect.refused and one.effect.verdict != Verdict.LEAK:
            lacking.setdefault(one.effect.refused.needed, []).append((one.name, one.effect.refused.reason))
    return [
        refusal(
            f"the effect of {listed([name for name, _reason in those], _NAMED)}", NotEnoughData(_why(those), needed)
        )
        for needed, those in lacking.items()
    ]


def _why(those: Sequence[tuple[str, str]]) -> str:
    """The one reason of all, or the reason of each."""
    if len({reason for _name, reason in those}) == 1:
        return those[0][1]
    more = f"; and {len(those) - _REASONS} more" if len(those) > _REASONS else ""
    return "; ".join(f"{name}: {reason}" for name, reason in those[:_REASONS]) + more


def effect_finding(named: Sequence[Named], manner: Manner, words: Sequence[tuple[Verdict, str, str]]) -> str:
    """How many effects have which verdict; `words` say it of one and of several, in the order they are told."""
    counts = {verdict: sum(one.effect.verdict == verdict for one in named) for verdict, *_words in words}
    said = [
        f"{counts[verdict]} {single if counts[verdict] == 1 else several}"
        for verdict, single, several in words
        if counts[verdict]
    ]
    return f"Of {many(len(named), manner.thing, manner.things)}: {', '.join(said)}." if said else ""


def _row(one: Named) -> chart.Effect | None:
    found = one.effect
    if found.effect is None or found.low is None or found.high is None or found.verdict not in get_args(Finding):
        return None
    return chart.Effect(
        one.name, found.effect, found.low, found.high, found.naive_difference, _finding(found.verdict), one.means
    )


def _finding(verdict: Verdict) -> Finding:
    findings: dict[Verdict, Finding] = {
        Verdict.HELPS: "helps",
        Verdict.HURTS: "hurts",
        Verdict.NO_EFFECT: "no_effect",
    }
    return findings.get(verdict, "cant_tell")


def _title(named: Sequence[Named], manner: Manner) -> str:
    """Those told apart from none, the largest effect first."""
    told = sorted((one for one in named if _row(one)), key=lambda one: -abs(one.effect.effect or 0))
    helps, hurts = (
        [
            f"{one.called or one.name} ({points(one.effect.effect or 0)})"
            for one in told
            if one.effect.verdict == verdict
        ]
        for verdict in (Verdict.HELPS, Verdict.HURTS)
    )
    if not helps and not hurts:
        return f"Whether any single {manner.thing} {manner.more[0]} cannot be told from these deals"
    said = [f"{listed(helps)} {manner.more[len(helps) > 1]}"] if helps else []
    said += [f"{listed(hurts)} {manner.less[len(hurts) > 1]}"] if hurts else []
    return capital(f"{'; '.join(said)}, in points of win probability")


def _table(named: Sequence[Named], manner: Manner) -> Table:
    verdicts = {
        Verdict.HELPS: manner.words.helps,
        Verdict.HURTS: manner.words.hurts,
        Verdict.NO_EFFECT: manner.words.no_effect,
        Verdict.LEAK: "follows the decision",
        Verdict.CANT_TELL: manner.words.cant_tell,
    }

    def row(one: Named) -> tuple[Cell, ...]:
        found = one.effect
        by = (NOTHING if found.landmark_days is None else Cell(days(found.landmark_days), found.landmark_days),)
        return (
            Cell(one.name),
            Cell(verdicts[found.verdict]),
            *(by if manner.landmark else ()),
            number(found.n),
            number(found.did),
            *(NOTHING if value is None else Cell(percent(value), value) for value in (found.rate_did, found.rate_not)),
            _points(found.effect),
            NOTHING
            if found.low is None or found.high is None
            else Cell(f"{points(found.low)} to {points(found.high)}", found.low),
            _points(found.naive_difference),
            NOTHING if found.q is None else Cell(f"{found.q:.3f}", found.q),
            NOTHING if found.e_value is None else Cell(f"{found.e_value:.1f}", found.e_value),
            NOTHING if found.deals_needed is None else number(found.deals_needed),
            Cell("; ".join(found.warnings) or "–"),
        )

    columns = (manner.thing, "verdict", *(("by",) if manner.landmark else ()), "deals", manner.did, "won with",
               "won without", "effect, points", "95% interval", "naive", "q", "E-value", "deals to settle it",
               "warnings")  # fmt: skip
    note = (
        "Won with and without are standardised to the same mix of deals. q is the p-value adjusted for all that were "
        f"looked at. E-value: how strongly a hidden cause would have to be tied to both the {manner.thing} and winning "
        "to explain the effect away."
    )
    numeric = (False, False, *(True,) * (len(columns) - 3), False)
    return Table(f"The effect of each {manner.thing}", columns, tuple(map(row, named)), numeric, note)


def _points(value: float | None) -> Cell:
    return NOTHING if value is None else Cell(points(value), value)
