"""The course of an account: what happened there outside, our deals with it and their touches, what we did about it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from afteraction.web.deals.models import Deal
from afteraction.web.deals.record import events_of
from afteraction.web.deals.selectors import index_state
from afteraction.web.leads.visibility import leads_for
from afteraction.web.listening.models import TriggerEvent
from afteraction.web.listening.selectors import events_of_account
from afteraction.web.people.models import User

DEALS: Final = 6
"""Deals whose touches are read, the newest ones."""
SHOWN: Final = 120
_TOUCHES: Final = 12
"""Touches of one deal that are shown, the newest."""


@dataclass(frozen=True)
class Moment:
    """Something on the line. `kind` is event, deal_opened, deal_ended, touch, said or lead; `event` and `deal` where
    it is of one.
    """

    at: datetime
    kind: str
    what: str
    detail: str = ""
    event: TriggerEvent | None = None
    deal: Deal | None = None


@dataclass(frozen=True)
class History:
    """An account with all its moments, the newest on top; `hidden` older ones are left out."""

    account_id: str
    account: str
    moments: tuple[Moment, ...]
    hidden: int
    deals: tuple[Deal, ...]
    events: tuple[TriggerEvent, ...]


def history_of(user: User, account_id: str) -> History | None:
    """The course of an account; None where the organisation has neither deals nor events of it."""
    deals = list(
        Deal.objects.filter(organisation=user.organisation_id, account_id=account_id).order_by("-last_event_at", "-id")[
            :50
        ]
    )
    events = list(events_of_account(user, account_id)[:100])
    if not deals and not events:
        return None
    name = next((deal.account_name for deal in deals if deal.account_name), events[0].account if events else account_id)
    moments = [Moment(event.at, "event", event.story.title, event.sentence, event=event) for event in events]
    moments += [_said(event) for event in events if event.said and event.said_at]
    for place, deal in enumerate(deals):
        moments += _of_deal(user, deal, with_touches=place < DEALS)
    leads = leads_for(user).filter(account=account_id).order_by("-came_at")[:20]
    moments += [Moment(lead.came_at, "lead", f"Lead: {lead}", lead.get_state_display()) for lead in leads]
    moments.sort(key=lambda each: each.at, reverse=True)
    return History(account_id, name, tuple(moments[:SHOWN]), max(len(moments) - SHOWN, 0), tuple(deals), tuple(events))


def _said(event: TriggerEvent) -> Moment:
    by = str(event.said_by) if event.said_by else "Somebody"
    words = {
        TriggerEvent.Said.CALL: f"{by} calls about it",
        TriggerEvent.Said.LATER: f"{by} put it off",
        TriggerEvent.Said.DONE: f"{by} acted on it",
    }
    assert event.said_at is not None  # noqa: S101  # whoever asks has looked
    return Moment(event.said_at, "said", words.get(TriggerEvent.Said(event.said), by), event.story.title, event=event)


def _of_deal(user: User, deal: Deal, *, with_touches: bool) -> list[Moment]:
    found = []
    if deal.created_at:
        found.append(Moment(deal.created_at, "deal_opened", f"Deal opened: {deal}", deal.owner_name, deal=deal))
    if deal.closed_at and deal.outcome != "open":
        found.append(Moment(deal.closed_at, "deal_ended", f"Deal ended: {deal}", deal.owner_name, deal=deal))
    if with_touches:
        state = index_state(user)
        events = events_of(user.organisation.home, state.version, deal.deal_id) if state else ()
        touches = [each for each in events if not each.is_stage]
        found += [
            Moment(each.at, "touch", each.subject or each.name, _who(each.actor, each.side), deal=deal)
            for each in touches[-_TOUCHES:]
        ]
    return found


def _who(actor: str, side: str) -> str:
    return "the buyer" if side == "buyer" else actor
