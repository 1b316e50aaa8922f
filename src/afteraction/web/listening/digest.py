"""One mail a day to whoever listens: what their watches found, whom to call first, what they put off until today.

Who heard nothing new gets no mail; nor who switched reminders off. A rep reads of the accounts that are theirs, the
others of all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from afteraction.errors import Refused
from afteraction.report.wording import interval, percent
from afteraction.web.jobs.services import Later, MayPass
from afteraction.web.listening.kinds import word_of
from afteraction.web.listening.models import ListeningMail, RankedAccount, TriggerEvent
from afteraction.web.listening.selectors import Asked, come_back, open_events, ranked_for
from afteraction.web.listening.watching import Terms, try_terms, watches_of
from afteraction.web.people import mailing
from afteraction.web.people.models import Organisation, Role, User
from afteraction.web.people.roles import Right, may
from afteraction.web.reviews.digest import local_day, wants_reminders
from afteraction.web.reviews.rules import rules_of

MOST: Final = 5
_WAIT: Final = timedelta(minutes=15)
_FIRST: Final = timedelta(days=1)
"""How far back the first mail looks; each further one looks to the day of the one before."""


@dataclass(frozen=True)
class Line:
    """Something that was heard, in one line, with where to look."""

    what: str
    shown_by: str
    link: str


@dataclass(frozen=True)
class Section:
    """What one watch found since the last mail."""

    name: str
    lines: tuple[Line, ...]
    count: int


@dataclass(frozen=True)
class Digest:
    """What someone's mail says."""

    watches: tuple[Section, ...]
    accounts: tuple[Line, ...]
    back: tuple[Line, ...]
    events: int
    link: str
    switch_link: str

    @property
    def found(self) -> int:
        """How much the watches found."""
        return sum(each.count for each in self.watches)


def people_to_tell(organisation: Organisation, *, now: datetime) -> list[int]:
    """Whose mail is due: it is past the hour there, they want mail, have not got it today, and something was heard."""
    rules = rules_of(organisation, now=now)
    here = local_day(rules, now=now)
    if not rules.reminders or here.hour < rules.digest_hour:
        return []
    told = ListeningMail.objects.filter(sent_on__gte=here.date()).values("person")
    people = User.objects.filter(organisation=organisation, is_active=True).exclude(pk__in=told)
    wanted = (each for each in people.select_related("organisation") if may(each, Right.LISTEN))
    return [each.pk for each in wanted if wants_reminders(each) and digest_for(each, now) is not None]


def send_digest(*, person: User, now: datetime) -> bool:
    """Mails someone what was heard; whether a mail was sent.

    The day is claimed first; where the server does not take mail now the claim is given back and the job waits. A
    worker that is killed between leaves the day claimed: one mail a day too few is better than two.
    """
    today = local_day(rules_of(person.organisation, now=now), now=now).date()
    digest = digest_for(person, now) if person.is_active and wants_reminders(person) else None
    if digest is None:
        return False
    mail, _made = ListeningMail.objects.get_or_create(person=person)
    before = mail.sent_on
    mine = ListeningMail.objects.filter(pk=mail.pk, sent_on=before)
    if (before is not None and before >= today) or not mine.update(sent_on=today):
        return False
    try:
        about: dict[str, object] = {"user": person, "digest": digest}
        mailing.send_now("listening/mail/digest", person.email, about, once=f"listening {person.pk} {today}")
    except MayPass as refused:
        ListeningMail.objects.filter(pk=mail.pk, sent_on=today).update(sent_on=before)
        raise Later(refused.found, _WAIT) from refused
    except Refused:
        return False
    return True


def digest_for(person: User, now: datetime) -> Digest | None:
    """What someone's mail says; None where nothing new was heard for them and nothing comes back today."""
    since = _since(person, now)
    sections = tuple(filter(None, (_section(person, each.name, each.terms, since, now)
                                   for each in watches_of(person).filter(is_on=True, by_mail=True))))  # fmt: skip
    events = open_events(person, now.date(), now).filter(story__items__heard_at__gte=since).distinct()
    asked = Asked(whose="mine" if person.role == Role.REP else "")
    fresh = ranked_for(person, asked, now=now).filter(account_id__in=events.values("account_id"))
    ranked = list(fresh[:MOST])
    back = [_line(event) for event in come_back(person, now.date())[:MOST]]
    if not (sections or ranked or back):
        return None
    newest = {event.account_id: event for event in events.order_by("at")}
    return Digest(
        watches=sections,
        accounts=tuple(_of_account(each, newest) for each in ranked),
        back=tuple(back),
        events=fresh.count(),
        link=f"{settings.ADDRESS}{reverse('listening')}",
        switch_link=f"{settings.ADDRESS}{reverse('review-reminders')}",
    )


def _since(person: User, now: datetime) -> datetime:
    """From when on something is new: the day of the last mail, at the most a week ago."""
    last = ListeningMail.objects.filter(person=person).values_list("sent_on", flat=True).first()
    if last is None:
        return now - _FIRST
    return max(now - (now.date() - last) - timedelta(hours=1), now - timedelta(days=7))


def _section(person: User, name: str, terms: dict[str, list[str]], since: datetime, now: datetime) -> Section | None:
    tried = try_terms(person, Terms.read(terms), now=now, since=since)
    all_of_it = f"{settings.ADDRESS}{reverse('listening-watches')}"
    lines = tuple(
        _line(each.event) if each.event else Line(each.story.title, "", all_of_it) for each in tried.found[:MOST]
    )
    return Section(name, lines, tried.count) if tried.count else None


def _line(event: TriggerEvent) -> Line:
    link = f"{settings.ADDRESS}{reverse('listening-event', args=[event.pk])}"
    return Line(f"{event.account}: {word_of(event.kind).lower()}, {event.at:%Y-%m-%d}", event.sentence, link)


def _of_account(ranked: RankedAccount, newest: dict[str, TriggerEvent]) -> Line:
    event = newest.get(ranked.account_id)
    chance = "an opinion, not learned"
    if ranked.n and ranked.low is not None and ranked.high is not None:
        chance = f"{percent(ranked.chance)} chance to buy, {interval(ranked.low, ranked.high)}, n {ranked.n:,}"
    what = f"{ranked.place}. {ranked.account} ({chance})"
    return Line(f"{what}: {word_of(event.kind).lower()}" if event else what, _first(ranked.reasons), _account(ranked))


def _first(reasons: Sequence[str]) -> str:
    return reasons[0] if reasons else ""


def _account(ranked: RankedAccount) -> str:
    return f"{settings.ADDRESS}{reverse('listening-account')}?{urlencode({'account': ranked.account_id})}"
