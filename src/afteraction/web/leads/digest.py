"""One mail a working day to whoever owes a lead something, or answers for somebody who does.

A rep reads which leads wait for them, a manager which promises of their team are broken, the referee what was taken to
them, and marketing's owner what came back and waits for an answer. Who owes nothing gets no mail.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse

from afteraction.errors import Refused
from afteraction.web.jobs.services import Later, MayPass
from afteraction.web.leads.agreeing import answerable, referee_of, terms_of
from afteraction.web.leads.feedback import groups
from afteraction.web.leads.keeping import FRESH
from afteraction.web.leads.life import OF_SALES, REFEREE, S
from afteraction.web.leads.models import Lead, LeadMail
from afteraction.web.leads.models.agreement import Side
from afteraction.web.leads.selectors import broken_for
from afteraction.web.people import mailing
from afteraction.web.people.models import Organisation, Role, User

MOST: Final = 10
HOUR: Final = 7
"""From this hour on, local time, on days with business hours."""


@dataclass(frozen=True)
class Line:
    """A lead, or leads alike: what is owed, since or until when, and where to look."""

    what: str
    when: str
    link: str


@dataclass(frozen=True)
class Digest:
    """What someone's mail says; each list is the most urgent of `*_count`."""

    own: tuple[Line, ...]
    own_count: int
    broken: tuple[Line, ...]
    broken_count: int
    back: tuple[Line, ...]
    back_count: int
    link: str


def people_to_tell(organisation: Organisation, *, now: datetime) -> list[int]:
    """Whose mail is due: it is a working morning, they want it, have not got it today, and owe something."""
    terms = terms_of(organisation)
    here = now.astimezone(ZoneInfo(terms.zone))
    spans = terms.exceptions.get(here.date(), terms.week[here.weekday()])
    if here.hour < HOUR or not spans:
        return []
    told = LeadMail.objects.filter(Q(wanted=False) | Q(sent_on__gte=here.date())).values("person")
    people = User.objects.filter(organisation=organisation, is_active=True).exclude(pk__in=told).select_related("team")
    return [each.pk for each in people if digest_for(each, now) is not None]


def send_digest(*, person: User, now: datetime) -> bool:
    """Mails someone what is owed; whether a mail was sent.

    The day is claimed first; where the server does not take mail now the claim is given back and the job waits. A
    worker that is killed between leaves the day claimed: one mail a day too few is better than two.
    """
    today = now.astimezone(ZoneInfo(terms_of(person.organisation).zone)).date()
    digest = digest_for(person, now) if person.is_active else None
    if digest is None:
        return False
    mail, _made = LeadMail.objects.get_or_create(person=person)
    before = mail.sent_on
    mine = LeadMail.objects.filter(pk=mail.pk, sent_on=before, wanted=True)
    if (before is not None and before >= today) or not mine.update(sent_on=today):
        return False
    try:
        about: dict[str, object] = {"user": person, "digest": digest}
        mailing.send_now("leads/mail/digest", person.email, about, once=f"leads {person.pk} {today}")
    except MayPass as refused:
        LeadMail.objects.filter(pk=mail.pk, sent_on=today).update(sent_on=before)
        raise Later(refused.found, mailing.WAITS[1]) from refused
    except Refused:
        return False
    return True


def digest_for(person: User, now: datetime) -> Digest | None:
    """What someone's mail says; None when nothing is owed."""
    own = Lead.objects.filter(owner=person, state__in=[each.value for each in OF_SALES], next_at__lte=now)
    own = own.order_by("next_at", "pk")
    broken = broken_promises(person, now)
    back = groups(person, now) if answers_for_marketing(person) else []
    late = [each for each in back if each.late]
    if not (own.exists() or broken.exists() or late):
        return None
    return Digest(
        own=_lines(own[:MOST], "due"),
        own_count=own.count(),
        broken=_lines(broken[:MOST], "should have been answered by"),
        broken_count=broken.count(),
        back=tuple(
            Line(
                f"{each.leads} × {each.reason}, {each.source or 'no source'}",
                f"answer promised by {each.due:%Y-%m-%d}",
                f"{settings.ADDRESS}{reverse('leads-returned')}",
            )
            for each in late[:MOST]
        ),
        back_count=sum(each.late for each in late),
        link=f"{settings.ADDRESS}{reverse('leads')}",
    )


def broken_promises(person: User, now: datetime) -> "QuerySet[Lead]":
    """Promises broken lately that were taken to someone: of their team to a manager, in the end to the referee."""
    found = broken_for(person, now).filter(due_at__gt=now - FRESH)
    referee = referee_of(person.organisation)
    if referee is not None and referee.pk == person.pk:
        return found.filter(level__gte=REFEREE)
    if person.role == Role.MANAGER:
        return found.exclude(owner=person)
    return found.filter(queue__answerable=person)


def answers_for_marketing(person: User) -> bool:
    """Whether someone is marketing's owner, or of marketing."""
    owner = answerable(person.organisation, Side.MARKETING)
    return person.role == Role.MARKETING or (owner is not None and owner.pk == person.pk)


def _lines(leads: "Sequence[Lead] | QuerySet[Lead]", words: str) -> tuple[Line, ...]:
    return tuple(
        Line(
            str(lead),
            f"{words} {(lead.due_at if lead.state == S.ASSIGNED and lead.due_at else lead.next_at):%Y-%m-%d %H:%M} UTC",
            f"{settings.ADDRESS}{reverse('lead', args=[lead.pk])}",
        )
        for lead in leads
    )
