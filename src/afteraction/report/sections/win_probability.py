"""The section on the win probability: how good it is, beside what, and what it says of a few open deals."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from afteraction.analysis.calibration import Accuracy, Band, Measured
from afteraction.analysis.likely_deals import ExplainedDeal
from afteraction.analysis.win_probability import Comparison, StageAccuracy, WinProbability
from afteraction.errors import NotEnoughData
from afteraction.report.charts.calibration import calibration_curve
from afteraction.report.charts.dots import Dot, Reference, Scale, dots
from afteraction.report.charts.picture import Picture
from afteraction.report.document import (
    Block,
    Cell,
    Figure,
    KeyFigure,
    KeyFigures,
    Notice,
    Prose,
    Refusal,
    Section,
    Table,
)
from afteraction.report.sections.cells import NOTHING, number, refusal, sentence
from afteraction.report.sections.likely_deals import example_blocks
from afteraction.report.wording import day, decimal, decimals, each, interval, listed, many, percent

_COUNTED: Final = "predictions"
_CURVE_READING: Final = (
    "The predictions are put in order and cut into bands of equal weight. A dot on the dashed line means that as many "
    "deals were won as predicted; above it more were, below it fewer. Where the 95% interval crosses the line, chance "
    "alone explains the distance. The bars count the predictions of each band. Deals that are still open are stood for "
    "by ended ones of the same age."
)
_GAIN_READING: Final = (
    "The Brier score is the mean squared difference between the probability and what happened: 0 is perfect, 0.25 is "
    "what a coin gets. Each dot is by how much ours is lower on the very same predictions. Right of the line ours is "
    "the better one, and the dot is filled where that is more than chance; a hollow dot leaves it open, a filled "
    "diamond says that the other one is better."
)
_HINDSIGHT: Final = (
    "The CRM’s probability of an ended deal is the last that it gave. It is set beside ours at the last stage that the "
    "deal entered. Which stage was the last is known only afterwards, so on these deals both look better at telling "
    "them apart than they are while a deal is open; the comparison is fair to both."
)
_CRM_NEEDED: Final = "The CRM’s probability as it stood while deals were open, different ones for different deals."
_STAGE_READING: Final = (
    "0.5 means that the chance tells won deals from the others no better than a coin, 1 that it never errs. Deals that "
    "got to the same stage are more alike than all deals together, so each stage is harder than the whole. Stages with "
    "too few tested deals are not shown."
)
_UNTOLD: Final = Refusal(
    "open deals explained one by one",
    "On the tested deals the chance of a single deal was not surely better than the win rate of its stage alone.",
    "Facts that are on record before deals end and go along with winning, or more deals.",
)
_CHANCE: Final = 0.5


@dataclass(frozen=True)
class _Row:
    """A figure with its interval, of `n` predictions, held against a reference."""

    name: str
    found: Measured
    n: int
    reference: float = 0.0

    @property
    def side(self) -> int:
        """1 where it lies above the reference beyond chance, -1 where below, 0 where that cannot be told."""
        return 1 if self.found.low > self.reference else -1 if self.found.high < self.reference else 0


def win_probability_section(
    win: WinProbability | NotEnoughData, period: str, examples: Sequence[ExplainedDeal] = ()
) -> Section:
    """How good the win probability is; `examples` are open deals, the likeliest first, explained."""
    title = "The chance of winning"
    if isinstance(win, NotEnoughData):
        return Section("win-probability", title, blocks=(refusal("the win probability", win),))
    blocks: list[Block] = [_headline(win)]
    if win.notes:
        blocks.append(Notice("Before relying on it", " ".join(sentence(note) for note in win.notes)))
    blocks += [_curve(win, period), *_comparisons(win, period)]
    if win.by_stage:
        blocks.append(_by_stage(win.by_stage, win, period))
    blocks += _left_out(win)
    if examples and _no_better(win):
        blocks.append(_UNTOLD)
    elif examples:
        blocks += example_blocks(examples, win.overall.curve)
    return Section("win-probability", title, _finding(win), tuple(blocks))


def _no_better(win: WinProbability) -> bool:
    """Whether the model cannot be told from the stage's win rate, so that single deals' chances mean nothing."""
    base = next((one.gain for one in win.comparisons if one.gain is not None), None)
    return base is not None and base.low <= 0


def _finding(win: WinProbability) -> str:
    auc = win.overall.auc
    return (
        f"Learned from {many(win.n_train, 'deal')} that had ended by {day(win.split)}, tested on "
        f"{many(win.n_test, 'deal')} that {_reached(win)} after that. Of a deal that was won and one that was not, the "
        f"won one had the higher chance in {percent(auc.value)} ({interval(auc.low, auc.high)}) of all pairs."
    )


def _reached(win: WinProbability) -> str:
    """What deals did at the moment of which they were tested; where no stage is known they can only begin."""
    return "entered a stage" if any(one.stage is not None for one in win.by_stage) else "began"


def _headline(win: WinProbability) -> KeyFigures:
    found = win.overall
    base = next((one.theirs for one in win.comparisons if one.theirs is not None), None)
    return KeyFigures(
        (
            _key("Tells won from other deals (AUC)", found.auc, 2, "0.5 is chance, 1 is never wrong"),
            _key("Squared error (Brier score)", found.brier, 3, _alone(base.brier if base else None, "0 is perfect")),
            _key("Surprise (log loss)", found.log_loss, 3, _alone(base.log_loss if base else None, "0 is perfect")),
            _key("Calibration slope", found.slope, 2, "1 is right, below 1 is too bold"),
        )
    )


def _alone(base: Measured | None, otherwise: str) -> str:
    return f"{decimal(base.value)} by the stage’s win rate alone" if base else otherwise


def _key(name: str, found: Measured, places: int, basis: str) -> KeyFigure:
    return KeyFigure(name, decimal(found.value, places), decimals(found.low, found.high, places), basis)


def _tested_on(win: WinProbability, period: str) -> str:
    return (
        f"{many(win.overall.n, 'prediction')} for {many(win.n_test, 'deal')} that {_reached(win)} after "
        f"{day(win.split)}, record of {period}"
    )


def _curve(win: WinProbability, period: str) -> Figure:
    bands = win.overall.curve
    title = _curve_title(win.overall)
    sizes = sorted({min(band.n for band in bands), max(band.n for band in bands)})
    return Figure(
        id="calibration",
        title=title,
        basis=f"{_tested_on(win, period)} · {many(len(bands), 'band')} of {'–'.join(f'{n:,}' for n in sizes)} "
        "predictions · 95% intervals",
        picture=calibration_curve(bands, _COUNTED),
        in_words=f"Predicted chance beside the share won. {title}. "
        + each([f"{percent(band.predicted)} predicted, {_won(band)}" for band in bands]),
        reading=_CURVE_READING,
        table=_curve_table(bands),
    )


def _won(band: Band) -> str:
    return f"{percent(band.won.value)} ({interval(band.won.low, band.won.high)}) of {band.n:,} won"


def _curve_title(found: Accuracy) -> str:
    """Off where the intervals of intercept or slope say so, otherwise no claim but that nothing is seen to be off."""
    lowest, highest = found.curve[0], found.curve[-1]
    ends = (
        f"of deals given {percent(lowest.predicted)}, {percent(lowest.won.value)} were won, of those given "
        f"{percent(highest.predicted)}, {percent(highest.won.value)}"
    )
    off = []
    if found.intercept.low > 0 or found.intercept.high < 0:
        off.append(f"{'more' if found.intercept.value > 0 else 'fewer'} deals were won than predicted")
    if found.slope.high < 1:
        off.append("the chances are too bold: deals differ less than predicted")
    if found.slope.low > 1:
        off.append("the chances are too cautious: deals differ more than predicted")
    if off:
        said = " and ".join(off)
        return f"{said[:1].upper()}{said[1:]}; {ends}"
    return f"The chances came true as far as these deals can tell: {ends}"


def _curve_table(bands: Sequence[Band]) -> Table:
    rows = tuple(
        (
            Cell(f"band {place}", place),
            number(band.n),
            Cell(f"{band.predicted:.1%}", round(band.predicted, 6)),
            Cell(f"{band.won.value:.1%}", round(band.won.value, 6)),
            Cell(interval(band.won.low, band.won.high), round(band.won.low, 6)),
        )
        for place, band in enumerate(bands, 1)
    )
    columns = ("predictions, lowest first", "number", "predicted on average", "won", "95% interval")
    return Table("Predicted chance and share won", columns, rows, (False, *(True,) * 4))


def _comparisons(win: WinProbability, period: str) -> list[Block]:
    """A picture of those that could be made, and a refusal for each that could not."""
    made = [(one, one.gain, one.ours.n) for one in win.comparisons if one.gain is not None and one.ours is not None]
    blocks: list[Block] = []
    if made:
        rows = [_Row(one.name, gain, n) for one, gain, n in made]
        title = _gain_title(rows)
        blocks.append(
            Figure(
                id="win-probability-compared",
                title=title,
                basis=f"difference in Brier score, {_tested_on(win, period)}{_fewer(rows, win)} · 95% intervals",
                picture=_picture(rows, 3, "Brier score lower by", Reference(0.0, "no difference"), ""),
                in_words=f"The Brier score of the win probability beside other ways to predict. {title}. "
                + each([f"{row.name}: ours is lower by {_measured(row.found)}, {row.n:,} {_COUNTED}" for row in rows]),
                reading=f"{_GAIN_READING} {_HINDSIGHT}" if _fewer(rows, win) else _GAIN_READING,
                table=_comparison_table(win.comparisons),
            )
        )
    blocks += [
        Refusal(f"the comparison with {one.name}", sentence(one.note), _CRM_NEEDED)
        for one in win.comparisons
        if one.gain is None
    ]
    return blocks


def _picture(rows: Sequence[_Row], places: int, title: str, reference: Reference, count: str) -> Picture:
    """`count` says how many there are behind each figure, where that has to stand beside it."""
    ends = [reference.at, *(end for row in rows for end in (row.found.low, row.found.high))]
    beyond = max((max(ends) - min(ends)) * 0.06, 0.002)
    groups = []
    for row in rows:
        figure = _measured(row.found, places)
        words = f"{row.name}: {title} {figure}, {many(row.n, 'prediction')}"
        shown = figure + count.format(row.n)
        groups.append(Dot(row.name, row.found.value, row.found.low, row.found.high, shown, words, row.side))
    return dots(groups, Scale(min(ends) - beyond, max(ends) + beyond, ".3~f", title=title), reference)


def _fewer(rows: Sequence[_Row], win: WinProbability) -> str:
    """What was compared on fewer predictions than the others: one to a deal, where there is only the CRM's last."""
    fewer = [f"{row.name} on one prediction for each of {many(row.n, 'deal')}" for row in rows if row.n < win.overall.n]
    return f"; {listed(fewer)}" if fewer else ""


def _measured(found: Measured, places: int = 3) -> str:
    return f"{decimal(found.value, places)} ({decimals(found.low, found.high, places)})"


def _gain_title(rows: Sequence[_Row]) -> str:
    sides = {1: "predicts better than {}", -1: "predicts worse than {}", 0: "cannot be told apart from {}"}
    said = [
        words.format(listed(names))
        for side, words in sides.items()
        if (names := [_the(row.name) for row in rows if row.side == side])
    ]
    return f"The win probability {'; it '.join(said)}"


def _the(name: str) -> str:
    """The name of a way to predict within a sentence."""
    return f"the {name}" if name.startswith("win rate") else name


def _comparison_table(comparisons: Sequence[Comparison]) -> Table:
    def row(one: Comparison) -> tuple[Cell, ...]:
        if one.theirs is None or one.ours is None or one.gain is None:
            return (Cell(one.name), *(NOTHING,) * 7)
        return (
            Cell(one.name),
            number(one.ours.n),
            *(_cell(found, 3) for found in (one.theirs.brier, one.ours.brier, one.gain)),
            *(_cell(found, 2) for found in (one.theirs.auc, one.ours.auc)),
            Cell(f"{decimal(one.theirs.log_loss.value)} and {decimal(one.ours.log_loss.value)}"),
        )

    columns = ("compared with", "predictions", "its Brier score", "ours", "lower by", "its AUC", "our AUC",
               "log loss, its and ours")  # fmt: skip
    return Table(
        "The win probability beside other ways to predict", columns, tuple(map(row, comparisons)),
        (False, *(True,) * 7), "95% intervals in brackets. Both are judged on the same predictions.",
    )  # fmt: skip


def _cell(found: Measured, places: int) -> Cell:
    return Cell(_measured(found, places), round(found.value, 6))


def _by_stage(stages: Sequence[StageAccuracy], win: WinProbability, period: str) -> Figure:
    rows = [_Row(_moment(one), one.accuracy.auc, one.accuracy.n, _CHANCE) for one in stages]
    title = _stage_title(rows)
    return Figure(
        id="win-probability-by-stage",
        title=title,
        basis=f"how often the won one of two deals had the higher chance (AUC), deals that got so far after "
        f"{day(win.split)}, record of {period} · 95% intervals",
        picture=_picture(rows, 2, "AUC", Reference(_CHANCE, "chance"), "  of {:,}"),
        in_words=f"How well the win probability tells deals apart on entering each stage. {title}. "
        + each([f"{row.name}: AUC {_measured(row.found, 2)} on {many(row.n, 'deal')}" for row in rows]),
        reading=_STAGE_READING,
        table=_stage_table(stages),
    )


def _moment(one: StageAccuracy) -> str:
    return "at the beginning" if one.stage is None else one.stage


def _stage_title(rows: Sequence[_Row]) -> str:
    sure = [row.name for row in rows if row.side > 0]
    if len(sure) == len(rows):
        values = sorted(row.found.value for row in rows)
        span = decimals(values[0], values[-1], 2) if len(rows) > 1 else decimal(values[0], 2)
        return f"Won and other deals are told apart better than by chance at every stage (AUC {span})"
    if not sure:
        return "At no single stage can the win probability be told from chance"
    return f"Won and other deals are told apart better than by chance at: {listed(sure, 6)}"


def _stage_table(stages: Sequence[StageAccuracy]) -> Table:
    def row(one: StageAccuracy) -> tuple[Cell, ...]:
        found = one.accuracy
        return (
            Cell(_moment(one)),
            number(one.n_train),
            Cell(percent(one.base_rate), round(one.base_rate, 6)),
            number(found.n),
            number(found.won),
            _cell(found.auc, 2),
            _cell(found.brier, 3),
            _cell(found.log_loss, 3),
            _cell(found.slope, 2),
        )

    columns = ("on entering", "learned from", "won before the split", "tested on", "of them won", "AUC", "Brier score",
               "log loss", "calibration slope")  # fmt: skip
    return Table(
        "How good the win probability is at each stage", columns, tuple(map(row, stages)), (False, *(True,) * 8),
        "Numbers of deals; 95% intervals in brackets.",
    )  # fmt: skip


def _left_out(win: WinProbability) -> list[Block]:
    """What must not be used, and why; that the rep is never used is said in any case."""
    told_always = "Who owns a deal is left out on purpose: the chance is that of the deal, whoever works it."
    if not win.excluded:
        return [Prose(f"{told_always} No other fact on record had to be left out.")]
    rows = tuple((Cell(one.fact), Cell(sentence(one.reason))) for one in win.excluded)
    note = f"{told_always} A fact that is noted because of the outcome would predict the past and not the future."
    return [Table("Left out, and why", ("fact", "why it is not used"), rows, (False, False), note)]
