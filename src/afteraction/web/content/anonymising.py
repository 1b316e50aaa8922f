"""What is taken out of a text before buyers may read it: by rule, and what is left for a person to look at.

A rule takes out what it knows to point at somebody (names of customers, of people on both sides, of competitors, of
deals) and what looks like it does (addresses, telephone numbers, amounts, dates, numbers of any length). No rule knows
everything: words that look like names are marked for the person who checks. What was removed is counted, never kept.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Q

from afteraction.web.deals.models import Deal
from afteraction.web.deals.search import INDEX
from afteraction.web.full_text import words
from afteraction.web.people.models import Organisation, User

CUSTOMER, PERSON, COMPETITOR, DEAL = "[a customer]", "[a person]", "[a competitor]", "[a deal]"
AMOUNT, ADDRESS, DATE, NUMBER = "[an amount]", "[an address]", "[a date]", "[a number]"
KINDS: Final = {
    CUSTOMER: "customers",
    PERSON: "people",
    COMPETITOR: "competitors",
    DEAL: "deals",
    AMOUNT: "amounts",
    ADDRESS: "addresses",
    DATE: "dates",
    NUMBER: "numbers",
}
"""What stands in the place of each, and what it is called when counted."""
_FORMS: Final = frozenset(
    {"inc", "llc", "ltd", "limited", "gmbh", "ag", "se", "sa", "sas", "srl", "bv", "nv", "ab", "as", "oy", "plc", "co"}
    | {"corp", "corporation", "company", "group", "holding", "holdings", "kg", "spa", "pty"}
)
"""Legal forms: a customer is known without them, and they name nobody."""
_COMMON: Final = frozenset(
    {
        "the",
        "and",
        "of",
        "for",
        "new",
        "first",
        "services",
        "service",
        "systems",
        "solutions",
        "international",
        "global",
    }
    | {"software", "none", "other", "unknown", "nobody", "data", "health", "energy", "foods", "logistics", "trading"}
    | {"partners", "industries", "bank", "city"}
)
"""Words of names that stand in any text: alone they are no name."""
_PATTERNS: Final = (
    (ADDRESS, re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b|\bhttps?://\S+|\bwww\.\S+", re.IGNORECASE)),
    (ADDRESS, re.compile(r"\b[a-z0-9-]+\.(?:com|org|net|io|de|fr|eu|co|uk|ch|at|nl|se|es|it)\b", re.IGNORECASE)),
    (
        AMOUNT,
        re.compile(
            r"(?:[€$£¥]|\b(?:EUR|USD|GBP|CHF|SEK|NOK|DKK|PLN|JPY)\b)\s*\d[\d.,'’ ]*\d?\s*(?:k|m|mn|bn|thousand|million|"
            r"billion)?\b"
            r"|\b\d[\d.,'’ ]*\d?\s*(?:k|m|mn|bn|thousand|million|billion)?\s*(?:[€$£¥]|\b(?:EUR|USD|GBP|CHF|SEK|NOK|DKK"
            r"|PLN|JPY|euros?|dollars?|pounds?|francs?)\b)"
            r"|\b\d[\d.,]*\s*(?:k|mn|bn|thousand|million|billion)\b",
            re.IGNORECASE,
        ),
    ),
    (
        DATE,
        re.compile(
            r"\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b"
            r"|\b\d{1,2}\.?\s+(?:January|February|March|April|May|June|July|August|September|October|November|December)"
            r"(?:\s+\d{4})?\b"
            r"|\b(?:January|February|March|April|June|July|August|September|October|November|December)\s+\d{1,4}\b"
            r"|\bQ[1-4]\s*(?:of\s+)?\d{4}\b|\b(?:19|20)\d{2}\b"
        ),
    ),
    (NUMBER, re.compile(r"\+?\d[\d ()/-]{6,}\d|\b\d{3,}(?:[.,]\d+)*\b")),
)
_NAME_LIKE: Final = re.compile(r"\b[A-ZÀ-ÖØ-Þ][\w’'&-]*(?:\s+(?:&\s+)?[A-ZÀ-ÖØ-Þ][\w’'&-]*)*")
_SENTENCE: Final = re.compile(r"(?:^|[.!?:;]\s+|\n\s*|[“\"(]\s*)$")
_LOOKED_UP: Final = 60
_OF_A_WORD: Final = 200


@dataclass(frozen=True)
class Names:
    """The names to take out, by what stands in their place; longer ones go first."""

    by_word: Mapping[str, str]


@dataclass(frozen=True)
class Anonymous:
    """A text without them; `removed` counts what went by kind, `look` are words that look like names still."""

    text: str
    removed: Mapping[str, int]
    look: tuple[str, ...]


def anonymous(text: str, names: Names) -> Anonymous:
    """The text without names, amounts, addresses, dates and numbers. Pure: the names are found by `names_in`."""
    removed: Counter[str] = Counter()

    def gone(place: str) -> str:
        removed[KINDS[place]] += 1
        return place

    for name in sorted(names.by_word, key=lambda each: (-len(each), each)):
        place = names.by_word[name]
        found = re.compile(rf"(?<!\w){re.escape(name)}(?:['’]s)?(?!\w)", re.IGNORECASE)
        # “Mark” is somebody, “mark” is something that one does: a first name has a capital.
        capital = place == PERSON and " " not in name
        text = found.sub(
            lambda match, place=place, capital=capital: (  # type: ignore[misc]
                match.group() if capital and match.group()[0].islower() else gone(place)
            ),
            text,
        )
    for place, pattern in _PATTERNS:
        text = pattern.sub(lambda _match, place=place: gone(place), text)  # type: ignore[misc]
    return Anonymous(text, dict(removed), look_at(text))


def look_at(text: str) -> tuple[str, ...]:
    """Words with a capital inside a sentence, and digits: whoever checks looks at each, as a rule did not know it."""
    found = []
    for match in _NAME_LIKE.finditer(text):
        said = match.group()
        if _SENTENCE.search(text[: match.start()]):
            said = said.partition(" ")[2]  # the first word of a sentence has a capital whatever it is
        if said and said not in ("I", "CRM", "CEO", "CFO", "CIO", "IT"):
            found.append(said)
    found += re.findall(r"\d+(?:[.,]\d+)*\s*%?", text)
    return tuple(dict.fromkeys(each.strip() for each in found))


def names_in(organisation: Organisation, text: str, deal_ids: Iterable[str] = ()) -> Names:
    """The names that a text may hold: of its own deals, of colleagues, and of any customer or competitor that its words
    lead to in the index of deals, which is asked for no more than its words."""
    found: dict[str, str] = {}
    for user in User.objects.filter(organisation=organisation).only("name", "owner_name"):
        _add(found, PERSON, _person(user.name) + _person(user.owner_name))
    _add(found, CUSTOMER, _company(organisation.name))
    own = list(Deal.objects.filter(organisation=organisation, deal_id__in=list(deal_ids)))
    said = [word for word in words(text) if len(word) > 2 and word not in _COMMON and not word.isdigit()]
    keys = {key for word in _rare(said) for key in INDEX.keys(organisation.pk, (word,), _OF_A_WORD)}
    near = Deal.objects.filter(Q(pk__in=keys), organisation=organisation)
    there = set(said)
    for deal in [*own, *near.only("name", "account_name", "owner_name", "competitor", "deal_id")]:
        mine = deal in own
        for place, full in ((CUSTOMER, deal.account_name), (DEAL, deal.name), (DEAL, deal.deal_id)):
            if full and (mine or there >= set(words(full)) or place == CUSTOMER):
                parts = _company(full) if place == CUSTOMER else (full,)
                _add(found, place, [each for each in parts if mine or set(words(each)) <= there])
        _add(found, PERSON, _person(deal.owner_name))
        _add(found, COMPETITOR, (deal.competitor,))
    state = getattr(organisation, "index_state", None)
    for value, _label, _count in state.choices.get("competitor", ()) if state else ():
        _add(found, COMPETITOR, (str(value),))
    return Names(found)


def _rare(said: Sequence[str]) -> list[str]:
    """The words to look up: the longest ones first, as they tell most."""
    return sorted(dict.fromkeys(said), key=lambda word: (-len(word), word))[:_LOOKED_UP]


def _company(name: str) -> tuple[str, ...]:
    """A company's name, without its legal form, and its first word where that is no common one."""
    parts = [part for part in re.split(r"[\s,]+", name) if part]
    bare = [part for part in parts if part.strip(".").casefold() not in _FORMS]
    first = bare[0] if bare and len(bare[0]) > 3 and bare[0].casefold() not in _COMMON else ""
    return (name, " ".join(bare), first)


def _person(name: str) -> tuple[str, ...]:
    """A person's name and its parts, as far as those are no initials."""
    parts = [part.strip(".,") for part in name.split()]
    return (name, *(part for part in parts if len(part) > 2))


def _add(found: dict[str, str], place: str, given: Iterable[str]) -> None:
    for name in given:
        key = name.strip().casefold()
        if len(key) > 2 and key not in _COMMON and key not in _FORMS:
            found.setdefault(key, place)
