"""The rules of asking buyers: made with the defaults when they are first asked for, off until someone turns them on."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from afteraction.errors import Refused
from afteraction.web.buyers.models import BuyerWords, MailText, Programme
from afteraction.web.buyers.models.programme import OUTCOMES, Language
from afteraction.web.buyers.words import DRIVERS, MAILS
from afteraction.web.people.models import Organisation, User
from afteraction.web.people.roles import Right, may
from afteraction.web.reviews.models import Driver

_LIMITS: Final = {
    "share": (1, 100),
    "most_people": (1, 5),
    "wait_days": (0, 90),
    "preview_hours": (48, 336),
    "remind_days": (0, 30),
    "valid_days": (7, 120),
}
"""A preview is never shorter than two days: a weekend is no time to look at a list."""
MAIL_FIELDS: Final = ("subject", "body", "reminder_subject", "reminder_body")


def programme_of(organisation: Organisation) -> Programme:
    """The rules of an organisation."""
    found = Programme.objects.filter(organisation=organisation).first()
    if found is not None:
        return found
    made, _new = Programme.objects.get_or_create(organisation=organisation, defaults={"seed": secrets.token_hex(8)})
    return made


def company_of(programme: Programme) -> str:
    """What buyers know the organisation as."""
    return programme.company or programme.organisation.name


def sender_of(programme: Programme) -> str:
    """Who asks, as buyers read it."""
    return programme.sender or company_of(programme)


@transaction.atomic
def change_programme(*, by: User, now: datetime, **fields: Any) -> Programme:
    """Changes the rules. When asking is turned on for the first time, deals that close from then on are asked about.

    Raises `Refused` for who may not, and for what cannot be, all of it at once.
    """
    _may(by)
    programme = Programme.objects.select_for_update().get(pk=programme_of(by.organisation).pk)
    for name, value in fields.items():
        setattr(programme, name, value)
    problems = [
        f"{programme._meta.get_field(name).verbose_name} of {getattr(programme, name)}, not {low} to {high}"  # type: ignore[union-attr]
        for name, (low, high) in _LIMITS.items()
        if not low <= getattr(programme, name) <= high
    ]
    problems += [f"the outcome {each}" for each in programme.outcomes if each not in OUTCOMES]
    problems += [f"the language {each}" for each in programme.languages if each not in Language.values]
    if not programme.languages:
        problems.append("no language")
    if programme.is_on and not programme.outcomes:
        problems.append("no deals to ask about")
    if programme.is_on and not programme.sender.strip():
        problems.append("nobody who asks")
    if programme.remind_days and programme.remind_days >= programme.valid_days:
        problems.append("a reminder after the link has ended")
    if problems:
        raise Refused("; ".join(problems), "rules that can be kept", "correct them")
    if programme.is_on and programme.since is None:
        programme.since = now
    programme.save()
    return programme


def mail_of(programme: Programme, language: str) -> Mapping[str, str]:
    """Subject, text, and those of the reminder, in a language: the organisation's own, else ours."""
    own = MailText.objects.filter(organisation=programme.organisation, language=language).first()
    if own is None:
        return MAILS.get(language, MAILS["en"])
    return {name: getattr(own, name) for name in MAIL_FIELDS} | {
        name: MAILS[language][name] for name in ("unsubscribe", "button")
    }


@transaction.atomic
def save_mail(*, by: User, language: str, texts: Mapping[str, str]) -> None:
    """Keeps the organisation's own mail of a language; one that is like ours is not kept.

    Raises `Refused` where a text is empty, too long, or lacks `{link}`.
    """
    _may(by)
    if language not in MAILS:
        raise Refused(f"the language {language}", f"one of {', '.join(MAILS)}")
    given = {name: texts.get(name, "").replace("\r\n", "\n").strip() for name in MAIL_FIELDS}
    problems = [f"no {name.replace('_', ' ')}" for name, text in given.items() if not text]
    problems += [
        f"no {{link}} in the {name.replace('_', ' ')}"
        for name in ("body", "reminder_body")
        if "{link}" not in given[name]
    ]
    problems += [
        f"a {name.replace('_', ' ')} of several lines"
        for name in ("subject", "reminder_subject")
        if "\n" in given[name]
    ]
    problems += [
        f"a {name.replace('_', ' ')} of {len(text):,} characters"
        for name, text in given.items()
        if len(text) > (5000 if "body" in name else 200)
    ]
    if problems:
        raise Refused("; ".join(problems), "a mail that buyers can answer", "correct the text")
    if all(given[name] == MAILS[language][name].strip() for name in MAIL_FIELDS):
        MailText.objects.filter(organisation=by.organisation, language=language).delete()
        return
    MailText.objects.update_or_create(organisation=by.organisation, language=language, defaults=given)


@transaction.atomic
def name_driver(*, by: User, driver: Driver, language: str, words: str) -> None:
    """Says what a driver is called in front of buyers; empty: as it comes."""
    _may(by)
    if driver.organisation_id != by.organisation_id or language not in Language.values:
        raise Refused("a driver or a language that is not yours", "one of your taxonomy, in one of the languages")
    words = " ".join(words.split())[:120]
    if words in ("", default_words(driver, language)):
        BuyerWords.objects.filter(driver=driver, language=language).delete()
    else:
        BuyerWords.objects.update_or_create(driver=driver, language=language, defaults={"words": words})


def default_words(driver: Driver, language: str) -> str:
    """What a driver is called in front of buyers where the organisation has said nothing."""
    return DRIVERS.get(language, {}).get(driver.key, driver.name)


def _may(by: User) -> None:
    if not may(by, Right.ASK_BUYERS):
        raise Refused("someone who may not change how buyers are asked", "sales operations or an admin", "ask them")
