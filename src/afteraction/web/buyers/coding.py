"""Coding a transcript: a person confirms or rejects suggestions; a second one codes without seeing the first."""

from collections import Counter
from datetime import datetime

from django.db import transaction

from afteraction.errors import Refused
from afteraction.web.buyers.interviewing import name_drivers
from afteraction.web.buyers.models import Code, Coding, Interview
from afteraction.web.buyers.suggesting import suggest_codes
from afteraction.web.buyers.visibility import interview_parts
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may
from afteraction.web.reviews.models import Driver
from afteraction.web.reviews.taxonomy import drivers_of

State = Code.State


def may_code(user: User, interview: Interview) -> bool:
    """Whoever may code interviews, and read this one; never the rep of the deal."""
    same = user.organisation_id == interview.organisation_id and interview.review.person_id != user.pk
    reads = interview.made_by_id == user.pk or bool(interview_parts(user, interview))
    return same and reads and bool(interview.transcript) and may(user, Right.CODE_INTERVIEWS)


@transaction.atomic
def begin_coding(*, by: User, interview: Interview, now: datetime) -> Coding:
    """Someone's own coding, with suggestions when it is new."""
    if not may_code(by, interview):
        raise Refused("an interview that you may not code", "one that you may read", "ask sales operations")
    coding, new = Coding.objects.get_or_create(interview=interview, coder=by, defaults={"begun_at": now})
    if new:
        drivers = list(drivers_of(by.organisation, now=now))
        Code.objects.bulk_create(suggest_codes(coding, drivers), ignore_conflicts=True)
    return coding


@transaction.atomic
def decide(*, by: User, code: Code, confirmed: bool, now: datetime) -> None:
    """Confirms or rejects a suggestion; what the coder found themselves is taken back by rejecting it."""
    _own(by, code.coding)
    if not confirmed and code.origin == Code.Origin.PERSON:
        code.delete()
        return
    code.state, code.decided_at = State.CONFIRMED if confirmed else State.REJECTED, now
    code.save(update_fields=["state", "decided_at"])


@transaction.atomic
def add_code(*, by: User, coding: Coding, driver: Driver, start: int, end: int, now: datetime) -> Code:
    """The coder found a driver in a passage. Raises `Refused` for one that is not in the transcript."""
    _own(by, coding)
    text = coding.interview.transcript
    if not (0 <= start < end <= len(text)) or not text[start:end].strip():
        raise Refused(f"a passage from {start} to {end}", "one of the transcript", "choose a sentence")
    if driver.organisation_id != by.organisation_id:
        raise Refused("a driver of another organisation", "one of your own taxonomy")
    code, _new = Code.objects.update_or_create(
        coding=coding,
        driver=driver,
        start=start,
        end=end,
        defaults={"state": State.CONFIRMED, "decided_at": now},
        create_defaults={"state": State.CONFIRMED, "decided_at": now, "origin": Code.Origin.PERSON},
    )
    return code


@transaction.atomic
def finish_coding(*, by: User, coding: Coding, now: datetime) -> None:
    """Says that a coding is whole. Only then may its coder see those of others, and it cannot be changed any more.

    Raises `Refused` while suggestions are left that nobody has decided on.
    """
    _own(by, coding)
    left = coding.codes.filter(state=State.SUGGESTED).count()
    if left:
        raise Refused(f"{left} suggestions that are not decided on", "none", "confirm or reject each")
    coding.done_at = now
    coding.save(update_fields=["done_at"])
    done = Code.objects.filter(
        coding__interview=coding.interview, coding__done_at__isnull=False, state=State.CONFIRMED
    ).values_list("driver", flat=True)
    drivers = [driver for driver, _count in Counter(done).most_common()]
    name_drivers(interview=coding.interview, drivers=drivers, now=now)


def _own(by: User, coding: Coding) -> None:
    if coding.coder_id != by.pk:
        raise Refused("the coding of someone else", "your own", "code the interview yourself")
    if coding.done_at is not None:
        raise Refused("a coding that is finished", "one that is open: what others compared it with stays as it was")
