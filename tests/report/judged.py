"""Results about what moves the outcome, made by hand, with any names, and a check that a section prints."""

import io
from collections.abc import Callable
from xml.etree import ElementTree as Xml

from defusedxml.ElementTree import fromstring
from pypdf import PdfReader

from afteraction.analysis.attributes import AttributeEffect
from afteraction.analysis.behaviours import SLOW, BehaviourEffect
from afteraction.analysis.calibration import Measured
from afteraction.analysis.claim import (
    Claim,
    ClaimVerdict,
    Direction,
    Evidence,
    Finding,
    Judgement,
    Subject,
    SubjectKind,
)
from afteraction.analysis.intervals import rate
from afteraction.analysis.leaky_facts import LeftOut
from afteraction.analysis.qualification import Band, BandVerdict, Fact, Pursuit, Qualification
from afteraction.analysis.verdict import Verdict
from afteraction.analysis.walk_away import LEFT, Gain, Left, WalkAway
from afteraction.errors import NotEnoughData
from afteraction.report.document import Figure, Report, Section
from afteraction.report.html import render_html
from afteraction.report.pdf import render_pdf
from afteraction.report.theme import LIGHT

Named = Callable[[str], str]
REFUSED = NotEnoughData("only 3 ended deals that did it at the landmark", "at least 25 of each")
TOLD = {"landmark_days": 20.0, "n": 500, "did": 200, "compared": 490, "rate_did": 0.4, "rate_not": 0.3}


def same(name: str) -> str:
    return name


def behaviours(named: Named = same) -> tuple[BehaviourEffect, ...]:
    """One that helps, one that hurts, one that does nothing, one that cannot be told, one refused."""

    def one(name: str, verdict: Verdict, effect: float, naive: float) -> BehaviourEffect:
        known = TOLD | {"effect": effect, "low": effect - 0.04, "high": effect + 0.04, "q": 0.01}
        return BehaviourEffect(name, named(f"{name} means this"), verdict, naive_difference=naive, **known)  # type: ignore[arg-type]

    return (
        one("fast_first_response", Verdict.NO_EFFECT, 0.0, 0.2),
        one("two_people_reached", Verdict.HELPS, 0.08, 0.1),
        one("silence", Verdict.HURTS, -0.09, -0.3),
        one(f"{SLOW}{named('Qualify')}", Verdict.CANT_TELL, 0.02, 0.02),
        BehaviourEffect("stage_backwards", named("moved back"), Verdict.CANT_TELL, refused=REFUSED),
    )


def attributes(named: Named = same, levels: int = 3) -> tuple[AttributeEffect, ...]:
    """Levels of two facts; the last of each is told apart from none, upwards and downwards."""

    def one(fact: str, number: int, last: float) -> AttributeEffect:
        effect = last if number == levels - 1 else 0.01 * (number % 3)
        verdict = Verdict.CANT_TELL if number < levels - 1 else Verdict.HELPS if last > 0 else Verdict.HURTS
        known = TOLD | {"effect": effect, "low": effect - 0.06, "high": effect + 0.06, "q": 0.01}
        known |= {"landmark_days": 0.0, "compared": 1_000 - number}
        return AttributeEffect(fact, named(f"{fact} {number}"), verdict, naive_difference=0.1, **known)  # type: ignore[arg-type]

    return tuple(one(fact, n, last) for fact, last in (("deal_type", 0.12), ("segment", -0.2)) for n in range(levels))


def judgements(named: Named = same) -> tuple[Judgement, ...]:
    """A fact, a piece of fiction with more evidence than a card holds, and two that cannot be told."""

    def claim(sentence: str, segment: str | None = None) -> Claim:
        return Claim(named(sentence), Subject(SubjectKind.STEP, words=("demo",)), Direction.HELPS, segment)

    def evidence(about: str, finding: Finding, effect: float, naive: float | None = 0.3) -> Evidence:
        words = f"{about}: some points"
        interval = (effect, effect - 0.03, effect + 0.03)
        return Evidence(named(about), finding, named(words), 400, *interval, 0.02, naive, (named("time: at one age"),))

    beside = Evidence(named("who says it"), Finding.BESIDE, named("reps say it equally often"), 90)
    ties = [evidence(f"competitor {number}", Finding.CONTRADICTS, 0.01, None) for number in range(8)]
    return (
        Judgement(claim("Demos win deals"), ClaimVerdict.FACT, named("the demo helps"),
                  (evidence("Demo", Finding.SUPPORTS, 0.09),), (named("the step Demo"),)),
        Judgement(claim("Discounts close deals"), ClaimVerdict.FICTION, named("the discount hurts"),
                  (evidence("Discount", Finding.CONTRADICTS, -0.08), *ties, beside)),
        Judgement(claim("Lunches win deals", named("Large")), ClaimVerdict.CANT_TELL, named("nothing is called lunch"),
                  settled_by=named("touches that say it was done")),
        Judgement(claim("Speed wins"), ClaimVerdict.CANT_TELL, named("it is open"),
                  (evidence("Speed", Finding.OPEN, 0.03, 0.04),), settled_by=named("about 900 further deals")),
    )  # fmt: skip


def band(group: str, times: float, verdict: BandVerdict, *, deals: int = 100, known: bool = True) -> Band:
    """A group that brings so many times what others bring."""
    result = Measured(times * 1_000, times * 700, times * 1_400)
    plain = Band(group, deals, rate(30, deals), 400.0, times * 400_000, None, None, None, None, verdict)
    if not known:
        return plain
    against = Measured(times, times * 0.7, times * 1.4)
    return Band(group, deals, rate(30, deals), 400.0, times * 400_000, result, result, against, 0.01, verdict)


def qualification(named: Named = same, *, brings: str = "EUR", per: str = "hours") -> Qualification:
    """Three groups of a segment, one too small to be told; an industry in which nothing stands out."""
    scale = 1 / 20_000 if brings == "wins" else 1.0

    def scaled(one: Band) -> Band:
        found = one.result and Measured(one.result.value * scale, one.result.low * scale, one.result.high * scale)
        return Band(one.group, one.deals, one.won, one.effort, one.brought * scale, found, found, one.against, one.q,
                    one.verdict)  # fmt: skip

    segment = (
        band(named("Large"), 3.0, BandVerdict.ABOVE),
        band(named("Middle"), 1.1, BandVerdict.NOT_DIFFERENT, deals=140),
        band(named("Small"), 0.25, BandVerdict.BELOW),
        band(named("Public"), 1.0, BandVerdict.CANT_TELL, known=False),
    )
    industry = (
        band(named("Health"), 1.05, BandVerdict.NOT_DIFFERENT),
        band(named("Media"), 0.97, BandVerdict.NOT_DIFFERENT),
    )
    return Qualification(
        brings=brings,
        per=per,
        overall=Measured(1_000 * scale, 800 * scale, 1_250 * scale),
        facts=(Fact("industry", tuple(map(scaled, industry)), 0), Fact("segment", tuple(map(scaled, segment)), 2)),
        pursuit=(
            Pursuit("won", 120, 480.0, Measured(0.48, 0.44, 0.52), 4.0),
            Pursuit("lost", 200, 400.0, Measured(0.4, 0.36, 0.44), 2.0),
            Pursuit("no_decision", 80, 120.0, Measured(0.12, 0.1, 0.14), 1.5),
        ),
        deals=400,
        left_out=(LeftOut(named("close_reason"), named("it is on record for lost deals alone")),),
        notes=(named("half of the touches have no minutes"),),
    )


def gain(value: float, q: float) -> Gain:
    return Gain(value, value - 0.05, value + 0.05, q)


def curve(
    stage: str = "Qualify", age: float = 0.0, wins: Gain | None = None, value: Gain | None = None, unit: str = "hours"
) -> WalkAway:
    """A curve along which two thirds as many wins are lost as hours are saved."""

    def measured(share: float) -> Measured:
        return Measured(share, share * 0.6, min(share * 1.5, 1.0))

    points = tuple(
        Left(limit, limit, round(limit * 300), measured(limit), measured(limit * 0.66),
             measured(limit * 0.9) if value else None, limit * 900, round(limit * 60))
        for limit in LEFT
    )  # fmt: skip
    return WalkAway(stage, age, unit, 300, points, None, wins or gain(0.08, 0.001), value)


def refused_curve(stage: str = "Sign") -> WalkAway:
    missing = NotEnoughData(
        "12 ended deals with a probability from before, 3 of them won", "at least 50, 5 of them won"
    )
    return WalkAway(stage, 0.0, "hours", 12, (), missing)


def prints(section: Section) -> str:
    """Print a section as a page and as a PDF, check that nothing in it became mark-up, and return the page."""
    report = Report("A report", "", (), (section,))
    page = render_html(report)
    assert page.count("<script") == 1
    assert len(PdfReader(io.BytesIO(render_pdf(report))).pages) >= 1
    for figure in (block for block in section.blocks if isinstance(block, Figure)):
        assert len(figure.in_words) > 40
        for svg in (figure.picture.wide, figure.picture.narrow):
            assert _colours(fromstring(svg)) <= set(LIGHT.values()) | {"none", "transparent"}
    return page


def _colours(root: Xml.Element) -> set[str]:
    found = {element.get(name, "none") for element in root.iter() for name in ("fill", "stroke")}
    return {colour for colour in found if not colour.startswith("url(")}
