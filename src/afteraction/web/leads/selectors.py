"""What there is to know about leads. Every query starts from what who asks may see."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F, Q, QuerySet

from afteraction.web.deals.paging import PER_PAGE, Page, key_page
from afteraction.web.leads.agreeing import people_here, terms_of
from afteraction.web.leads.attempts import attempts_of
from afteraction.web.leads.facts import LeadChange, changes_of
from afteraction.web.leads.filters import LeadFilters
from afteraction.web.leads.life import OF_SALES, S
from afteraction.web.leads.models import Lead, LeadEvent, LeadIndex, LeadQueue, LeadResult
from afteraction.web.leads.standing import standing_of
from afteraction.web.leads.terms import REASONS, Reason, Terms
from afteraction.web.leads.visibility import free_for, leads_for
from afteraction.web.people.models import Organisation, Role, User
from afteraction.web.people.roles import RIGHTS, Right

MOST_COUNTED: Final = 1_000
_IN_INBOX: Final = [each.value for each in OF_SALES]
_MOST_IN_INBOX: Final = 60


def lead_index(user: User) -> LeadIndex | None:
    """Which data version the leads here follow; None before the first."""
    return LeadIndex.objects.filter(organisation=user.organisation, version__gt=0).first()


def lead_for(user: User, key: int) -> Lead | None:
    """A lead that someone may see."""
    return leads_for(user).select_related("owner", "queue__answerable", "organisation").filter(pk=key).first()


def lead_page(user: User, filters: LeadFilters, now: datetime, cursor: str = "", size: int = PER_PAGE) -> Page[Lead]:
    """A page of the leads that someone asks for, the newest first."""
    return key_page(filters.narrow(leads_for(user), user, now), "came_at", True, cursor, size)


def count_of(user: User, filters: LeadFilters, now: datetime) -> str:
    """How many leads are asked for, counted up to `MOST_COUNTED`."""
    found = filters.narrow(leads_for(user), user, now).order_by("-came_at", "-id").values_list("pk", flat=True)
    count = len(found[: MOST_COUNTED + 1])
    return f"{MOST_COUNTED:,}+" if count > MOST_COUNTED else f"{count:,}"


@dataclass(frozen=True)
class Clock:
    """How long there is until a lead is due, in minutes of business hours; `late` where the time has passed."""

    minutes: float
    late: bool

    @property
    def words(self) -> str:
        """As people say it."""
        left = abs(self.minutes)
        if left < 1:
            return "now"
        hours, minutes = divmod(round(left), 60)
        said = f"{hours} h {minutes} min" if hours and minutes else f"{hours} h" if hours else f"{minutes} min"
        return f"{said} late" if self.late else f"{said} left"


def clock_of(lead: Lead, terms: Terms, now: datetime) -> Clock:
    """The clock of the first call where that is owed, else of whatever is due next."""
    at = lead.due_at if standing_of(lead).on_the_clock and lead.due_at else lead.next_at
    minutes = terms.hours.minutes_between(now, at)
    return Clock(minutes, at < now)


@dataclass(frozen=True)
class InboxLead:
    """A lead in the inbox: its clock, how often it was tried, and which reasons are open."""

    lead: Lead
    clock: Clock
    tried: int
    agreed: int
    reasons: tuple[Reason, ...]

    @property
    def is_free(self) -> bool:
        """Whether nobody has it yet."""
        return self.lead.owner_id is None

    @property
    def may_be_unreachable(self) -> bool:
        """Whether it was tried as often as agreed."""
        return self.tried >= self.agreed


def inbox(user: User, now: datetime) -> tuple[InboxLead | None, list[tuple[Lead, Clock]]]:
    """The next lead of someone with all there is to decide, and those after it: first what waits for its first call, by
    its deadline, then what is due, by its date. What is put off comes when its day has come."""
    terms = terms_of(user.organisation)
    mine = Lead.objects.filter(organisation=user.organisation, owner=user, state__in=_IN_INBOX)
    on_clock = Q(state=S.ASSIGNED.value, answered_at=None)
    today = now + timedelta(hours=12)
    waiting = list(mine.filter(on_clock).order_by("due_at", "pk")[:_MOST_IN_INBOX])
    free = Lead.objects.filter(free_for(user), organisation=user.organisation, state=S.ASSIGNED.value)
    free = free.order_by("due_at", "pk")
    waiting = sorted([*waiting, *free[:_MOST_IN_INBOX]], key=lambda each: (each.due_at or each.next_at, each.pk))
    due = list(mine.exclude(on_clock).filter(next_at__lte=today).order_by("next_at", "pk")[:_MOST_IN_INBOX])
    found = [*waiting, *due]
    return (inbox_lead(found[0], now) if found else None), [(each, clock_of(each, terms, now)) for each in found[1:]]


def inbox_lead(lead: Lead, now: datetime) -> InboxLead:
    """A lead with all there is to decide."""
    terms = terms_of(lead.organisation)
    reasons = tuple(REASONS[each] for each in terms.reasons)
    return InboxLead(lead, clock_of(lead, terms, now), len(attempts_of(lead)), terms.attempts, reasons)


def put_off(user: User, now: datetime) -> "QuerySet[Lead]":
    """What someone has put off, the nearest day first."""
    later = Lead.objects.filter(organisation=user.organisation, owner=user, state__in=_IN_INBOX)
    return later.filter(next_at__gt=now + timedelta(hours=12)).exclude(
        state=S.ASSIGNED.value, answered_at=None
    ).order_by("next_at", "pk")  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """A line in the course of a lead: what happened on record, or what was done here."""

    at: datetime
    what: str
    who: str
    more: str
    here: bool
    icon: str


def course_of(lead: Lead) -> list[Entry]:
    """What happened to a lead, newest first."""
    state = LeadIndex.objects.filter(organisation=lead.organisation_id).first()
    recorded = changes_of(lead.organisation.home, state.version, lead.lead_id) if state and state.version else ()
    entries = [_recorded(each) for each in recorded]
    entries += [_done(each) for each in lead.events.select_related("person")[:200]]
    return sorted(entries, key=lambda each: each.at, reverse=True)


def _recorded(change: LeadChange) -> Entry:
    more = [change.reason, change.channel, change.about, f"attempt {change.attempt}" if change.attempt else ""]
    icon = "arrow-right" if change.is_status else "mail" if change.side == "us" else "user"
    what = change.what if not change.is_status else f"Status “{change.what}”"
    return Entry(change.at, what, change.actor, " · ".join(filter(None, more)), False, icon)


_ICONS: Final = {
    LeadEvent.Kind.ACCEPTED: "check",
    LeadEvent.Kind.RETURNED: "undo-2",
    LeadEvent.Kind.BROKEN: "triangle-alert",
    LeadEvent.Kind.CONVERTED: "handshake",
    LeadEvent.Kind.SNOOZED: "clock",
    LeadEvent.Kind.ANSWERED: "phone",
}


def _done(event: LeadEvent) -> Entry:
    detail, kind = event.detail, LeadEvent.Kind(event.kind)
    reason = REASONS.get(str(detail.get("reason", "")))
    more = [
        event.why,
        reason.words if reason else "",
        f"after {detail['attempts']} attempts" if "attempts" in detail else "",
        f"answered after {detail['minutes']:.0f} min of business hours" if detail.get("minutes") is not None else "",
        f"to {detail['to']}" if "to" in detail else "",
        f"until {str(detail['until'])[:10]}" if "until" in detail else "",
        str(detail.get("way", "")),
        "reached" if detail.get("reached") else "",
    ]
    who = str(event.person) if event.person else ""
    return Entry(event.at, str(kind.label), who, " · ".join(filter(None, more)), True, _ICONS.get(kind, "circle"))


def result_of(organisation: Organisation, kind: str) -> LeadResult | None:
    """The newest figures of a kind."""
    return LeadResult.objects.filter(organisation=organisation, kind=kind).first()


def workers(user: User) -> "QuerySet[User]":
    """Who may have leads; for a rep those of their team."""
    roles = [role for role, rights in RIGHTS.items() if Right.WORK_LEADS in rights]
    found = people_here(user.organisation).filter(role__in=roles)
    if user.role == Role.REP:
        found = found.filter(team=user.team) if user.team else found.filter(pk=user.pk)
    return found.order_by("name", "pk")


def sales_queues(user: User) -> "QuerySet[LeadQueue]":
    """The queues of sales."""
    return LeadQueue.objects.filter(organisation=user.organisation, of_marketing=False).order_by("name")


def broken_for(user: User, now: datetime) -> "QuerySet[Lead]":
    """Promises of the first call that are broken now, among the leads that someone sees; the latest broken first."""
    late = leads_for(user).filter(state=S.ASSIGNED.value, answered_at=None, due_at__lt=now)
    return late.select_related("owner", "queue").order_by(F("due_at").desc(), "pk")
