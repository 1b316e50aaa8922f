"""Suggestions for coders by similar words, made on this machine; what people confirmed before teaches them."""

from typing import Final

from afteraction.analysis.coding import coder, suggest
from afteraction.analysis.drivers import Driver as Described
from afteraction.analysis.transcript import turns
from afteraction.web.buyers.models import Code, Coding, Interview
from afteraction.web.people.models import Organisation
from afteraction.web.reviews.models import Driver

_MOST_TAUGHT: Final = 2_000
_LEAST: Final = 0.17
"""Of a whole transcript only passages that are clearly like a driver are suggested: a coder reads every one."""
_MOST: Final = 40


def suggest_codes(coding: Coding, drivers: list[Driver]) -> list[Code]:
    """Codes that may be confirmed, not saved yet: the likeliest passages, in the order of the transcript."""
    if not drivers:
        return []
    known = coder([_described(each) for each in drivers], _confirmed(coding.interview.organisation))
    by_key = {each.key: each for each in drivers}
    found = [
        (each.score, sentence, by_key[each.driver], each.example)
        for turn in turns(coding.interview.transcript)
        if not _asks(turn.speaker, coding.interview)
        for sentence in turn.sentences
        if not sentence.text.endswith("?")
        for each in suggest(sentence.text, known, most=1)
        if each.score >= _LEAST
    ]
    best = sorted(found, key=lambda row: -row[0])[:_MOST]
    codes = [
        Code(
            coding=coding,
            driver=driver,
            start=sentence.start,
            end=sentence.end,
            origin=Code.Origin.SIMILARITY,
            why=f"like “{example[:200]}”",
        )
        for _score, sentence, driver, example in best
    ]
    return sorted(codes, key=lambda code: code.start)


def _asks(speaker: str, interview: Interview) -> bool:
    """Whether it is the interviewer who speaks: what they say is no evidence."""
    name = speaker.split("(")[0].strip().casefold()
    return bool(name) and (name == "interviewer" or interview.interviewer.casefold().startswith(name))


def _confirmed(organisation: Organisation) -> list[tuple[str, str]]:
    """Quotes that coders of this organisation confirmed, with the driver that they gave them."""
    found = Code.objects.filter(coding__interview__organisation=organisation, state=Code.State.CONFIRMED)
    found = found.exclude(coding__done_at=None).select_related("driver", "coding__interview").order_by("-decided_at")
    return [(code.driver.key, code.coding.interview.transcript[code.start : code.end]) for code in found[:_MOST_TAUGHT]]


def _described(driver: Driver) -> Described:
    return Described(
        id=driver.key,
        name=driver.name,
        theme="",
        applies_to=frozenset(driver.outcomes),
        description=driver.description,
        phrases={"": tuple(driver.examples)},
        crm_reasons=tuple(driver.crm_reasons),
        shown_when=(),
        contrary_when=(),
    )
