"""What the page of the questionnaire shows, in the language of whoever reads it."""

from dataclasses import dataclass
from typing import Any, Final

from afteraction.web.buyers.models import Invitation, Programme, Said
from afteraction.web.buyers.models.answers import BuyerAnswer
from afteraction.web.buyers.models.programme import Language
from afteraction.web.buyers.programme import company_of, sender_of
from afteraction.web.buyers.questions import LONGEST, MOST_DRIVERS, Given
from afteraction.web.buyers.selectors import drivers_in_words
from afteraction.web.buyers.words import in_language

_AT_ONCE: Final = 8
"""Drivers that are shown at once."""


@dataclass(frozen=True)
class Choice:
    """One of the answers that may be chosen."""

    value: str
    words: str
    chosen: bool


def words_for(language: str, company: str, buyer: str = "", sender: str = "") -> dict[str, str]:
    """The words of a language with the names in them. Names are put in as they are; templates escape them."""
    names = {"{company}": company, "{buyer}": buyer, "{sender}": sender}
    words = {}
    for key, text in in_language(language).items():
        for placeholder, name in names.items():
            text = text.replace(placeholder, name)
        words[key] = text
    return words


def questionnaire(
    programme: Programme, invitation: Invitation, given: Given, language: str, *, changing: bool
) -> dict[str, Any]:
    """Everything the page says. Of the deal it knows the two companies' names."""
    buyer, company = invitation.asking.review.account_name, company_of(programme)
    words = words_for(language, company, buyer, sender_of(programme))
    named = drivers_in_words(programme.organisation, language, invitation.asking.review.outcome)
    return {
        "words": words,
        "language": language,
        "languages": [(code, Language(code).label) for code in programme.languages if code != language],
        "company": company,
        "lead": words["lead" if buyer else "lead_alone"],
        "given": given,
        "causes": _choices(words, "cause", Said.Cause.values, given.cause),
        "engaged": _choices(words, "engaged", Said.Engaged.values, given.engaged),
        "quotes": _choices(words, "quote", BuyerAnswer.Quote.values, given.may_quote),
        **_drivers(named, given, turn=invitation.pk or 0),
        "scores": [(score, f"{score:+d}".replace("-", "−") if score else "0") for score in range(-10, 11)],
        "most_drivers": MOST_DRIVERS,
        "longest": LONGEST,
        "asks_quote": programme.asks_quote,
        "may_be_anonymous": programme.anonymous and not changing,
        "changing": changing,
    }


def _drivers(named: list[tuple[int, str]], given: Given, turn: int) -> dict[str, Any]:
    """What may have weighed: some at once, the rest behind one touch, so that the page stays short.

    What stands first is chosen more often (Krosnick & Alwin 1987, Public Opin. Q. 51:201), so the list is turned by a
    different number for each who is asked; the same person sees the same order each time.
    """
    start = turn * 7 % len(named) if named else 0
    choices = [Choice(str(key), text, key in given.drivers) for key, text in named[start:] + named[:start]]
    first, more = choices[:_AT_ONCE], choices[_AT_ONCE:]
    return {"drivers": first, "more_drivers": more, "more_open": any(each.chosen for each in more)}


def _choices(words: dict[str, str], question: str, values: list[str], chosen: str) -> list[Choice]:
    return [Choice(value, words[f"{question}_{value}"], value == chosen) for value in values]
