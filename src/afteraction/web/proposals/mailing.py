"""Mail about proposals: what became of them, and once a day what waits for an answer.

Who switched reminders off gets neither.
"""

from datetime import date, datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from afteraction.errors import Refused
from afteraction.web.jobs.services import Later, MayPass
from afteraction.web.people import mailing
from afteraction.web.people.models import Organisation, User
from afteraction.web.people.roles import Right, may
from afteraction.web.proposals.models import Proposal, ProposalNews, ProposalReminder
from afteraction.web.reviews.digest import local_day, wants_reminders
from afteraction.web.reviews.models import Reminder
from afteraction.web.reviews.rules import rules_of

SOON: Final = timedelta(days=2)
"""A proposal is mentioned from this long before its answer is due."""
MOST: Final = 10
_WAIT: Final = timedelta(minutes=15)


def send_news(*, news_id: int, now: datetime) -> bool:
    """Mails someone what became of a proposal; whether a mail was sent.

    1. The mail is claimed (`mailed_at`); 2. it is sent; 3. where the server takes none now, the claim is given back and
    the job waits. A worker that is killed after 1 has sent nothing: one mail too few.
    """
    found = ProposalNews.objects.select_related("event__proposal", "event__by", "person").filter(pk=news_id).first()
    if found is None or not may(found.person, Right.PROPOSE) or not wants_reminders(found.person):
        return False
    mine = ProposalNews.objects.filter(pk=news_id, mailed_at=None)
    if not mine.update(mailed_at=now):
        return False
    proposal = found.event.proposal
    about = {
        "user": found.person,
        "event": found.event,
        "proposal": proposal,
        "own": proposal.author_id == found.person_id,
        "link": _link(reverse("proposal", args=[proposal.pk])),
        "switch_link": _link(reverse("review-reminders")),
    }
    try:
        mailing.send_now("proposals/mail/news", found.person.email, about, once=f"proposal news {news_id}")
    except MayPass as refused:
        ProposalNews.objects.filter(pk=news_id).update(mailed_at=None)
        raise Later(refused.found, _WAIT) from refused
    except Refused:
        return False
    return True


def people_to_remind(organisation: Organisation, *, now: datetime) -> list[int]:
    """Who is to get a reminder now: it is past the hour there, they want mail, got none today, and an answer is due."""
    rules = rules_of(organisation, now=now)
    here = local_day(rules, now=now)
    if not rules.reminders or here.hour < rules.digest_hour:
        return []
    done = ProposalReminder.objects.filter(person=OuterRef("pk"), sent_on__gte=here.date())
    unwanted = Reminder.objects.filter(person=OuterRef("pk"), wanted=False)
    people = User.objects.filter(organisation=organisation, is_active=True)
    people = people.exclude(Exists(done)).exclude(Exists(unwanted))
    people = people.filter(Q(pk__in=_due(organisation, now).values("owner")))
    return sorted(each.pk for each in people if may(each, Right.OWN_TRIALS))


def send_reminder(*, person: User, now: datetime) -> bool:
    """Mails someone what waits for their answer, once a day; whether a mail was sent. Claimed as `send_news` does."""
    rules = rules_of(person.organisation, now=now)
    today = local_day(rules, now=now).date()
    due = _due(person.organisation, now).filter(owner=person)
    listed = list(due.order_by("answer_by", "pk")[:MOST])
    if not (listed and rules.reminders and may(person, Right.OWN_TRIALS) and wants_reminders(person)):
        return False
    reminder, _made = ProposalReminder.objects.get_or_create(person=person, defaults={"sent_on": None})
    before = reminder.sent_on
    mine = ProposalReminder.objects.filter(pk=reminder.pk, sent_on=before)
    if (before is not None and before >= today) or not mine.update(sent_on=today):
        return False
    about = {
        "user": person,
        "lines": [(each, each.answer_by < now, _link(reverse("proposal", args=[each.pk]))) for each in listed],
        "count": due.count(),
        "overdue": due.filter(answer_by__lt=now).count(),
        "list_link": _link(f"{reverse('proposals')}?whose=answer"),
        "switch_link": _link(reverse("review-reminders")),
    }
    try:
        mailing.send_now("proposals/mail/reminder", person.email, about, once=_once(person, today))
    except MayPass as refused:
        ProposalReminder.objects.filter(pk=reminder.pk, sent_on=today).update(sent_on=before)
        raise Later(refused.found, _WAIT) from refused
    except Refused:
        return False
    return True


def _due(organisation: Organisation, now: datetime) -> "QuerySet[Proposal]":
    return Proposal.objects.filter(organisation=organisation, state=Proposal.State.OPEN, answer_by__lte=now + SOON)


def _once(person: User, today: date) -> str:
    return f"proposals due {person.pk} {today}"


def _link(path: str) -> str:
    return f"{settings.ADDRESS}{path}"
