"""The agenda of a meeting, made from evidence: each item says why it is there, its figures with interval and n."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import F

from afteraction.report.wording import capital, day, interval, listed, many, percent, points
from afteraction.web.chips import CHIPS
from afteraction.web.coaching.models import AgendaItem, Cadence, ChanceThen, Commitment, Meeting
from afteraction.web.coaching.steps import deals_of, missed_with_power, steps_of
from afteraction.web.coaching.visibility import people_in
from afteraction.web.deals.evidence import Chance, evidence_of
from afteraction.web.deals.models import Deal, IndexState
from afteraction.web.insights.selectors import newest_results
from afteraction.web.lessons.models import Lesson
from afteraction.web.people.models import User
from afteraction.web.reviews.models import Answer, Review

FELL: Final = 0.03
"""A chance that fell by less is not worth a conversation."""
MOST: Final = {"huddle": 3, "weekly": 5, "monthly": 8}
"""Items of a kind: a huddle is short."""
_FIRST: Final = {"huddle": timedelta(days=1), "weekly": timedelta(days=7), "monthly": timedelta(days=31)}
_LOOKED_AT: Final = 40
"""Open deals of a person that are looked at, the largest first."""
_MOVED: Final = 0.005
_LESSON_AHEAD: Final = timedelta(days=7)
_LIVES: Final = (Lesson.State.TESTED, Lesson.State.IN_USE, Lesson.State.KEPT)


@dataclass(frozen=True)
class Item:
    """What will stand on the agenda."""

    kind: AgendaItem.Kind
    key: str
    title: str
    reason: str
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ChanceNow:
    """The chance of an open deal today, and what weighs in it, in points by name."""

    deal: Deal
    chance: float
    found: Chance | None

    @property
    def factors(self) -> dict[str, tuple[str, float]]:
        """Each with its value and its points, by name."""
        return {each.name: (each.value, each.share) for each in self.found.reasons} if self.found else {}


def agenda_of(cadence: Cadence, *, planned_at: datetime) -> tuple[list[Item], list[ChanceNow], int]:
    """What there is to talk about at a meeting, the chances of today to keep with it, and the data version of both."""
    last = last_held(cadence, before=planned_at)
    since = last.ended_at if last and last.ended_at else planned_at - _FIRST[cadence.kind]
    reps = [each for each in people_in(cadence) if each.pk != cadence.manager_id]
    most = MOST[cadence.kind]
    state = IndexState.objects.filter(organisation=cadence.organisation, version__gt=0).first()
    chances = [each for rep in reps for each in chances_of(rep, state)]
    items = [
        *_commitments(cadence),
        *_ended(reps, since, most),
        *_fallen(chances, last, most),
        *(_missed(reps[0], state) if cadence.rep_id and reps else ()),
        *_lessons(cadence, planned_at, most),
    ]
    return items, chances, state.version if state else 0


def last_held(cadence: Cadence, *, before: datetime) -> Meeting | None:
    """The last meeting of a row that took place."""
    held = cadence.meetings.filter(state=Meeting.State.HELD, planned_at__lt=before)
    return held.order_by("-planned_at").first()


def chances_of(rep: User, state: IndexState | None) -> list[ChanceNow]:
    """The chances of a rep's largest open deals. What weighs in them is read from what the newest analysis kept."""
    if not rep.owner_name:
        return []
    deals = Deal.objects.filter(organisation=rep.organisation, owner=rep.owner_name, outcome="open")
    known = deals.filter(chance__isnull=False).select_related("organisation")
    found = []
    for deal in known.order_by(F("amount").desc(nulls_last=True), "pk")[:_LOOKED_AT]:
        evidence = evidence_of(deal, state)
        latest = evidence.chances[-1] if evidence and evidence.chances else None
        found.append(ChanceNow(deal, float(deal.chance or 0.0), latest))
    return found


def _commitments(cadence: Cadence) -> Iterable[Item]:
    open_ones = cadence.commitments.filter(state=Commitment.State.OPEN).select_related("person", "meeting")
    for each in open_ones:
        since = f"{each.person} agreed to it on {day(each.meeting.planned_at)}, by {day(each.due_on)}."
        again = f" It has come back {many(each.carried, 'time')}." if each.carried else ""
        yield Item(AgendaItem.Kind.COMMITMENT, str(each.pk), each.text, since + again, {"commitment": each.pk})


def _ended(reps: list[User], since: datetime, most: int) -> Iterable[Item]:
    """Deals that ended since, the largest first. A review that the two see differently is one to talk about."""
    closed = Review.objects.filter(person__in=reps, opened_at__gt=since).exclude(state=Review.State.WITHDRAWN)
    for review in closed.select_related("person").order_by(F("amount").desc(nulls_last=True), "pk")[:most]:
        deal = Deal.objects.filter(organisation=review.organisation, deal_id=review.deal_id).first()
        word = CHIPS[review.outcome].word if review.outcome in CHIPS else review.outcome
        said = [f"{word} on {day(review.closed_at)}"]
        if deal is not None and deal.box:
            said.append(f"the record calls it {CHIPS[deal.box].word.lower()}")
        said.append(_standing(review))
        details = {"review": review.pk, "deal": review.deal_id, "outcome": review.outcome, "person": str(review.person)}
        yield Item(AgendaItem.Kind.ENDED, review.deal_id, str(review), capital("; ".join(said)) + ".", details)


def _standing(review: Review) -> str:
    """Whether it was reviewed, and whether both see it alike. What they wrote stays on the page of the review."""
    given = {each.voice: each for each in review.answers.exclude(done_at=None)}
    manager = given.get(Answer.Voice.MANAGER)
    if Answer.Voice.REP not in given:
        return "its review was skipped" if review.state == Review.State.SKIPPED else "its review is still to do"
    if manager is None:
        return "reviewed by the rep alone so far"
    return {"differs": "reviewed by both, who see it differently", "adds": "reviewed by both, one adding to it"}.get(
        manager.stance, "reviewed by both, who agree"
    )


def _fallen(chances: list[ChanceNow], last: Meeting | None, most: int) -> Iterable[Item]:
    """Open deals whose chance fell since the last meeting, since they began where there was none; most first."""
    then = {each.deal_id: each for each in last.chances.all()} if last else {}
    found = []
    for now in chances:
        before = then.get(now.deal.deal_id)
        start = before.chance if before else now.deal.chance_start
        if start is not None and now.chance - start <= -FELL:
            found.append((now.chance - start, start, now, before))
    for change, start, now, before in sorted(found, key=lambda each: (each[0], each[2].deal.pk))[:most]:
        when = f"the last meeting on {day(last.planned_at)}" if before and last else "it began"
        size = f"{percent(now.chance)} today, {percent(start)} at {when}: {points(change)} points."
        if not before:
            size = f"{percent(now.chance)} today, {percent(start)} when it began: {points(change)} points."
        details = {
            "deal": now.deal.deal_id, "change": change, "chance": now.chance, "then": start,
            "person": now.deal.owner_name, "told": f"{points(change)} points",
        }  # fmt: skip
        yield Item(AgendaItem.Kind.RISK, now.deal.deal_id, str(now.deal), f"{size} {_what_moved(now, before)}", details)


def _what_moved(now: ChanceNow, before: ChanceThen | None) -> str:
    """What weighs otherwise than then; where nothing is kept of then, what weighs against it most."""
    around = _around(now.found)
    if before is None or not before.factors:
        against = sorted((share, f"{name} {value}") for name, (value, share) in now.factors.items() if share < 0)[:2]
        told = listed([f"{name} ({points(share)})" for share, name in against])
        return (f"What weighs against it: {told}. " if told else "") + around
    moved = []
    for name in now.factors.keys() | before.factors.keys():
        (value, share), (was, weight) = now.factors.get(name, ("", 0.0)), before.factors.get(name, ("", 0.0))
        if share - weight <= -_MOVED:
            moved.append((share - weight, _from_to(name, str(was), value)))
    if not moved:
        stage = f" It was in {before.stage} then." if before.stage and before.stage != now.deal.stage else ""
        return f"No single fact of the deal moved it: time passed without an end.{stage} {around}"
    told = listed([f"{words} ({points(change)})" for change, words in sorted(moved)[:2]])
    return f"What moved it: {told}. {around}"


def _from_to(name: str, was: str, now: str) -> str:
    if was and now and was != now:
        return f"{name} went from {was} to {now}"
    return f"{name} {now}" if now else f"{name} ({was}) no longer counts for it"


def _around(found: Chance | None) -> str:
    if found is None:
        return ""
    where = f"on entering {found.stage}" if found.stage else "when it began"
    return f"95 % interval {where}: {interval(found.low, found.high)}, learned from {many(found.n, 'deal')}."


def _missed(rep: User, state: IndexState | None) -> Iterable[Item]:
    for step in missed_with_power(steps_of(newest_results(rep.organisation), rep, state)):
        reason = (
            f"Kept in {step.share}. Beside comparable deals without it, deals with it are won more often: {step.power}."
        )
        still = listed([name for _deal, name in step.open], 2)
        reason += f" It can still be done in {still}." if still else ""
        details = {"step": step.step, "deals": deals_of(rep), "told": f"{points(step.effect or 0.0)} points"}
        yield Item(AgendaItem.Kind.STEP, step.step, step.name, reason, details)


def _lessons(cadence: Cadence, planned_at: datetime, most: int) -> Iterable[Item]:
    """Lessons that someone in the meeting owns, to be looked at again or challenged by later deals."""
    owned = Lesson.objects.filter(organisation=cadence.organisation, owner__in=people_in(cadence), state__in=_LIVES)
    until = (planned_at + _LESSON_AHEAD).date()
    due = owned.filter(review_on__lte=until) | owned.exclude(challenged_at=None)
    for lesson in due.select_related("owner").distinct().order_by("review_on", "pk")[:most]:
        why = [f"{lesson.owner} owns it"]
        if lesson.review_on is not None and lesson.review_on <= until:
            why.append(f"it is to be looked at on {day(lesson.review_on)}")
        if lesson.challenged_at is not None:
            why.append(f"later deals have contradicted it since {day(lesson.challenged_at)}")
        told = capital("; ".join(why)) + "."
        yield Item(AgendaItem.Kind.LESSON, str(lesson.pk), lesson.title, told, {"lesson": lesson.pk})
