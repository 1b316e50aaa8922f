"""Thanks for what is on the walls, and recognition of colleagues."""

from datetime import datetime
from typing import Final

from django.db import transaction

from afteraction.errors import Refused
from afteraction.web.deals.models import Deal
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may
from afteraction.web.walls.models import Entry, Recognition, Thanks

_NOTE: Final = 200
_TEXT: Final = 500
_WORDS: Final = 3


@transaction.atomic
def thank(*, by: User, entry: Entry, now: datetime, note: str = "") -> Thanks:
    """Thanks for an entry, once a person; a note that comes later takes the place of the one before.

    Raises `Refused` for one's own entry, one of another organisation, and a note that is too long.
    """
    if entry.organisation_id != by.organisation_id or not may(by, Right.SEE_LESSONS):
        raise Refused("an entry that is not of your organisation", "one of its walls")
    if entry.sharer_id == by.pk:
        raise Refused("an entry of your own", "one that a colleague shared", "thank someone else")
    words = " ".join(note.replace("\x00", "").split())
    if len(words) > _NOTE:
        raise Refused(f"{len(words)} characters", f"at most {_NOTE}", "shorten it")
    found, made = Thanks.objects.get_or_create(entry=entry, person=by, defaults={"note": words, "given_on": now.date()})
    if not made and words and found.note != words:
        found.note = words
        found.save(update_fields=["note"])
    return found


def take_thanks_back(*, by: User, entry: Entry) -> None:
    """Takes one's own thanks back."""
    Thanks.objects.filter(entry=entry, person=by).delete()


def recognise(*, by: User, to: User, useful: str, repeatable: str, now: datetime, deal_id: str = "") -> Recognition:
    """A note to a colleague: what was useful to the customer, and what of it can be repeated. Both have to be said.

    Raises `Refused` with every part that is missing, for a note to oneself or to someone elsewhere, and for a deal that
    is not on record.
    """
    if to.organisation_id != by.organisation_id or not to.is_active or not may(by, Right.SEE_LESSONS):
        raise Refused("a person who is not here", "a colleague", "choose one of the list")
    if to.pk == by.pk:
        raise Refused("a note to yourself", "one to a colleague", "choose someone else")
    said = [" ".join(each.replace("\x00", "").split()) for each in (useful, repeatable)]
    short = [
        name
        for name, text in zip(("what was useful to the customer", "what can be repeated"), said, strict=True)
        if len(text.split()) < _WORDS
    ]
    if short:
        raise Refused(f"nothing on {' and '.join(short)}", f"at least {_WORDS} words on each", "say it in a sentence")
    if any(len(text) > _TEXT for text in said):
        raise Refused("a long text", f"at most {_TEXT} characters each", "shorten it")
    if said[0].casefold() == said[1].casefold():
        raise Refused("the same words twice", "what was useful, and what of it others can do again", "say both")
    deal = Deal.objects.filter(organisation=by.organisation, deal_id=deal_id).first() if deal_id else None
    if deal_id and deal is None:
        raise Refused(f"deal {deal_id[:60]}", "a deal on record", "leave it empty, or take it from the list of deals")
    return Recognition.objects.create(
        organisation=by.organisation, by=by, to=to, useful=said[0], repeatable=said[1], given_at=now,
        deal_id=deal_id, deal_name=str(deal) if deal else "",
    )  # fmt: skip


def take_recognition_back(*, by: User, recognition: Recognition) -> None:
    """Removes a note. Whoever gave it and whoever got it may: nobody has to hang on a wall."""
    if by.pk not in (recognition.by_id, recognition.to_id):
        raise Refused("a note between others", "one that you gave or got", "ask one of the two")
    recognition.delete()
