"""Studies made by hand, of any size and with any names, so that reports can be tested without a record."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from tests.analysis.frames import frame

from afteraction.analysis.adherence import Adherence, GroupAdherence, StepAdherence
from afteraction.analysis.directly_follows import Activity, DirectlyFollows, Edge
from afteraction.analysis.divergence import Comparison, Divergence, Divergences
from afteraction.analysis.health_answer import Figure, HealthAnswer, Reply
from afteraction.analysis.intervals import difference, rate
from afteraction.analysis.outcome_findings import NO_PROCESS, OutcomeFindings
from afteraction.analysis.quality import DataQuality, Finding, MissingColumn, Severity
from afteraction.analysis.stage_times import AllStageTimes, StageTimes, Stalled
from afteraction.analysis.step_effects import StepEffect
from afteraction.analysis.study import ProcessFindings, Study
from afteraction.analysis.summary import ColumnFilled, DataSummary
from afteraction.analysis.survival import Duration, Quantile
from afteraction.analysis.variants import Variant, Variants
from afteraction.analysis.verdict import Verdict
from afteraction.analysis.win_rates import (
    GroupedWinRates,
    GroupWinRate,
    MonthWinRate,
    TooSmall,
    WinRate,
    WinRates,
)
from afteraction.errors import NotEnoughData
from afteraction.process.model import Process, Step

MISSING = NotEnoughData("nothing was recorded", "touches and stage changes of the deals")


def no_outcomes(process: Process, effects: tuple[StepEffect, ...]) -> OutcomeFindings:
    """What moves the outcome of deals of which nothing but the steps' effects could be found."""
    return OutcomeFindings(
        frame=frame(["won", "lost"], process=process),
        process=process,
        steps=effects,
        behaviours=(),
        attributes=(),
        claims=(),
        win_probability=MISSING,
        likely=(),
        reps=MISSING,
        boxes=MISSING,
        competing_risks=MISSING,
        winning_later=MISSING,
        qualification=MISSING,
        walk_away=(),
    )


def _same(name: str) -> str:
    return name


@dataclass(frozen=True)
class Recipe:
    """How a study is made: `named` turns every name of the record into another one."""

    named: Callable[[str], str] = _same
    reps: int = 4
    months: int = 8
    steps: int = 5
    stages: tuple[str, ...] = ("Qualify", "Propose", "Negotiate")
    names: dict[str, str] = field(default_factory=dict)

    def process(self) -> Process:
        n = self.named
        steps = tuple(
            Step(
                id=f"step_{number}",
                stage=n(self.stages[number * len(self.stages) // self.steps]),
                activities=(n(f"Activity {number}"),),
                buyer=n("agrees"),
                required=number % 3 != 2,
                within=timedelta(days=14) if number == 0 else None,
                before=("step_1",) if number == 0 else (),
                name=n(f"Step {number}"),
            )
            for number in range(self.steps)
        )
        return Process(n("Enterprise sale"), 3, tuple(map(n, self.stages)), steps)

    def month_names(self) -> list[str]:
        return [f"{2024 + number // 12}-{number % 12 + 1:02d}" for number in range(self.months)]

    def adherence(self) -> Adherence:
        process = self.process()

        def group(name: str, deals: int, kept: float) -> GroupAdherence:
            required = [step.id for step in process.steps if step.required]
            each = {step: (deals, round(deals * kept)) for step in required}
            return GroupAdherence(name, deals, deals * len(required), round(deals * kept) * len(required), each)

        steps = tuple(
            StepAdherence(
                step=step.id,
                name=step.name,
                stage=step.stage,
                required=step.required,
                entered=400,
                due=360,
                done=300 - 40 * number,
                skipped=60 + 40 * number if step.required else 0,
                late=20,
                out_of_order=10,
                pending=30,
                excused=10,
                kept=270 - 40 * number,
                late_of_due=20,
            )
            for number, step in enumerate(process.steps)
        )
        n = self.named
        return Adherence(
            steps=steps,
            by_owner=tuple(
                group(n(f"rep {number}"), 60, 0.2 + 0.7 * number / self.reps) for number in range(self.reps)
            ),
            by_team=(group(n("East"), 200, 0.61), group(n("West"), 180, 0.6)),
            by_segment=(group(n("Large"), 200, 0.61), group(n("Small"), 180, 0.6)),
            by_month=tuple(group(month, 40, 0.5) for month in self.month_names()),
        )

    def effects(self) -> tuple[StepEffect, ...]:
        verdicts = (Verdict.HELPS, Verdict.HURTS, Verdict.NO_EFFECT, Verdict.CANT_TELL, Verdict.LEAK)
        return tuple(
            StepEffect(
                step=step.id,
                stage=step.stage,
                verdict=Verdict.CANT_TELL,
                refused=NotEnoughData("12 deals did it by the landmark", "25 deals that did it"),
            )
            if number >= len(verdicts)
            else StepEffect(
                step=step.id,
                stage=step.stage,
                verdict=verdicts[number],
                landmark_days=20.0,
                n=380,
                did=200,
                effect=0.12 - 0.08 * number,
                low=0.06 - 0.08 * number,
                high=0.18 - 0.08 * number,
                q=0.01,
                rate_did=0.4,
                rate_not=0.28,
                naive_difference=0.2,
                e_value=2.1,
                deals_needed=0,
                compared=370,
            )
            for number, step in enumerate(self.process().steps)
        )

    def graph(self, *, beside: bool = True) -> DirectlyFollows:
        """What follows what; with `beside`, an activity that is not on paper is among it."""
        process, n = self.process(), self.named
        path: list[str] = []
        for stage in process.stages:
            path.append(f"stage: {stage}")
            path += [step.activities[0] for step in process.steps_of(stage)]
        mail = n("Follow-up mail")
        names = [*path, mail] if beside else path
        outcomes = {"won": 40, "lost": 50, "no_decision": 20, "open": 10}
        edges = [Edge(a, b, 300, 290, outcomes, 3.5) for a, b in pairwise(path)]
        edges += [Edge(path[-1], path[0], 20, 18, outcomes, 1.0), Edge(None, path[0], 400, 400, outcomes)]
        edges += [Edge(path[0], None, 60, 60, {"lost": 60}), Edge(path[-1], None, 120, 120, outcomes)]
        if beside:
            edges += [Edge(name, mail, 200, 150, outcomes, 2.0) for name in path]
        activities = [
            Activity(name, name.startswith("stage: "), 400 - number, 380 - number) for number, name in enumerate(names)
        ]
        return DirectlyFollows(400, tuple(activities), tuple(edges), 0)

    def win_rates(self) -> WinRates:
        n = self.named

        def won(count: int, ended: int) -> WinRate:
            lost = ended - count - 5
            return WinRate(count, lost, 5, rate(count, ended), rate(count, count + lost))

        overall = won(120, 400)

        def group(name: str, count: int, ended: int, verdict: str) -> GroupWinRate:
            found = won(count, ended)
            return GroupWinRate(n(name), found, difference(found.of_ended, overall.of_ended), 0.01, verdict)  # type: ignore[arg-type]

        segments = (
            group("Large", 20, 100, "below"),
            group("Middle", 40, 140, "not_different"),
            group("Small", 60, 160, "above"),
        )
        owners = tuple(group(f"rep {number}", 12 + number % 20, 60, "not_different") for number in range(self.reps))
        return WinRates(
            overall=overall,
            by={
                "segment": GroupedWinRates("segment", segments, TooSmall(0, None), None, leaks=False),
                "owner": GroupedWinRates("owner", owners, TooSmall(3, won(8, 30)), won(10, 40), leaks=False),
                "competitor": GroupedWinRates(
                    "competitor", (group("Vertexa", 1, 60, "leak"),), TooSmall(0, None), None, leaks=True
                ),
                "deal_type": GroupedWinRates(
                    "deal_type", (group("New", 30, 100, "not_different"),), TooSmall(0, None), None, leaks=False
                ),
            },
            months=tuple(MonthWinRate(month, won(15, 50)) for month in self.month_names()),
        )

    def variants(self) -> Variants:
        names = tuple(activity.name for activity in self.graph().activities)
        top = tuple(
            Variant(
                number + 1,
                names[: 3 + number] * (1 + number % 2),
                40 - number,
                rate(40 - number, 400),
                rate(9, 30),
                33.0,
            )
            for number in range(4)
        )
        return Variants(400, 0, 120, 25, 90, 80, 30, (*top, replace(top[0], number=9, win_rate=None, median_days=None)))

    def stage_times(self) -> AllStageTimes:
        def duration(median: float) -> Duration:
            return Duration(
                400,
                380,
                Quantile(median / 2, 1.0, 3.0),
                Quantile(median, median - 1, median + 1),
                Quantile(None, 9.0, None),
            )

        stages = tuple(
            StageTimes(
                stage=self.named(stage),
                deals=390,
                duration=duration(6.0 + 5 * number),
                by_outcome={"won": duration(5.0), "lost": duration(9.0)},
                entered_again=rate(12, 390),
                moved_back=rate(10, 300),
                died=rate(90, 380),
                stalled=None if number == 0 else Stalled(30.0, rate(7, 40)),
            )
            for number, stage in enumerate(self.stages)
        )
        return AllStageTimes(stages, rate(30, 900))

    def divergences(self) -> Divergences:
        def one(name: str, won: int, q: float) -> Divergence:
            mine, others = rate(won, 100), rate(30, 200)
            comparisons = tuple(Comparison(day, mine, others, difference(mine, others), q) for day in (14, 30))
            return Divergence(self.named(name), comparisons, mine, others, difference(mine, others))

        return Divergences((14, 30), 120, 280, ("lost",), (one("Activity 1", 60, 0.001), one("Activity 2", 16, 0.8)))

    def summary(self) -> DataSummary:
        columns = (
            ColumnFilled("deals", "deal_id", 450, 450, attribute=False),
            ColumnFilled("deals", self.named("colour"), 40, 450, attribute=True),
        )
        return DataSummary(
            version=7,
            deals=450,
            events=5_200,
            from_=datetime(2024, 1, 3, 9, tzinfo=UTC),
            to=datetime(2024, 12, 30, 9, tzinfo=UTC),
            outcomes={"open": 50, "won": 120, "lost": 250, "no_decision": 30},
            accounts=80,
            owners=self.reps,
            people=20,
            leads=0,
            columns=columns,
            with_events=rate(430, 450),
            with_stage_changes=rate(420, 450),
        )

    def quality(self) -> DataQuality:
        def finding(title: str, severity: Severity) -> Finding:
            return Finding("flaw", title, rate(90, 450), severity, "It matters.", "Repair it.", self.named("Price"))

        return DataQuality(
            (finding("Deals without any event", Severity.HIGH), finding("Overdue", Severity.LOW)),
            (MissingColumn("deals", "competitor", "No win rate by competitor.", (3,)),),
        )

    def health(self) -> tuple[HealthAnswer, ...]:
        figures = {
            "kept": Figure("steps kept", 0.58, "share", 400, 0.55, 0.61),
            "trend": Figure("change in half a year", -0.04, "points", None, -0.08, 0.0),
            "steps": Figure("steps on paper", 5, "count"),
            "spread": Figure("between reps", 0.08, "spread", 12, 0.05, 0.12),
        }
        questions = ("Do we have a process?", "Do we use it, consistently?", "Do we know the power of each step?",
                     "Do we support the skills behind it?", "Do managers and leaders live by it?")  # fmt: skip
        replies = (Reply.YES, Reply.PARTLY, Reply.NO, Reply.CANNOT_TELL, Reply.CANNOT_TELL)
        return tuple(
            HealthAnswer(question, reply, "It is so.", figures, "More of it.", ("people.manager: who leads whom",))
            for question, reply in zip(questions, replies, strict=True)
        )

    def study(self, *, on_paper: bool = True) -> Study:
        findings = ProcessFindings(self.process(), on_paper, 450, 0.7, self.adherence(), self.effects())
        return Study(
            summary=self.summary(),
            discovered=MISSING,
            graph=self.graph(),
            variants=self.variants(),
            stage_times=self.stage_times(),
            win_rates=self.win_rates(),
            divergences=self.divergences(),
            quality=self.quality(),
            process=findings,
            health=self.health(),
            outcomes=no_outcomes(self.process(), self.effects()),
        )

    def empty_study(self) -> Study:
        """Of a record without any deal."""
        none = DataSummary(
            version=1,
            deals=0,
            events=0,
            from_=None,
            to=None,
            outcomes=dict.fromkeys(("open", "won", "lost", "no_decision"), 0),
            accounts=0,
            owners=0,
            people=0,
            leads=0,
            columns=(),
            with_events=None,
            with_stage_changes=None,
        )
        return Study(
            summary=none,
            discovered=MISSING,
            graph=DirectlyFollows(0, (), (), 0),
            variants=MISSING,
            stage_times=MISSING,
            win_rates=MISSING,
            divergences=MISSING,
            quality=DataQuality((), ()),
            process=MISSING,
            health=(),
            outcomes=no_outcomes(NO_PROCESS, ()),
        )


@pytest.fixture(scope="session")
def recipe() -> Callable[..., Recipe]:
    """Makes studies: `recipe(reps=60).study()`."""
    return Recipe


HOSTILE = (
    "<script>alert(1)</script> \"quoted\" 'single' & #set page() $x$ *b* _i_ @ref `raw` \\ [x] {y} ]]> --> {{ 7*7 }} "
    "digraph{a->b} #1a63ad #abcdef 漢字 مرحبا 😀 \x00\x07\u202e end"
)


@pytest.fixture(scope="session")
def hostile() -> Callable[[str], str]:
    """Turns a name into one that means something to every language that a report passes through."""
    return lambda name: f"{name} {HOSTILE}"
