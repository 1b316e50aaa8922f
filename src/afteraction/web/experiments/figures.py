"""The chart of a trial's looks, for its page and its PDF, with the figures behind it."""

from collections.abc import Sequence
from functools import lru_cache

from django.utils.safestring import SafeString

from afteraction.report.charts.trial import trial_picture
from afteraction.report.document import Cell, Figure, Table
from afteraction.report.html import render_figure
from afteraction.report.wording import many
from afteraction.web.experiments.drawing import Drawing
from afteraction.web.experiments.models import Look
from afteraction.web.experiments.shown import SAYS, course_of, effect_words, shown

_READING = (
    "The line is the effect by all that counted at each look, the band where it lies by everything known until then: "
    "it holds at every look, so one may look every day. Early bands leave the picture. A deal counts once its time "
    "has passed, whenever it ended."
)


def looks_figure(drawing: Drawing, looks: Sequence[Look]) -> Figure | None:
    """The effect over the looks; None before one found it."""
    course = course_of(drawing, looks)
    if course is None:
        return None
    newest = shown(drawing, looks[-1])
    counting = sum(arm.counting for arm in newest.arms)
    old, new = newest.arms
    interval = f"95% interval {newest.effect.interval}" if newest.effect else "no interval at the newest look"
    basis = (
        f"{drawing.document.primary.name}. {many(counting, 'deal')} that count: {new.counting:,} {new.name}, "
        f"{old.counting:,} {old.name}; {many(len(looks), 'look')}, newest {looks[-1].at:%-d %B %Y}; {interval}."
    )
    last = course.looks[-1]
    return Figure(
        id="trial-looks",
        title=newest.title,
        basis=basis,
        picture=trial_picture(course),
        in_words=f"{newest.title}. At the newest look {last.value:+.1f}, from {last.low:+.1f} to {last.high:+.1f}.",
        reading=_READING,
        table=_table(drawing, looks),
    )


def figure_for_page(drawing: Drawing, looks: Sequence[Look]) -> SafeString:
    """The chart as HTML; empty before there is one. Looks are never replaced, so it is drawn once for each newest."""
    return SafeString(_drawn(_Looks(drawing, tuple(looks))))


class _Looks:
    """Looks as the key of a cache: the same while the newest is, and none was added before it."""

    def __init__(self, drawing: Drawing, looks: tuple[Look, ...]) -> None:
        self.drawing, self.looks = drawing, looks
        self.key = (drawing.digest, drawing.extended, *((each.pk, each.made_at) for each in looks))

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Looks) and self.key == other.key


@lru_cache(maxsize=64)
def _drawn(of: _Looks) -> str:
    figure = looks_figure(of.drawing, of.looks)
    return render_figure(figure) if figure is not None else ""


def _table(drawing: Drawing, looks: Sequence[Look]) -> Table:
    share = drawing.document.primary.share
    rows = []
    for each in looks:
        found = each.result["found"]
        words = [effect_words(found[name], share=share) if name in found else "–" for name in ("value", "low", "high")]
        arms = [f"{arm['counting']:,}" for arm in each.result["arms"]]
        cells = [f"{each.at:%Y-%m-%d}", str(each.data_version), *arms, *words, SAYS.get(each.rule_says, SAYS[""])[0]]
        rows.append(tuple(Cell(text) for text in cells))
    old, new = (arm.name for arm in drawing.document.arms)
    names = ("Known until", "Data version", old, new, "Effect", "From", "To", "The rule says")
    numeric = (False, True, True, True, True, True, True, False)
    return Table("Every look", names, tuple(rows), numeric, note="Deals that count, by arm.", folded=True)
