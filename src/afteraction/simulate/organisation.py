"""The parameters of a simulated sales organisation: everything that is true about it.

Chances are probabilities, effects and leanings are in logits unless a name says otherwise, durations are working days:
time as the organisation's calendar counts it, in which a weekend hardly exists. docs/simulation.md has the equations.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Self

from afteraction.errors import Refused


@dataclass(frozen=True)
class Level:
    """One value of a deal attribute: how common it is among deals, and how much easier it makes a deal to win."""

    name: str
    share: float
    quality: float = 0.0


@dataclass(frozen=True)
class SegmentModel:
    """A market segment. `pace` stretches every stage; `sizes` says how its accounts spread over the sizes."""

    name: str
    share: float
    quality: float
    pace: float
    amount: float
    amount_spread: float
    contacts: float
    sizes: tuple[float, ...]


@dataclass(frozen=True)
class StageModel:
    """A stage. `days` is how long it lasts, `leave` the chance that the deal ends in it instead of moving on.

    `win` is the intercept of winning for a deal that ends here (None: nothing is won in this stage), `no_decision`
    that of fading away rather than being lost. The stage lasts at least `minimum_days`.
    """

    name: str
    days: float
    leave: float
    win: float | None
    no_decision: float
    crm_probability: float
    shape: float = 1.4
    minimum_days: float = 0.0


@dataclass(frozen=True)
class StepModel:
    """A step: who does it, when, and what it does to the deal.

    It is done with chance `done` after a log-normal delay (median `days`, `spread`) from entering `stage`. `discipline`
    and `quality` say how much more often careful reps do it and good deals get it, `habit` how often by segment.
    `effect` is what it adds to the logit of winning once done, `segment_effect` what it adds on top by segment.
    A `leak` is paperwork: it follows the decision, and does nothing. After a step that `opens_doors` touches reach more
    people. `repeats` is how often it is done again on average.
    """

    id: str
    activity: str
    name: str
    stage: str
    done: float
    days: float
    effect: float = 0.0
    spread: float = 0.55
    discipline: float = 0.5
    quality: float = 0.0
    habit: Mapping[str, float] = field(default_factory=dict)
    segment_effect: Mapping[str, float] = field(default_factory=dict)
    leak: bool = False
    opens_doors: bool = False
    repeats: float = 0.0
    channel: str = "meeting"
    minutes: float = 45.0
    from_buyer: float = 0.0
    buyer: str = ""
    required: bool = False
    exit: bool = False
    within_days: int | None = None
    before: tuple[str, ...] = ()
    role: str = "rep"

    @property
    def matters(self) -> bool:
        return bool(self.effect) or any(self.segment_effect.values())


@dataclass(frozen=True)
class FollowUp:
    """A touch that comes again and again while a deal lives, and moves nothing.

    It comes `per_day` times a working day, and with `chance` after a step on one of the channels in `after`, at most
    `days` later.
    """

    activity: str
    channel: str
    minutes: float
    from_buyer: float
    per_day: float
    after: tuple[str, ...] = ()
    chance: float = 0.0
    days: float = 0.1


@dataclass(frozen=True)
class PeopleModel:
    """The reps. Spreads are standard deviations; discipline has mean 0 and is in units of its own.

    `skill_with_discipline` is the correlation of the two, `tempo` how much faster a careful rep does a step,
    `tidiness` how much better one keeps the CRM. `stays` is the share of reps who are there all the time,
    `focus` how much likelier a deal goes to a rep whose team sells to its segment. `apart` is what the first reps, who
    are there all the time, have on top of their skill (logits): people known to stand out.
    """

    reps: int = 60
    teams: int = 6
    skill_spread: float = 0.3
    team_spread: float = 0.15
    discipline_spread: float = 1.0
    skill_with_discipline: float = 0.5
    tempo: float = 0.2
    tidiness: float = 0.5
    stays: float = 0.6
    focus: float = 8.0
    apart: tuple[float, ...] = ()


@dataclass(frozen=True)
class CalendarModel:
    """When people work: shares of a full working day, and how much likelier a decision is at a quarter's end."""

    weekend: float = 0.03
    holiday: float = 0.02
    christmas: float = 0.3
    august: float = 0.75
    quarter_end: float = 3.0
    holidays: tuple[tuple[int, int], ...] = ((1, 1), (5, 1), (10, 3), (12, 25), (12, 26))


@dataclass(frozen=True)
class RecordModel:
    """How the CRM is kept. All are chances unless said otherwise.

    `paperwork_days` is the mean time from the decision to the deal's being closed in the CRM. `after_the_fact` is the
    share of deals that are entered when already decided, without a touch; `after_the_fact_won` of them are won.
    """

    stage_skipped: float = 0.05
    late: float = 0.005
    late_days: float = 4.0
    after_the_fact: float = 0.02
    after_the_fact_won: float = 0.75
    paperwork_days: float = 4.0
    went_back: float = 0.08
    went_back_effect: float = -0.5
    price_blamed: float = 0.6
    price_blamed_no_decision: float = 0.3
    reason_missing: float = 0.1
    leak_if_won: tuple[float, ...] = (0.9, 0.85)
    leak_if_lost: tuple[float, ...] = (0.06, 0.02)
    buyer_goes_silent: float = 0.7


@dataclass(frozen=True)
class Campaign:
    """A marketing campaign of a source. `converts` is the chance that one of its leads becomes a deal."""

    name: str
    source: str
    share: float
    converts: float


@dataclass(frozen=True)
class LeadModel:
    """How leads are handled. A lead that converts was answered `faster` (log hours) than one that does not."""

    campaigns: tuple[Campaign, ...]
    response_hours: float = 9.0
    response_spread: float = 1.2
    faster: float = 0.5
    agreed_attempts: int = 5
    return_reasons: tuple[tuple[str, float], ...] = (
        ("unreachable", 0.38),
        ("no need", 0.2),
        ("no budget", 0.16),
        ("wrong person", 0.12),
        ("duplicate", 0.08),
        ("student or competitor", 0.06),
    )


@dataclass(frozen=True)
class TriggerKind:
    """A kind of outside event. `lift`: deals come that much oftener in the 90 days after it; `effect`: on winning."""

    name: str
    per_year: float
    lift: float = 1.0
    effect: float = 0.0


@dataclass(frozen=True)
class ContentModel:
    """Pieces shown to buyers: up to three uses a deal, from the second stage on; one piece may help."""

    pieces: tuple[tuple[str, str], ...]
    chance: float = 0.4
    days: float = 20.0
    helpful: str = ""
    effect: float = 0.0


@dataclass(frozen=True)
class Traps:
    """Which of the ways to be misled the organisation holds.

    immortal_time  deals end at any time, so those that live longer have more steps (off: every step has its time)
    confounding    careful reps are better reps, good deals and certain segments get more steps (off: by chance)
    leak           steps that follow the decision (off: there are none)
    clustering     reps differ in discipline, which carries all their steps (off: they do not)
    small          a handful of reps
    hidden_cause   the buyer's eagerness, which no column holds, brings steps and wins; no analysis can remove it, so it
                   is off unless asked for
    """

    immortal_time: bool = True
    confounding: bool = True
    leak: bool = True
    clustering: bool = True
    small: bool = False
    hidden_cause: bool = False

    @classmethod
    def none(cls) -> Self:
        return cls(immortal_time=False, confounding=False, leak=False, clustering=False)


@dataclass(frozen=True)
class Organisation:
    """A sales organisation. `growth` is the yearly growth of the number of new deals; the record ends with day `end`.

    `quality_on_progress` is how much of a deal's quality also shows in its getting from stage to stage,
    `ageing` what a doubling of the time in its last stage adds to the logit of winning,
    `pace_spread` how much deals differ in speed for no visible reason, `hidden` the effect of the hidden cause.
    """

    name: str
    segments: tuple[SegmentModel, ...]
    sizes: tuple[Level, ...]
    sources: tuple[Level, ...]
    competitors: tuple[Level, ...]
    deal_types: tuple[Level, ...]
    industries: tuple[str, ...]
    countries: tuple[str, ...]
    stages: tuple[StageModel, ...]
    steps: tuple[StepModel, ...]
    follow_ups: tuple[FollowUp, ...]
    leads: LeadModel
    triggers: tuple[TriggerKind, ...]
    content: ContentModel
    people: PeopleModel = PeopleModel()
    calendar: CalendarModel = CalendarModel()
    record: RecordModel = RecordModel()
    end: date = date(2025, 12, 31)
    years: float = 3.0
    growth: float = 0.2
    currency: str = "EUR"
    deals_per_account: float = 2.5
    quality_on_progress: float = 0.6
    ageing: float = -0.1
    pace_spread: float = 0.35
    hidden: float = 0.0

    def __post_init__(self) -> None:
        problems = list(_problems(self))
        if problems:
            raise Refused("; ".join(problems), "parameters of a possible organisation", "correct them and try again")

    @property
    def stage_names(self) -> tuple[str, ...]:
        return tuple(stage.name for stage in self.stages)

    def step_number(self, step_id: str) -> int:
        """The step's position in `steps`. Raises Refused for a step that the organisation does not have."""
        for number, step in enumerate(self.steps):
            if step.id == step_id:
                return number
        known = ", ".join(step.id for step in self.steps)
        raise Refused(f"step {step_id!r}", f"one of {known}", "choose a step of the organisation")

    def with_traps(self, traps: Traps) -> "Organisation":
        """The same organisation with only these traps. The truth changes with it: ask the truth of the result."""
        changed = self
        if not traps.immortal_time:
            stages = [replace(stage, leave=0.0) for stage in self.stages[:-1]]
            last = replace(self.stages[-1], minimum_days=80.0)
            changed = replace(changed, stages=(*stages, last), record=replace(self.record, after_the_fact=0.0))
        if not traps.leak:
            changed = replace(changed, steps=tuple(step for step in changed.steps if not step.leak))
        if not traps.confounding:
            steps = tuple(replace(step, quality=0.0, habit={}) for step in changed.steps)
            changed = replace(changed, steps=steps, people=replace(changed.people, skill_with_discipline=0.0))
        if not traps.clustering:
            changed = replace(changed, people=replace(changed.people, discipline_spread=0.0))
        if traps.small:
            changed = replace(changed, people=replace(changed.people, reps=8, teams=2))
        return replace(changed, hidden=0.6 if traps.hidden_cause else 0.0)

    def with_effects(self, effects: Mapping[str, float]) -> "Organisation":
        """The same organisation with these effects (logits, by step id), the same in every segment."""
        for step_id in effects:
            self.step_number(step_id)
        steps = tuple(
            replace(step, effect=effects[step.id], segment_effect={}) if step.id in effects else step
            for step in self.steps
        )
        return replace(self, steps=steps)


def _problems(organisation: Organisation) -> Iterator[str]:
    """Everything that is impossible about the parameters, each as a phrase."""
    people, leads = organisation.people, organisation.leads
    if len(organisation.stages) < 3:
        yield f"{len(organisation.stages)} stages where at least 3 are needed"
    if not 1 <= people.teams <= people.reps:
        yield f"{people.teams} teams of {people.reps} reps"
    if len(people.apart) > people.reps:
        yield f"{len(people.apart)} reps apart of {people.reps}"
    if organisation.years <= 0 or organisation.deals_per_account <= 0:
        yield f"years={organisation.years}, deals_per_account={organisation.deals_per_account}"
    sources = {source.name for source in organisation.sources}
    for campaign in leads.campaigns:
        if campaign.source not in sources or not 0 < campaign.converts <= 1:
            yield f"campaign {campaign.name} of source {campaign.source} with converts={campaign.converts}"
    yield from _share_problems(organisation)
    yield from _step_problems(organisation)


def _share_problems(organisation: Organisation) -> Iterator[str]:
    groups: Mapping[str, tuple[Level | SegmentModel, ...]] = {
        "segments": organisation.segments,
        "sizes": organisation.sizes,
        "sources": organisation.sources,
        "competitors": organisation.competitors,
        "deal_types": organisation.deal_types,
    }
    for group, levels in groups.items():
        shares = [level.share for level in levels]
        if not sum(shares) > 0 or min(shares) < 0:
            yield f"{group} without a positive share"
    for segment in organisation.segments:
        if len(segment.sizes) != len(organisation.sizes):
            yield f"segment {segment.name} with {len(segment.sizes)} shares for {len(organisation.sizes)} sizes"


def _step_problems(organisation: Organisation) -> Iterator[str]:
    ids = [step.id for step in organisation.steps]
    for repeated in sorted({name for name in ids if ids.count(name) > 1}):
        yield f"two steps called {repeated}"
    for step in organisation.steps:
        if step.stage not in organisation.stage_names:
            yield f"step {step.id} in the unknown stage {step.stage}"
        if not 0 < step.done < 1 or step.days <= 0 or step.spread <= 0:
            yield f"step {step.id} with done={step.done}, days={step.days}, spread={step.spread}"
    leaks = sum(step.leak for step in organisation.steps)
    if leaks > min(len(organisation.record.leak_if_won), len(organisation.record.leak_if_lost)):
        yield f"{leaks} leaks without a chance each"
