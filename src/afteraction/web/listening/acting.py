"""What people do about trigger events: call it, put it off, say that it is not relevant, make a lead of it, be done.

Page, API and demo call these. What was said stays with the event and its story; it can be said anew, or taken back.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction

from afteraction.errors import Refused
from afteraction.web.deals.models import Deal
from afteraction.web.leads.making import make_lead
from afteraction.web.leads.models import Lead
from afteraction.web.listening.correcting import forget_not_ours, is_none_of_ours
from afteraction.web.listening.models import TriggerEvent
from afteraction.web.listening.selectors import open_events
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may

Said = TriggerEvent.Said
SOURCE: Final = "listening"
WHYS: Final = {
    "old news": "Old news",
    "no need": "No need there",
    "not our market": "Not our market",
    "already in touch": "We are in touch already",
    "nothing happened": "It says nothing of the kind",
    "other": "Something else",
}
"""Why an event is not relevant: the short list."""
LATER: Final = {7: "in a week", 30: "in a month", 90: "in three months"}
"""Days that an event is put off by."""
_LONGEST: Final = timedelta(days=366)


@transaction.atomic
def say(
    *, by: User, event: TriggerEvent, said: str, now: datetime, why: str = "", again_on: date | None = None
) -> TriggerEvent:
    """Says what becomes of one event. Raises `Refused`."""
    return _say(by, event.account_id, [event.pk], said, now, why, again_on)[0]


@transaction.atomic
def say_of_account(
    *, by: User, account_id: str, said: str, now: datetime, why: str = "", again_on: date | None = None
) -> list[TriggerEvent]:
    """Says it of all events of an account that wait. Raises `Refused`, also when there is none."""
    keys = list(open_events(by, now.date(), now).filter(account_id=account_id).values_list("pk", flat=True))
    if not keys:
        raise Refused("an account without an event that waits", "one of the list", "somebody was faster: look again")
    return _say(by, account_id, keys, said, now, why, again_on)


def _say(
    by: User, account_id: str, keys: Sequence[int], said: str, now: datetime, why: str, again_on: date | None
) -> list[TriggerEvent]:
    _check(by, said, now, why, again_on)
    events = list(
        TriggerEvent.objects.select_for_update()
        .filter(organisation=by.organisation, account_id=account_id, pk__in=keys)
        .order_by("-at", "-pk")
    )
    if not events:
        raise Refused("an event that is not here", "one of your organisation")
    taken = next((each for each in events if each.said == Said.CALL and each.said_by not in (None, by)), None)
    if taken and said == Said.CALL:
        raise Refused(f"an event that {taken.said_by} calls about already", "one that waits", "talk to each other")
    for event in events:
        if is_none_of_ours(event):
            forget_not_ours(event)
        event.said, event.why = said, " ".join(why.replace("\x00", "").split())[:300]
        event.again_on = again_on if said == Said.LATER else None
        event.said_by, event.said_at = (by, now) if said else (None, None)
        event.save(update_fields=["said", "why", "again_on", "said_by", "said_at", "corrected_by"])
    return events


def _check(by: User, said: str, now: datetime, why: str, again_on: date | None) -> None:
    if not may(by, Right.LISTEN):
        raise Refused("someone who may not", "somebody who listens", "ask an admin")
    if said not in Said.values:
        raise Refused(f"“{said}”", f"one of {', '.join(filter(None, Said.values))}", "choose one")
    if said == Said.NOT_RELEVANT and not why.strip():
        raise Refused("no reason", "why it is not relevant", "choose a reason: the next events are read by it")
    today = now.date()
    if said == Said.LATER and (again_on is None or not today < again_on <= today + _LONGEST):
        raise Refused(f"{again_on or 'no day'}", "a day after today, within a year", "choose another day")


@transaction.atomic
def lead_of(*, by: User, event: TriggerEvent, now: datetime) -> Lead:
    """Makes a lead of an event, once; whoever works leads has it at once. The event counts as acted on."""
    held = TriggerEvent.objects.select_for_update().get(organisation=by.organisation, pk=event.pk)
    if held.lead is not None:
        return held.lead
    why = f"{held.story.title}. {held.sentence}"
    lead = make_lead(
        by=by, key=f"event:{held.pk}", source=SOURCE, campaign=held.kind.replace("_", " "), account=held.account_id,
        account_name=held.account, why=why, now=now,
    )  # fmt: skip
    held.lead = lead
    held.said, held.said_by, held.said_at, held.again_on = Said.DONE.value, by, now, None
    held.save(update_fields=["lead", "said", "said_by", "said_at", "again_on"])
    return lead


@transaction.atomic
def of_deal(*, by: User, event: TriggerEvent, deal_id: str, now: datetime) -> TriggerEvent:
    """Says which deal of the account came of an event. Raises `Refused` for one of another account."""
    held = TriggerEvent.objects.select_for_update().get(organisation=by.organisation, pk=event.pk)
    deal = Deal.objects.filter(organisation=by.organisation, deal_id=deal_id, account_id=held.account_id).first()
    if deal is None:
        raise Refused(f"the deal “{deal_id}”", f"a deal of {held.account}", "choose one of the account")
    held.deal_id = deal.deal_id
    held.said, held.said_by, held.said_at, held.again_on = Said.DONE.value, by, now, None
    held.save(update_fields=["deal_id", "said", "said_by", "said_at", "again_on"])
    return held
