"""What an item tells: which accounts had which kind of event, by which sentence, and who took part."""

from dataclasses import dataclass

from afteraction.analysis.news_accounts import AccountNames, DoubtfulName, find_accounts
from afteraction.analysis.news_kinds import NOTHING_LEARNED, Learned, kinds_of
from afteraction.analysis.news_people import Person, people_of
from afteraction.analysis.news_stories import signature
from afteraction.analysis.news_text import language_of, words_of


@dataclass(frozen=True)
class ToldEvent:
    """An account with an event: `name` is what the account is called in the text, `confidence` a probability."""

    account: str
    name: str
    kind: str
    confidence: float
    sentence: str
    people: tuple[Person, ...]
    is_rumour: bool


@dataclass(frozen=True)
class ReadNews:
    """What an item tells. `signature` is for `news_stories.Stories`; `named` are all accounts that it surely names."""

    signature: int
    language: str
    named: tuple[str, ...]
    events: tuple[ToldEvent, ...]
    doubtful: tuple[DoubtfulName, ...]


def read_news(
    title: str, text: str, names: AccountNames, *, url: str = "", language: str = "", learned: Learned = NOTHING_LEARNED
) -> ReadNews:
    """Read an item (plain text, no markup). `language` as the source says it.

    An event is of the accounts that its sentence names; of the title's, where the sentence names none.
    """
    words = words_of(title, text)
    spoken = language_of(words, language)
    found = find_accounts(words, names, url)
    mark = signature(words)
    first = found.sure[0].sentence if found.sure else 0
    events: dict[tuple[str, str], ToldEvent] = {}
    for kind in kinds_of(words, spoken, learned) if found.sure else ():
        here = [each for each in found.sure if each.sentence == kind.place]
        here = here or [each for each in found.sure if each.sentence == first and kind.place - first in (1, 2)]
        people = people_of(kind.sentence, spoken) if here else ()
        for each in here:
            event = ToldEvent(
                each.account, each.name, kind.kind, kind.confidence, kind.sentence, people, kind.is_rumour
            )
            events.setdefault((each.account, kind.kind), event)
    named = tuple(dict.fromkeys(each.account for each in found.sure))
    return ReadNews(mark, spoken, named, tuple(events.values()), found.doubtful)
