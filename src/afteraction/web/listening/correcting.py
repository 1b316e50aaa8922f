"""Corrections by one tap, and names that could mean several accounts. What comes next is read by them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from afteraction.errors import Refused
from afteraction.web.deals.models import Deal
from afteraction.web.jobs.services import enqueue
from afteraction.web.listening.kinds import KINDS
from afteraction.web.listening.models import AccountName, TriggerEvent
from afteraction.web.people.models import Organisation, User
from afteraction.web.people.roles import Right, may

AGAIN: Final = timedelta(days=365)
"""Items that are this old are read again when a name is explained."""
OTHER_ACCOUNT: Final = "other account"
"""Why an event is not relevant whose name was said to mean none of ours."""

NONE: Final = "none of ours"
"""What is answered in place of an account's id."""


@dataclass(frozen=True)
class Question:
    """A name that was read and could mean several accounts: (id, name) of each."""

    text: str
    accounts: tuple[tuple[str, str], ...]
    asked_at: datetime


def correct_kind(*, by: User, event: TriggerEvent, kind: str) -> TriggerEvent:
    """Says what kind an event really is. Raises `Refused` for a kind that is not known."""
    _may(by)
    if kind not in KINDS:
        raise Refused(f"the kind “{kind}”", f"one of {', '.join(KINDS)}", "choose one")
    event.kind, event.corrected_by = kind, by
    event.save(update_fields=["kind", "corrected_by"])
    return event


@transaction.atomic
def correct_account(*, by: User, event: TriggerEvent, account_id: str, now: datetime) -> TriggerEvent:
    """Says which account an event is about. The name it was known by is learned. Raises `Refused`."""
    _may(by)
    found = account_named(by.organisation, account_id)
    if found is None:
        raise Refused(f"the account “{account_id}”", "an account with a deal on record", "choose one of the list")
    event.account_id, event.account, event.corrected_by = *found, by
    if is_none_of_ours(event):  # which is not so any more: it waits again
        event.said, event.why, event.said_by, event.said_at = "", "", None, None
    event.save(update_fields=["account_id", "account", "corrected_by", "said", "why", "said_by", "said_at"])
    _learn(by.organisation, event.name_found or event.account, found[0], by, now)
    return event


@transaction.atomic
def not_ours(*, by: User, event: TriggerEvent, now: datetime) -> TriggerEvent:
    """Says that an event is about none of our accounts: the name it was known by means none from now on."""
    _may(by)
    event.said, event.why = TriggerEvent.Said.NOT_RELEVANT.value, OTHER_ACCOUNT
    event.said_by, event.said_at, event.corrected_by, event.again_on = by, now, by, None
    event.save(update_fields=["said", "why", "said_by", "said_at", "corrected_by", "again_on"])
    _learn(by.organisation, event.name_found or event.account, "", by, now)
    return event


def is_none_of_ours(event: TriggerEvent) -> bool:
    """Whether somebody said that an event is about none of our accounts."""
    return event.said == TriggerEvent.Said.NOT_RELEVANT and event.why == OTHER_ACCOUNT


def forget_not_ours(event: TriggerEvent) -> None:
    """Takes `not_ours` back: the name may mean an account again, as it did by the record."""
    said = AccountName.objects.filter(organisation=event.organisation_id, text=event.name_found or event.account)
    said.filter(account_id="").delete()
    if (event.kind, event.account_id) == (event.kind_found, event.account_found):
        event.corrected_by = None


@transaction.atomic
def answer_name(*, by: User, text: str, account_id: str, now: datetime) -> None:
    """Says what an ambiguous name means: one of the accounts it was asked about, or `NONE` of ours.

    What was heard under that name within a year is read again. Raises `Refused`.
    """
    _may(by)
    asked = AccountName.objects.filter(organisation=by.organisation, text=text, asked=True)
    known = set(asked.values_list("account_id", flat=True))
    if not known:
        raise Refused(f"the name “{text}”", "one that is asked about", "somebody was faster: look again")
    chosen = "" if account_id == NONE else account_id
    if account_id != NONE and account_id not in known:
        raise Refused(f"the account “{account_id}”", "one of those it could mean", "choose one of the list")
    _learn(by.organisation, text, chosen, by, now)
    if chosen:
        from afteraction.web.listening.tasks import read_again

        enqueue(read_again, organisation_id=by.organisation.pk, text=text)


def questions_of(organisation: Organisation) -> list[Question]:
    """The names that wait for an answer, the oldest first."""
    rows = AccountName.objects.filter(organisation=organisation, asked=True).order_by("at", "pk")[:200]
    ids = {row.account_id for row in rows}
    deals = Deal.objects.filter(organisation=organisation, account_id__in=ids)
    names = dict(deals.values_list("account_id", "account_name"))
    by_text: dict[str, list[AccountName]] = {}
    for row in rows:
        by_text.setdefault(row.text, []).append(row)
    return [
        Question(text, tuple((each.account_id, names.get(each.account_id) or each.account_id) for each in found),
                 found[0].at)
        for text, found in by_text.items()
    ]  # fmt: skip


def account_named(organisation: Organisation, asked: str) -> tuple[str, str] | None:
    """The (id, name) of an account with a deal on record, by its id or, in any case, by its name."""
    asked = asked.replace("\x00", "")
    if not asked.strip():
        return None
    deals = Deal.objects.filter(organisation=organisation).exclude(account_id="")
    found = deals.filter(account_id=asked).first() or deals.filter(account_name__iexact=asked.strip()).first()
    return (found.account_id, (found.account_name or found.account_id)[:300]) if found else None


def _learn(organisation: Organisation, text: str, account_id: str, by: User, now: datetime) -> None:
    """From now on the name means this alone: what it was said or asked to mean before goes."""
    held = AccountName.objects.filter(organisation=organisation, text=text).exclude(kind=AccountName.Kind.COMPETITOR)
    held.exclude(account_id=account_id).delete()
    AccountName.objects.update_or_create(
        organisation=organisation,
        text=text,
        account_id=account_id,
        defaults={"kind": AccountName.Kind.ALIAS, "asked": False, "by": by, "at": now},
    )


def _may(by: User) -> None:
    if not may(by, Right.LISTEN):
        raise Refused("someone who may not", "somebody who listens", "ask an admin")
