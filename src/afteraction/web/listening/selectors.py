"""What is read of trigger events: the accounts to call, lists of events, what someone has taken on.

Everything that was heard is open to everyone of the organisation who may listen; nothing here is of one person alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.http import QueryDict

from afteraction.web.deals.models import Deal
from afteraction.web.listening.kinds import KINDS
from afteraction.web.listening.models import AccountName, Item, ListeningResult, RankedAccount, TriggerEvent
from afteraction.web.people.models import Organisation, User
from afteraction.web.people.roles import Right, may

FRESH: Final = timedelta(days=90)
"""Until then an event is a reason to call. Older ones are history, and teach the ranking."""
PER_PAGE: Final = 20
_EVENTS_SHOWN: Final = 2
STATES: Final = {
    "": "To call",
    "call": "Being called",
    "later": "Put off",
    "not_relevant": "Not relevant",
    "done": "Acted on",
}
Said = TriggerEvent.Said


@dataclass(frozen=True)
class AccountToCall:
    """An account of the list: where it stands, its newest events, and who has taken it on."""

    ranked: RankedAccount
    events: tuple[TriggerEvent, ...]
    more: int
    taken_by: User | None
    open_deal: Deal | None


@dataclass(frozen=True)
class Asked:
    """What a list is narrowed to, as its address says."""

    state: str = ""
    kind: str = ""
    whose: str = ""
    text: str = ""

    @classmethod
    def read(cls, query: QueryDict) -> "Asked":
        """Of an address; what is not known counts as nothing."""
        state, kind = query.get("state", ""), query.get("kind", "")
        return cls(
            state=state if state in STATES else "",
            kind=kind if kind in KINDS else "",
            whose="mine" if query.get("whose") == "mine" else "",
            text=" ".join(query.get("q", "").replace("\x00", "").split())[:200],
        )

    def query(self, **changed: object) -> str:
        """As the query of an address, with some of it changed."""
        values = {"state": self.state, "kind": self.kind, "whose": self.whose, "q": self.text} | changed
        return urlencode({name: value for name, value in values.items() if value not in ("", None)})


def events_for(user: User) -> "QuerySet[TriggerEvent]":
    """The trigger events that someone may see, in no order."""
    events = TriggerEvent.objects.filter(organisation=user.organisation_id).select_related("story", "said_by", "lead")
    return events if may(user, Right.LISTEN) else events.none()


def open_events(user: User, today: date, now: datetime) -> "QuerySet[TriggerEvent]":
    """Those that are fresh and wait for somebody: nothing was said, or the day until which it was put off has come."""
    return events_for(user).filter(at__gte=now - FRESH).filter(_waits(today))


def _waits(today: date) -> Q:
    return Q(said=Said.NOTHING) | Q(said=Said.LATER, again_on__lte=today)


def _in_state(state: str, today: date) -> Q:
    if state == Said.LATER:
        return Q(said=Said.LATER, again_on__gt=today)
    return Q(said=state) if state else _waits(today)


def accounts_to_call(user: User, asked: Asked, *, now: datetime, page: str | None) -> "Page[RankedAccount]":
    """A page of the ranked accounts with a fresh event in the state that is asked for, the first to call on top."""
    found = ranked_for(user, asked, now=now)
    return Paginator(found, PER_PAGE).get_page(page)


def ranked_for(user: User, asked: Asked, *, now: datetime) -> "QuerySet[RankedAccount]":
    """The accounts that a list holds, in their order."""
    events = events_for(user).filter(at__gte=now - FRESH).filter(_in_state(asked.state, now.date()))
    if asked.kind:
        events = events.filter(kind=asked.kind)
    found = RankedAccount.objects.filter(
        organisation=user.organisation_id, account_id__in=events.order_by().values("account_id")
    )
    if asked.whose == "mine":
        found = found.filter(owner=user.owner_name or "\x01nobody")
    if asked.text:
        found = found.filter(account__icontains=asked.text)
    return found.order_by("place", "pk")


def with_events(user: User, ranked: Iterable[RankedAccount], asked: Asked, *, now: datetime) -> list[AccountToCall]:
    """The accounts of a page with their fresh events in that state, and an open deal where there is one."""
    rows = list(ranked)
    ids = [each.account_id for each in rows]
    events = events_for(user).filter(at__gte=now - FRESH, account_id__in=ids).filter(_in_state(asked.state, now.date()))
    of: dict[str, list[TriggerEvent]] = defaultdict(list)
    for event in with_sources(events.order_by("-at", "-pk")):
        of[event.account_id].append(event)
    deals = Deal.objects.filter(organisation=user.organisation_id, account_id__in=ids, outcome="open")
    open_deals = {deal.account_id: deal for deal in deals.order_by("last_event_at")}
    made = []
    for each in rows:
        told = of[each.account_id]
        taken = next((event.said_by for event in told if event.said == Said.CALL), None)
        shown = tuple(told[:_EVENTS_SHOWN])
        made.append(AccountToCall(each, shown, len(told) - len(shown), taken, open_deals.get(each.account_id)))
    return made


def counts_of(user: User, asked: Asked, *, now: datetime) -> dict[str, int]:
    """How many accounts each state has, with the other filters as they are."""
    return {
        state: ranked_for(user, Asked(state, asked.kind, asked.whose, asked.text), now=now).count() for state in STATES
    }


def events_list(user: User, asked: Asked, page: str | None) -> "Page[TriggerEvent]":
    """A page of all events, the newest on top."""
    found = events_for(user)
    if asked.kind:
        found = found.filter(kind=asked.kind)
    if asked.state:
        found = found.filter(said=asked.state)
    if asked.text:
        found = found.filter(Q(account__icontains=asked.text) | Q(story__title__icontains=asked.text))
    return Paginator(with_sources(found.order_by("-at", "-pk")), 40).get_page(page)


def with_sources(events: "QuerySet[TriggerEvent]") -> "QuerySet[TriggerEvent]":
    """Events with the items that tell them, and where those come from."""
    return events.prefetch_related("story__items__source")


def events_of_account(user: User, account_id: str) -> "QuerySet[TriggerEvent]":
    """All events of an account, the newest on top, without those that were not about it."""
    found = events_for(user).filter(account_id=account_id).exclude(said=Said.NOT_RELEVANT)
    return with_sources(found.order_by("-at", "-pk"))


def taken_on(user: User) -> "QuerySet[TriggerEvent]":
    """What someone said they would call, or put off until a day that has come."""
    return events_for(user).filter(said=Said.CALL, said_by=user).order_by("-at", "-pk")


def come_back(user: User, today: date) -> "QuerySet[TriggerEvent]":
    """What someone put off, whose day has come."""
    return events_for(user).filter(said=Said.LATER, said_by=user, again_on__lte=today).order_by("again_on", "pk")


def result_of(organisation: Organisation, kind: str) -> ListeningResult | None:
    """What the analysis last said."""
    return ListeningResult.objects.filter(organisation=organisation, kind=kind).first()


def anything_heard(organisation: Organisation) -> bool:
    """Whether any item was ever heard."""
    return Item.objects.filter(organisation=organisation).exists()


def names_asked(organisation: Organisation) -> int:
    """How many ambiguous names wait for an answer."""
    return AccountName.objects.filter(organisation=organisation, asked=True).values("text").distinct().count()


def accounts_like(user: User, text: str, most: int = 8) -> Sequence[tuple[str, str]]:
    """Accounts with deals on record whose name begins like this: (id, name)."""
    words = " ".join(text.replace("\x00", "").split())[:100]
    if len(words) < 2:
        return ()
    deals = Deal.objects.filter(organisation=user.organisation_id, account_name__istartswith=words)
    return list(deals.exclude(account_id="").order_by("account_name").values_list("account_id", "account_name")
                .distinct()[:most])  # fmt: skip
