"""Lessons on an open deal: at most three that fit now, why each fits, and what people say of them with one tap.

Who says that a lesson is wrong never sees it again on that deal, nor on a deal like it, nor a lesson that says nearly
the same. A deal is like another when segment and competitor are the same, or two of segment, competitor and size. Who
says that it is not useful does not see it on that deal again; who used it finds it there as used.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Count, Q

from afteraction.analysis.intervals import Rate, rate
from afteraction.analysis.lesson_ranking import DealBehind, DealNow, like
from afteraction.errors import Refused
from afteraction.report.wording import interval
from afteraction.web.deals.models import Deal
from afteraction.web.lessons.models import Lesson, LessonUse
from afteraction.web.lessons.ranking import SHOWN, Fitting, columns, known_of, may_be_shown, rank, situation_of
from afteraction.web.lessons.shown import chance_now
from afteraction.web.lessons.similar import twins_of
from afteraction.web.people.models import User

MOST_REASONS: Final = 3
MOST_BEHIND: Final = 3
_OWN_DEALS: Final = 3
"""Open deals of a rep that the home page looks at: those that should close first."""
_READ_AT_HOME: Final = 20
"""Lessons whose texts are read for each of them."""
_AT_HOME: Final = 3
_LIKE_WORDS: Final = "Its words are like those of the notes or missing steps of this deal"


@dataclass(frozen=True)
class DealLine:
    """A deal behind a lesson; `deal` is None where the record does not have it (any more)."""

    deal_id: str
    deal: Deal | None


@dataclass(frozen=True)
class Suggestion:
    """A lesson for a deal: the reasons in words, the deals behind it, how many more there are, what the person said."""

    lesson: Lesson
    deal: Deal
    reasons: tuple[str, ...]
    behind: tuple[DealLine, ...]
    more: int
    use: LessonUse


@dataclass(frozen=True)
class OnDeal:
    """What is shown on a deal: lessons that fit now, and those that this person has used here."""

    deal: Deal
    suggestions: tuple[Suggestion, ...]
    used: tuple[LessonUse, ...]


@transaction.atomic
def show(*, user: User, deal: Deal, now: datetime) -> OnDeal:
    """The lessons for an open deal, and the record that this person was shown them. Shown again it is the same row.

    Raises `Refused` for a deal that has ended.
    """
    if deal.outcome != "open":
        raise Refused("a deal that has ended", "one that is open", "look at its review")
    fitting = rank(situation_of(deal), known_of(deal.organisation), without=sorted(_left_out(user, deal)))
    used = LessonUse.objects.filter(person=user, deal_id=deal.deal_id, organisation=deal.organisation)
    used = used.filter(said=LessonUse.Said.USED, lesson__organisation=deal.organisation).select_related("lesson")
    return OnDeal(deal, _recorded(user, deal, fitting, now), tuple(used.order_by("said_at", "pk")))


@transaction.atomic
def show_own(*, user: User, now: datetime) -> tuple[Suggestion, ...]:
    """For the home page of a rep: the best lesson of each of their open deals that close first, three at most."""
    if not user.owner_name:
        return ()
    open_deals = Deal.objects.filter(organisation=user.organisation, owner=user.owner_name, outcome="open")
    soonest = open_deals.order_by("expected_close_on", "id").select_related("organisation")[:_OWN_DEALS]
    known, among = known_of(user.organisation), columns(may_be_shown(user.organisation_id))
    found, taken = [], set[int]()
    for deal in soonest:
        answered = LessonUse.objects.filter(person=user, deal_id=deal.deal_id).exclude(said="")
        without = _left_out(user, deal) | taken | set(answered.values_list("lesson", flat=True))
        fitting = rank(situation_of(deal), known, without=sorted(without), most=1, among=among, read=_READ_AT_HOME)
        taken |= {each.ranked.key for each in fitting}
        found += [(each.ranked.chance, deal, each) for each in fitting]
    found.sort(key=lambda each: -each[0])
    return tuple(one for _chance, deal, each in found[:_AT_HOME] for one in _recorded(user, deal, [each], now))


@transaction.atomic
def say(*, user: User, lesson: Lesson, deal: Deal, said: str, now: datetime, why: str = "") -> LessonUse:
    """What someone says of a lesson on an open deal; with nothing (`said` empty) they take back what they said.

    Raises `Refused` for an answer that there is not, a deal that has ended, or something of another organisation.
    """
    if said not in LessonUse.Said.values:
        raise Refused(f"the answer “{said}”", "used, not_useful, wrong or nothing", "tap one of the three")
    if {lesson.organisation_id, deal.organisation_id} != {user.organisation_id}:
        raise Refused("something of another organisation", "your own", "open one of your deals")
    if deal.outcome != "open":
        raise Refused("a deal that has ended", "one that is open", "say it in the review of the deal")
    lesson = lesson.merged_into or lesson
    use, _new = LessonUse.objects.get_or_create(
        lesson=lesson, deal_id=deal.deal_id, person=user,
        defaults={"organisation": user.organisation, "shown_at": now, "fit": chance_now(deal)},
    )  # fmt: skip
    use.said, use.said_at, use.why = said, now if said else None, why.strip()[:300] if said else ""
    use.save(update_fields=["said", "said_at", "why"])
    return use


def _recorded(user: User, deal: Deal, fitting: Sequence[Fitting], now: datetime) -> tuple[Suggestion, ...]:
    """The lessons as they are shown, with the rows that say so."""
    if not fitting:
        return ()
    rows = [
        LessonUse(
            lesson=each.lesson, organisation=user.organisation, deal_id=deal.deal_id, person=user, shown_at=now,
            fit=each.fit | chance_now(deal),
        )
        for each in fitting
    ]  # fmt: skip
    LessonUse.objects.bulk_create(rows, ignore_conflicts=True)
    keys = [each.lesson.pk for each in fitting]
    uses = {u.lesson_id: u for u in LessonUse.objects.filter(person=user, deal_id=deal.deal_id, lesson__in=keys)}
    rates = usefulness(keys)
    return tuple(
        Suggestion(
            lesson=each.lesson,
            deal=deal,
            reasons=tuple(reasons(each, rates.get(each.lesson.pk))),
            behind=tuple(DealLine(b.deal_id, each.deals.get(b.deal_id)) for b in each.behind[:MOST_BEHIND]),
            more=max(len(each.behind) - MOST_BEHIND, 0),
            use=uses[each.lesson.pk],
        )
        for each in fitting
    )


def usefulness(lessons: Sequence[int]) -> dict[int, Rate]:
    """How often each of some lessons was used, where somebody said so or the contrary."""
    said = LessonUse.objects.filter(lesson__in=list(lessons)).exclude(said="").values("lesson")
    counts = said.annotate(n=Count("pk"), used=Count("pk", filter=Q(said=LessonUse.Said.USED)))
    return {row["lesson"]: rate(row["used"], row["n"]) for row in counts}


def reasons(fitting: Fitting, used: Rate | None) -> Iterator[str]:
    """Why a lesson fits this deal, in words, the strongest reason first."""
    told = [text for name, _added in fitting.ranked.reasons if (text := _reason(name, fitting))]
    yield from told[:MOST_REASONS]
    if used is not None and used.count:
        yield f"Used {used.count:,} of the {used.n:,} times somebody answered ({interval(used.low, used.high)})"


def _reason(name: str, fitting: Fitting) -> str:
    lesson, situation = fitting.lesson, fitting.situation
    if name == "step_missing":
        steps = situation.process.steps if situation.process else ()
        step = next((each.name or each.id for each in steps if each.id == lesson.step), lesson.step)
        return f"Its step, {step}, is not done here yet"
    if name == "deals_alike":
        shown = len(fitting.behind)
        if shown == 1:
            return "The deal behind it is like this one"
        return f"{fitting.alike} of the {shown} deals behind it are like this one"
    if name == "text":
        named = " and ".join(f"“{word}”" for word in fitting.shared)
        return f"It speaks of {named}, as the notes or missing steps of this deal do" if named else _LIKE_WORDS
    return {
        "like_missing": "It is like lessons on a step that is not done here yet",
        "stage_now": f"It is for {lesson.stage}, where this deal is",
        "stage_next": f"It is for {lesson.stage}, which comes next",
        "competitor": f"It is for deals against {lesson.competitor}",
        "segment": f"It is for {lesson.segment}",
        "source": f"It is for deals from {lesson.source}",
        "size": "It is for deals of this size",
        "kept": "It has stood its test",
    }.get(name, "")


def _left_out(user: User, deal: Deal) -> set[int]:
    """The lessons that this person is not shown on this deal: answered here, or wrong on a deal like it."""
    mine = LessonUse.objects.filter(person=user, organisation=user.organisation).exclude(said="")
    here = set(mine.filter(deal_id=deal.deal_id).values_list("lesson", flat=True))
    wrong = list(mine.filter(said=LessonUse.Said.WRONG).values_list("lesson", "deal_id"))
    deals = Deal.objects.filter(organisation=user.organisation, deal_id__in={deal_id for _lesson, deal_id in wrong})
    known = {each.deal_id: each for each in deals}
    # Of a deal that is no longer on record nobody can say that this one differs from it.
    never = {lesson for lesson, key in wrong if key not in known or of_a_kind(known[key], deal)}
    return here | never | twins_of(user.organisation, sorted(never))


def of_a_kind(one: Deal, other: Deal) -> bool:
    """Whether two deals are so alike that what was wrong for one is not shown on the other."""
    if (one.segment, one.competitor) == (other.segment, other.competitor):
        return True
    now = DealNow(segment=other.segment, competitor=other.competitor, amount=other.amount)
    return like(DealBehind(one.segment, one.competitor, one.amount), now)


def lesson_for(user: User, pk: int) -> Lesson | None:
    """A lesson that someone may say something of: their organisation's, and one that may be shown."""
    found = Lesson.objects.filter(organisation=user.organisation, pk=pk).select_related("merged_into").first()
    return found if found is not None and (found.merged_into or found).state in SHOWN else None


def has_lessons_for_own(user: User) -> bool:
    """Whether there are lessons that may be shown, and open deals of this person to show them on."""
    if not user.owner_name:
        return False
    own = Deal.objects.filter(organisation=user.organisation, owner=user.owner_name, outcome="open")
    there = Lesson.objects.filter(organisation=user.organisation, state__in=SHOWN, merged_into=None)
    return own.exists() and there.exists()
