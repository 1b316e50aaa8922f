"""Reminders by mail of what is due: one mail a person a day at most, and only when there is something."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.urls import reverse

from afteraction.errors import Refused
from afteraction.web.jobs.services import Later, MayPass
from afteraction.web.people import mailing
from afteraction.web.people.models import Organisation, Role, User
from afteraction.web.reviews.models import Reminder, Review, ReviewRules
from afteraction.web.reviews.rules import rules_of

SOON: Final = timedelta(days=2)
"""A review is mentioned from this long before it is due; those after it can wait for another day's mail."""
_WAIT: Final = timedelta(minutes=15)
MOST: Final = 10
"""Reviews, and people, that are listed; the others are counted."""


@dataclass(frozen=True)
class OwnLine:
    """A review that is due: nothing of it but what everyone of the organisation may know."""

    name: str
    outcome: str
    due_on: date
    overdue: bool
    link: str


@dataclass(frozen=True)
class TeamLine:
    """Who of the team has how many reviews due soon, how many of them overdue, and since when."""

    name: str
    due: int
    overdue: int
    since: date


@dataclass(frozen=True)
class Digest:
    """What a mail says: one's own reviews, and, for managers, those of the team."""

    own: tuple[OwnLine, ...]
    own_count: int
    own_overdue: int
    team: tuple[TeamLine, ...]
    team_count: int
    team_overdue: int
    list_link: str
    switch_link: str

    @property
    def people_left_out(self) -> int:
        """How many of the team are not listed."""
        return self.team_people - len(self.team)

    team_people: int = 0


def local_day(rules: ReviewRules, *, now: datetime) -> datetime:
    """The time of day where an organisation is."""
    name = rules.time_zone if rules.time_zone in available_timezones() else settings.TIME_ZONE
    return now.astimezone(ZoneInfo(name))


def people_to_remind(organisation: Organisation, *, now: datetime) -> list[int]:
    """Who is to get a mail now: it is past the hour there, they want mail, got none today, and something is due.

    From the hour on until midnight: a worker that was down at the hour makes up for it.
    """
    rules = rules_of(organisation, now=now)
    here = local_day(rules, now=now)
    if not rules.reminders or here.hour < rules.digest_hour:
        return []
    done = Reminder.objects.filter(person=OuterRef("pk")).filter(Q(sent_on__gte=here.date()) | Q(wanted=False))
    people = User.objects.filter(organisation=organisation, is_active=True).exclude(Exists(done))
    own = Exists(_due(organisation, here.date()).filter(person=OuterRef("pk")))
    with_something = set(people.filter(own).values_list("pk", flat=True))
    managers = people.filter(role=Role.MANAGER).select_related("team")
    with_something |= {each.pk for each in managers if team_reviews(each, here.date()).exists()}
    return sorted(with_something)


def send_digest(*, person: User, now: datetime) -> bool:
    """Mails someone what is due; whether a mail was sent.

    1. The day is claimed: who moves `sent_on` on from what they read is the one who sends.
    2. The mail is sent.
    3. When the server does not take mail now, the claim is given back, and the job waits. What the server refuses for
       good, such as an address that is no more, is not tried again that day.

    A worker that is killed after 1 leaves the day claimed: one mail a day too few is better than two.
    """
    rules = rules_of(person.organisation, now=now)
    today = local_day(rules, now=now).date()
    if not (rules.reminders and person.is_active):
        return False
    digest = digest_for(person, today)
    if digest is None:
        return False
    reminder, _made = Reminder.objects.get_or_create(person=person, defaults={"sent_on": None})
    before = reminder.sent_on
    mine = Reminder.objects.filter(pk=reminder.pk, sent_on=before, wanted=True)
    if (before is not None and before >= today) or not mine.update(sent_on=today):
        return False
    try:
        about = {"user": person, "digest": digest}
        mailing.send_now("reviews/mail/digest", person.email, about, once=f"reviews due {person.pk} {today}")
    except MayPass as refused:
        Reminder.objects.filter(pk=reminder.pk, sent_on=today).update(sent_on=before)
        raise Later(refused.found, _WAIT) from refused
    except Refused:
        return False
    return True


def digest_for(person: User, today: date) -> Digest | None:
    """What someone's mail says; None when nothing is due."""
    own = _due(person.organisation, today).filter(person=person)
    team = team_reviews(person, today) if person.role == Role.MANAGER else own.none()
    listed = list(own.order_by("due_on", "pk")[:MOST])
    grouped = list(
        team.values("person", "person__name", "owner_name", "owner")
        .annotate(due=Count("pk"), overdue=Count("pk", filter=Q(due_on__lt=today)), since=Min("due_on"))
        .order_by("-overdue", "-due", "since")
    )
    if not listed and not grouped:
        return None
    return Digest(
        own=tuple(_own(review, today) for review in listed),
        own_count=own.count(),
        own_overdue=own.filter(due_on__lt=today).count(),
        team=tuple(
            TeamLine(
                row["person__name"] or row["owner_name"] or row["owner"] or "nobody",
                *(row["due"], row["overdue"], row["since"]),
            )
            for row in grouped[:MOST]
        ),
        team_count=sum(row["due"] for row in grouped),
        team_overdue=sum(row["overdue"] for row in grouped),
        list_link=_link(reverse("reviews")),
        switch_link=_link(reverse("review-reminders")),
        team_people=len(grouped),
    )


def team_reviews(manager: User, today: date) -> "QuerySet[Review]":
    """What is due soon in the team of a manager, of everyone where they have no team; their own left out."""
    found = _due(manager.organisation, today).exclude(person=manager)
    return found.filter(team=manager.team.name) if manager.team is not None else found


def wants_reminders(person: User) -> bool:
    """Whether someone gets reminders; people do until they say otherwise."""
    return not Reminder.objects.filter(person=person, wanted=False).exists()


def set_reminders(*, person: User, wanted: bool) -> None:
    """Switches one's own reminders on or off."""
    Reminder.objects.update_or_create(person=person, defaults={"wanted": wanted})


def _due(organisation: Organisation, today: date) -> "QuerySet[Review]":
    return Review.objects.filter(organisation=organisation, state=Review.State.DUE, due_on__lte=today + SOON)


def _own(review: Review, today: date) -> OwnLine:
    words = {"won": "won", "lost": "lost", "no_decision": "no decision"}
    link = _link(reverse("review", args=[review.pk]))
    return OwnLine(str(review), words.get(review.outcome, review.outcome), review.due_on, review.due_on < today, link)


def _link(path: str) -> str:
    return f"{settings.ADDRESS}{path}"


def known_time_zones() -> Iterable[str]:
    """The time zones that an organisation may be in."""
    return sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
