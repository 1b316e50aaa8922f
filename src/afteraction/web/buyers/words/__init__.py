"""What buyers read, in every language: the questionnaire, its pages, the mails as they come with the product."""

from collections.abc import Mapping
from typing import Final

from afteraction.web.buyers.words import de, en, es, fr

WORDS: Final[Mapping[str, Mapping[str, str]]] = {"en": en.WORDS, "de": de.WORDS, "fr": fr.WORDS, "es": es.WORDS}
"""By language and key. `{company}` is the vendor, `{buyer}` the buyer's company."""
MAILS: Final[Mapping[str, Mapping[str, str]]] = {"en": en.MAIL, "de": de.MAIL, "fr": fr.MAIL, "es": es.MAIL}
"""By language: subject, body, reminder_subject, reminder_body. Placeholders are those of `PLACEHOLDERS`."""
PLACEHOLDERS: Final[Mapping[str, str]] = {
    "{name}": "the person who is asked",
    "{buyer}": "their company",
    "{company}": "your company",
    "{sender}": "who asks",
    "{link}": "the link to the questions; must be there",
    "{days}": "the days that the link works",
}
DRIVERS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": en.DRIVERS,
    "de": de.DRIVERS,
    "fr": fr.DRIVERS,
    "es": es.DRIVERS,
}
"""By language: what the drivers that come with the product are called in front of buyers, by the driver's key.

Drivers of wins and of losses that are about the same share their words, so that the page does not tell how it ended."""


def in_language(language: str) -> Mapping[str, str]:
    """The words of a language; English where there are none."""
    return WORDS.get(language, en.WORDS)
