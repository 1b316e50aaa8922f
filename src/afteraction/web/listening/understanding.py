"""What is read of items, for the pipeline: the story, the accounts with their events, the names that are to be asked.

The rules are `analysis.news_*`; here is what they need of an organisation: the names of its accounts, what people said
of names and kinds, and the stories of late.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q

from afteraction.analysis.fetch import fetch
from afteraction.analysis.news_accounts import AccountNames, Named, account_names
from afteraction.analysis.news_kinds import NONE, Correction, Learned, learn
from afteraction.analysis.news_reading import read_news
from afteraction.analysis.news_stories import Stories
from afteraction.lake.engine import read_table
from afteraction.lake.schema import TABLES
from afteraction.lake.store import Lake
from afteraction.web.deals.mirror import engine
from afteraction.web.deals.models import Deal
from afteraction.web.listening.models import AccountName, Item, TriggerEvent
from afteraction.web.people.models import Organisation

KEPT: Final = timedelta(days=180)
"""Stories that were told since are known again when they are told once more."""
MOST_ITEMS: Final = 200_000
MOST_CORRECTIONS: Final = 5_000
NO_SUCH_EVENT: Final = "nothing happened"
"""The reason for "not relevant" that corrects the rules."""


@dataclass(frozen=True)
class Mention:
    """An event of an account, as the rules found it in an item; `name` is what the account is called there."""

    account_id: str
    account: str
    name: str
    kind: str
    confidence: float
    sentence: str
    people: tuple[dict[str, str], ...] = ()


@dataclass(frozen=True)
class Understood:
    """What an item tells. `story` is one that is known (0: a new one), `named` are the accounts that it names for sure,
    `ambiguous` names with what they could mean.
    """

    story: int
    signature: int
    language: str
    mentions: tuple[Mention, ...]
    named: frozenset[str]
    ambiguous: tuple[tuple[str, tuple[str, ...]], ...]


class Reader:
    """Reads items of one organisation. Each story that is made is to be `put`, so that the next item finds it."""

    def __init__(self, names: AccountNames, called: dict[str, str], learned: Learned, stories: Stories) -> None:
        self._names, self._called, self._learned, self._stories = names, called, learned, stories
        self._about: dict[int, frozenset[str]] = {}

    def read(self, items: Sequence[Item], *, again: bool = False) -> Iterator[Understood]:
        """What each item tells, one after the other; `again` does not look for its story, for it has one."""
        for item in items:
            told = read_news(
                item.title, item.text, self._names, url=item.url, language=item.language, learned=self._learned
            )
            same = None if again else self._stories.find(told.signature, item.published_at or item.heard_at)
            yield Understood(
                story=same.story if same and self._may_be(same.story, told.named) else 0,
                signature=told.signature,
                language=told.language,
                mentions=tuple(
                    Mention(
                        account_id=each.account,
                        account=self._called.get(each.account, each.account),
                        name=each.name,
                        kind=each.kind,
                        confidence=each.confidence,
                        sentence=each.sentence,
                        people=tuple({"name": person.name, "role": person.role} for person in each.people),
                    )
                    for each in told.events
                ),
                named=frozenset(told.named),
                ambiguous=tuple((each.name, each.accounts) for each in told.doubtful),
            )

    def put(self, found: Understood, story: int, at: datetime) -> None:
        """An item tells this story."""
        self._stories.put(found.signature, story, at)
        self._about[story] = self._about.get(story, frozenset()) | found.named

    def _may_be(self, story: int, named: Sequence[str]) -> bool:
        """Whether accounts do not tell them apart: notices of one form about two accounts differ in a name alone."""
        if story not in self._about:
            events = TriggerEvent.objects.filter(story=story).values_list("account_found", flat=True)
            self._about[story] = frozenset(events)
        about = self._about[story]
        return not (about and named) or not about.isdisjoint(named)


def reader_of(organisation: Organisation, now: datetime) -> Reader:
    """A reader that knows the accounts, what was said and what was told of late."""
    called, domains = _accounts(organisation)
    return Reader(_names(organisation, called, domains), called, _learned(organisation), _stories(organisation, now))


def _accounts(organisation: Organisation) -> tuple[dict[str, str], dict[str, str]]:
    """The names and the domains of accounts by their ids: those with deals, and those of the record."""
    deals = Deal.objects.filter(organisation=organisation).exclude(account_id="")
    called = {key: name for key, name in deals.values_list("account_id", "account_name").distinct() if name}
    lake = Lake(organisation.home)
    if lake.current() is None:
        return called, {}
    snapshot = lake.snapshot()
    with engine(organisation.home) as con:
        accounts = read_table(con, TABLES["accounts"], snapshot.files("accounts"), "accounts_heard")
        rows = fetch(accounts.select("account_id", "name", "domain"))
    called = {row["account_id"]: row["name"] for row in rows if row["name"]} | called
    return called, {row["account_id"]: row["domain"] for row in rows if row["domain"]}


def _names(organisation: Organisation, called: dict[str, str], domains: dict[str, str]) -> AccountNames:
    names = [Named(name, key) for key, name in called.items()]
    names += [Named(domain, key, "domain") for key, domain in domains.items()]
    told = AccountName.objects.filter(organisation=organisation, asked=False)
    for each in told.exclude(kind=AccountName.Kind.COMPETITOR).order_by("at", "pk"):
        names.append(Named(each.text, each.account_id, each.kind, is_said=each.by_id is not None))
    return account_names(names)


def _learned(organisation: Organisation) -> Learned:
    """What corrections taught: kinds that were set right, events that were none, and those somebody acted on."""
    Said = TriggerEvent.Said  # noqa: N806
    wrong = Q(said=Said.NOT_RELEVANT, why=NO_SUCH_EVENT)
    told = Q(corrected_by__isnull=False) | Q(said__in=(Said.CALL, Said.DONE))
    events = TriggerEvent.objects.filter(organisation=organisation).filter(told | wrong)
    rows = events.order_by("-at", "-pk").values_list("sentence", "kind_found", "kind", "said", "why")[:MOST_CORRECTIONS]
    return learn(
        [
            Correction(sentence, found, NONE if (said, why) == (Said.NOT_RELEVANT, NO_SUCH_EVENT) else kind)
            for sentence, found, kind, said, why in rows
        ]
    )


def _stories(organisation: Organisation, now: datetime) -> Stories:
    stories = Stories()
    items = Item.objects.filter(organisation=organisation, heard_at__gte=now - KEPT).exclude(story=None)
    newest = items.order_by("-heard_at", "-pk").values_list("signature", "story_id", "published_at", "heard_at")
    for signature, story, published, heard in reversed(list(newest[:MOST_ITEMS])):
        assert story is not None  # noqa: S101  # the others are left out
        stories.put(signature, story, published or heard)
    return stories
