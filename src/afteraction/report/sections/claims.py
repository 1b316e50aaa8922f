"""The section on what is said in the organisation about why deals are won and lost: fact, fiction, or can't tell."""

from collections.abc import Iterator, Sequence
from typing import Final

from afteraction.analysis.claim import ClaimVerdict, Evidence, Finding, Judgement
from afteraction.analysis.verdict import MATTERS
from afteraction.errors import NotEnoughData
from afteraction.report.charts import effects as chart
from afteraction.report.charts.effects import Words, effect_dots
from afteraction.report.document import Answer, Answers, Block, Cell, Figure, Prose, Refusal, Section, Table, Tone
from afteraction.report.sections.cells import NOTHING, number, refusal, sentence
from afteraction.report.wording import are, capital, each, listed, many, points

_TITLE: Final = "Fact, fiction, or can’t tell"
_VERDICTS: Final = {
    ClaimVerdict.FACT: ("Fact", Tone.GOOD),
    ClaimVerdict.FICTION: ("Fiction", Tone.POOR),
    ClaimVerdict.CANT_TELL: ("Can’t tell", Tone.UNKNOWN),
}
_FINDINGS: Final = {
    Finding.SUPPORTS: "supports it",
    Finding.CONTRADICTS: "contradicts it",
    Finding.OPEN: "leaves it open",
    Finding.BESIDE: "decides nothing",
}
_MARKS: Final[dict[Finding, chart.Finding]] = {
    Finding.SUPPORTS: "helps",
    Finding.CONTRADICTS: "hurts",
    Finding.OPEN: "cant_tell",
}
_WORDS: Final = Words("supports the claim", "contradicts it", "no effect", "leaves it open")
_RULE: Final = (
    "A claim is a fact when what it names does what it says, and fiction when that does the opposite, or nothing that "
    f"matters: less than {MATTERS * 100:.0f} points of win probability among comparable deals."
)
_SHOWN: Final = 6
_READING: Final = (
    "Each row is something that a claim names. The dot is how much more often comparable deals are won with it, the "
    "line its 95% interval; the cross is what the plain win rates say, which is what people have seen and believe. In "
    "the shaded zone an effect is too small to matter. A circle supports the claim, a diamond contradicts it."
)


def claim_section(judgements: Sequence[Judgement] | NotEnoughData, period: str) -> Section:
    """Every claim with its verdict, its evidence and what would settle it; `period` is that of the deals."""
    if isinstance(judgements, NotEnoughData):
        return Section("claims", _TITLE, blocks=(refusal("whether what is said is true", judgements),))
    if not judgements:
        needed = "A sentence about why deals are won or lost, and what would have to be found if it were true."
        nothing = Refusal("whether what is said is true", "No claim was put.", needed)
        return Section("claims", _TITLE, blocks=(nothing,))
    blocks: list[Block] = [Prose(f"{_RULE} Judged on the deals of {period}.")]
    blocks.append(Answers(tuple(map(_answer, judgements)), _table(judgements)))
    figure = _figure(judgements, period)
    return Section("claims", _TITLE, _finding(judgements), (*blocks, *([figure] if figure else [])))


def _finding(judgements: Sequence[Judgement]) -> str:
    counts = {verdict: sum(one.verdict is verdict for one in judgements) for verdict in ClaimVerdict}
    facts, fictions, untold = (counts[verdict] for verdict in ClaimVerdict)
    said = [f"{facts} {are(facts)} fact"] if facts else []
    said += [f"{fictions} {are(fictions)} fiction"] if fictions else []
    said += [f"{untold} cannot be told yet"] if untold else []
    return f"Of {many(len(judgements), 'claim')} about why deals are won and lost, {listed(said)}."


def _question(one: Judgement) -> str:
    within = f", in {one.claim.segment}" if one.claim.segment else ""
    return f"“{one.claim.sentence}”{within}"


def _answer(one: Judgement) -> Answer:
    verdict, tone = _VERDICTS[one.verdict]
    decides = _deciding(one)
    figures = [(capital(evidence.about), _value(evidence)) for evidence in decides[:_SHOWN]]
    if len(decides) > _SHOWN:
        figures.append((f"and {len(decides) - _SHOWN} more", "in the table of all evidence"))
    return Answer(_question(one), verdict, tone, sentence(one.reason), tuple(figures), tuple(_advice(one, decides)))


def _deciding(one: Judgement) -> list[Evidence]:
    """The evidence that the verdict rests on."""
    return [evidence for evidence in one.evidence if evidence.finding is not Finding.BESIDE]


def _value(evidence: Evidence) -> str:
    """What a piece of evidence says, with its effect, interval, number of deals and the naive difference."""
    said = [_FINDINGS[evidence.finding]]
    if evidence.effect is not None and evidence.low is not None and evidence.high is not None:
        said.append(f"{points(evidence.effect)} points ({points(evidence.low)} to {points(evidence.high)})")
    if evidence.n:
        said.append(many(evidence.n, "deal"))
    if evidence.naive_difference is not None:
        said.append(f"plain win rates say {points(evidence.naive_difference)}")
    return " · ".join(part.replace(" ", "\u00a0") for part in said)  # a line may only end between the parts


def _advice(one: Judgement, decides: Sequence[Evidence]) -> Iterator[tuple[str, str]]:
    if one.settled_by:
        yield "What would settle it", sentence(one.settled_by)
    if one.matched:
        yield "Taken to be meant", sentence("; ".join(one.matched))
    if checks := list(dict.fromkeys(check for evidence in decides for check in evidence.checks)):
        more = f"; and {len(checks) - _SHOWN} more, in the table" if len(checks) > _SHOWN else ""
        yield "Checked", sentence(f"{'; '.join(checks[:_SHOWN])}{more}")


def _table(judgements: Sequence[Judgement]) -> Table | None:
    rows = [
        (
            Cell(one.claim.sentence),
            Cell(capital(evidence.about)),
            Cell(_FINDINGS[evidence.finding]),
            Cell(sentence(evidence.says)),
            number(evidence.n) if evidence.n else NOTHING,
            NOTHING
            if evidence.naive_difference is None
            else Cell(points(evidence.naive_difference), evidence.naive_difference),
            NOTHING if evidence.q is None else Cell(f"{evidence.q:.3f}", evidence.q),
            Cell(sentence("; ".join(evidence.checks)) or "–"),
        )
        for one in judgements
        for evidence in one.evidence
    ]
    columns = ("claim", "evidence", "it", "what the record says", "deals", "naive", "q", "checked")
    numeric = (False, False, False, False, True, True, True, False)
    note = "Effects are in points of win probability. Naive is what the plain win rates differ by."
    return Table("All evidence on the claims", columns, tuple(rows), numeric, note) if rows else None


def _figure(judgements: Sequence[Judgement], period: str) -> Figure | None:
    """The effects that claims were judged by, where the plain win rates say something else or the same."""
    rows: dict[tuple[str, chart.Finding], chart.Effect] = {}
    for one in judgements:
        for row in map(_row, _deciding(one)):
            if row is not None:
                rows.setdefault((row.name, row.finding), row)
    if not rows:
        return None
    shown = sorted(rows.values(), key=lambda row: -row.effect)
    title = _figure_title(shown)
    return Figure(
        id="claims-beside-win-rates",
        title=title,
        basis=f"difference in the probability of winning, in points, {period} · 95% intervals",
        picture=effect_dots(shown, MATTERS, _WORDS),
        in_words=f"What the claims name, beside what plain win rates say of it. {title}. "
        + each(
            [
                f"{row.name} {points(row.effect)} points ({points(row.low)} to {points(row.high)}), "
                f"plain win rates {points(row.naive or 0)}"
                for row in shown
            ]
        ),
        reading=_READING,
    )


def _row(evidence: Evidence) -> chart.Effect | None:
    """Evidence that is an effect on winning: what has a naive difference to be held against."""
    if evidence.effect is None or evidence.low is None or evidence.high is None or evidence.naive_difference is None:
        return None
    mark = _MARKS[evidence.finding]
    return chart.Effect(
        capital(evidence.about), evidence.effect, evidence.low, evidence.high, evidence.naive_difference, mark
    )


def _figure_title(rows: Sequence[chart.Effect]) -> str:
    """How many plain win rates differ from the effect that they are taken for by what matters, and beyond chance."""
    misleading = [
        row
        for row in rows
        if row.naive is not None and not row.low <= row.naive <= row.high and abs(row.naive - row.effect) >= MATTERS
    ]
    if not misleading:
        return "Plain win rates do not contradict what comparable deals say of the claims"
    worst = max(misleading, key=lambda row: abs((row.naive or 0) - row.effect))
    return (
        f"Plain win rates mislead on {len(misleading)} of {many(len(rows), 'thing')} that are said to matter, most on "
        f"{worst.name}: {points(worst.naive or 0)} points, against {points(worst.effect)} among comparable deals"
    )
