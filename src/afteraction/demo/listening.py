"""What the demo hears: invented news of sample accounts from three sources, some of it twice, some of it about nobody.

Nothing is fetched: the sources are switched off, and every story says that it is simulated.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from afteraction.web.deals.models import Deal
from afteraction.web.listening import acting
from afteraction.web.listening.models import AccountName, Item, Source, TriggerEvent
from afteraction.web.listening.pipeline import understand_items
from afteraction.web.listening.ranking import keep_ranking
from afteraction.web.listening.selectors import Asked, ranked_for
from afteraction.web.listening.watching import Terms, save_watch
from afteraction.web.people.models import Organisation, User

_SOURCES: Final = ("Business Ledger", "Regional Gazette", "Trade Monitor")
_STORIES: Final = (
    (
        "{0} names {person} chief financial officer",
        "{0} has appointed {person} as chief financial officer. The new head of finance comes from {firm} in {city}.",
    ),
    (
        "{0} raises {number} million euros",
        "{0} raised {number} million euros in a Series C round led by {firm}. The money is for {city}.",
    ),
    (
        "{0} opens a second site in {city}",
        "{0} will open a new site in {city} and hire {number} people there. {person} signed the lease last week.",
    ),
    (
        "{0} acquires {firm}",
        "{0} has agreed to acquire {firm} of {city} for {number} million euros. {person} stays as its head.",
    ),
    (
        "{0} cuts {number} jobs",
        "{0} said it will lay off {number} employees in {city}. {person} spoke of a hard year.",
    ),
    (
        "{0} must comply with the new reporting law",
        "{0} must comply with the new supply chain regulation. {person} has {number} days, says {firm}.",
    ),
    (
        "{0} launches a portal for customers",
        "{0} launched a self-service portal for its {number} customers in {city} today, said {person}.",
    ),
    (
        "{0} hires {number} engineers",
        "{0} is hiring: {number} job openings for engineers in {city} were posted this week.",
    ),
    (
        "Supplier of {0} files for insolvency",
        "{0} lost its supplier {firm}, which filed for insolvency. Deliveries to {city} are {number} days late.",
    ),
    (
        "{0} fined over data leak",
        "{0} was fined {number} million euros after a data breach in {city}. {person} apologised.",
    ),
    (
        "{0}: Rahmenvertrag läuft aus",
        "Der Vertrag von {0} mit {firm} läuft zum Jahresende aus und wird in {city} neu ausgeschrieben.",
    ),
    (
        "{0} ernennt neue Geschäftsführung",
        "{0} hat {person} zur neuen Geschäftsführung ernannt. Der Wechsel in {city} war erwartet worden.",
    ),
)
"""Title and text, of the account that takes the place of {0}."""
_PEOPLE: Final = ("Dana Whitfield", "Petra Lindholm", "Marek Oswald", "Ines Calder", "Tomas Reuter", "Lena Marchetti")
_FIRMS: Final = ("Northgate Capital", "Brightwell Data", "Harbourline", "Oakmere Group", "Silverlake Freight")
_CITIES: Final = ("Lyon", "Gdansk", "Porto", "Leeds", "Graz", "Turin", "Malmo", "Ghent", "Brno", "Bilbao", "Kiel")
_ACCOUNTS: Final = 34
_OF_NOBODY: Final = (
    ("Central bank leaves rates unchanged", "The bank left its rates unchanged on Thursday, as analysts had expected."),
    ("Rail strike called off", "The union called off the strike planned for next week after talks through the night."),
    ("Vertexa raises its prices", "Vertexa told its customers that prices rise by eight percent in spring."),
)


@dataclass(frozen=True)
class _Told:
    source: str
    title: str
    text: str
    at: datetime


def make_listening(organisation: Organisation, rep: User, manager: User) -> None:
    """Sources with their items, the events in them, a ranking, what some said of it. Does nothing when done."""
    if Source.objects.filter(organisation=organisation).exists():
        return
    now = timezone.now()
    sources = {
        name: Source.objects.create(
            organisation=organisation, kind=Source.Kind.FEED, name=f"{name} (simulated)", is_on=False, made_at=now,
            address=f"https://{name.lower().replace(' ', '-')}.example/feed", heard_at=now - timedelta(hours=2),
        )
        for name in _SOURCES
    }  # fmt: skip
    told = [*_of_accounts(organisation, rep, now), *_of_nobody(now), *_of_either(organisation, now)]
    Item.objects.bulk_create([_item(organisation, sources[each.source], each) for each in told])
    understand_items(organisation=organisation, now=now)
    keep_ranking(organisation=organisation, now=now)
    _said(rep, manager, now)
    _watch(rep, manager, now)


def _of_accounts(organisation: Organisation, rep: User, now: datetime) -> Iterator[_Told]:
    for number, account in enumerate(_names(organisation, rep)):
        title, text = _story(account, number, (number * 5) % len(_STORIES))
        at = now - timedelta(days=(number * 37) % 70, hours=1 + number % 9)
        source = _SOURCES[number % 3]
        yield _Told(source, title, f"{text} This story is simulated.", at)
        if number % 4 == 0:
            copied = f"{text} This story is simulated."
            yield _Told(_SOURCES[(number + 1) % 3], title, copied, at + timedelta(hours=5))
        if number % 6 == 0:
            title, text = _story(account, number + 3, (number * 5 + 1) % len(_STORIES))
            yield _Told(_SOURCES[(number + 2) % 3], title, f"{text} Simulated.", at - timedelta(days=9))


def _story(account: str, number: int, which: int) -> tuple[str, str]:
    facts = {
        "person": _PEOPLE[number % len(_PEOPLE)],
        "firm": _FIRMS[number % len(_FIRMS)],
        "city": _CITIES[number % len(_CITIES)],
        "number": 12 + 7 * number,
    }
    title, text = _STORIES[which]
    return title.format(account, **facts), text.format(account, **facts)


def _names(organisation: Organisation, rep: User) -> list[str]:
    """Accounts of the rep with an open deal, then others, the ones that were last worked on first."""
    deals = (
        Deal.objects.filter(organisation=organisation).exclude(account_name="").order_by("-last_event_at", "deal_id")
    )
    own = deals.filter(owner=rep.owner_name)[:8]
    return list(dict.fromkeys(deal.account_name for deal in [*own, *deals[:400:8]]))[:_ACCOUNTS]


def _of_nobody(now: datetime) -> Iterator[_Told]:
    for number, (title, text) in enumerate(_OF_NOBODY):
        yield _Told(_SOURCES[number], title, f"{text} Simulated.", now - timedelta(days=1 + number))


def _of_either(organisation: Organisation, now: datetime) -> Iterator[_Told]:
    """A short name that two accounts have: it is asked which is meant."""
    deals = Deal.objects.filter(organisation=organisation, account_name__startswith="Corvin").exclude(account_id="")
    two = list(deals.order_by("account_id").values_list("account_id", flat=True).distinct()[:2])
    for key in two:
        AccountName.objects.create(organisation=organisation, text="Corvin", kind="alias", account_id=key, at=now)
    text = "Corvin raised 15 million euros in new funding. Simulated."
    yield _Told(_SOURCES[0], "Corvin raises 15 million euros", text, now - timedelta(days=2))


def _item(organisation: Organisation, source: Source, told: _Told) -> Item:
    key = hashlib.sha256(f"{told.title} {told.at.isoformat()}".encode()).hexdigest()
    return Item(
        organisation=organisation, source=source, key=key, title=told.title, text=told.text, heard_at=told.at,
        published_at=told.at, url=f"{source.address.removesuffix('/feed')}/{key[:12]}",
    )  # fmt: skip


def _said(rep: User, manager: User, now: datetime) -> None:
    """Some accounts are being called, one is put off, one is not relevant, of one came a lead."""
    ranked = [each.account_id for each in ranked_for(manager, Asked(), now=now)[:30]]
    says = (
        (2, rep, "call", "", None),
        (5, manager, "call", "", None),
        (8, manager, "later", "", (now + timedelta(days=30)).date()),
        (11, rep, "not_relevant", "already in touch", None),
    )
    for place, person, said, why, again in says:
        if place < len(ranked):
            acting.say_of_account(by=person, account_id=ranked[place], said=said, now=now, why=why, again_on=again)
    if len(ranked) > 14:
        event = TriggerEvent.objects.filter(organisation=rep.organisation, account_id=ranked[14]).order_by("-at")[0]
        acting.lead_of(by=rep, event=event, now=now)


def _watch(rep: User, manager: User, now: datetime) -> None:
    save_watch(by=rep, name="New leaders", terms=Terms(kinds=("leadership_change",)), now=now)
    save_watch(by=rep, name="Where Vertexa is", terms=Terms(competitors=("Vertexa",)), now=now)
    save_watch(by=manager, name="Money and growth", terms=Terms(kinds=("funding", "expansion")), now=now)
