"""What tests of the buyer's voice start from: ended deals with their reviews, and buyers who have got their mail."""

import re
from datetime import datetime, timedelta
from typing import Any, Final

from django.core import mail
from django.utils import timezone
from tests.cast import Cast

from afteraction.web.buyers import tasks
from afteraction.web.buyers.models import Asking, Invitation, Programme
from afteraction.web.buyers.programme import change_programme
from afteraction.web.buyers.withholding import add_person
from afteraction.web.deals.models import Deal
from afteraction.web.people.models import Organisation, User
from afteraction.web.reviews.models import Review

LINK: Final = re.compile(r"/b/[\w-]{43}/")


def ask_buyers(by: User, **rules: Any) -> Programme:
    """Asking is on."""
    given = {"is_on": True, "sender": "Dana Fields, customer research", "company": "Northwind", **rules}
    return change_programme(by=by, now=timezone.now() - timedelta(days=90), **given)


def ended_deal(organisation: Organisation, number: int = 1, outcome: str = "lost", **fields: Any) -> Review:
    """A deal that has ended, with its review."""
    closed_at = fields.pop("closed_at", timezone.now() - timedelta(days=20))
    values = {
        "name": f"Secret deal {number}", "account_name": "Contoso Mills", "segment": "Mid-market", "amount": 987_654.0,
        "owner": "Noor Haddad", "owner_name": "Noor Haddad", "team": "Enterprise North", "competitor": "Fabrikam",
    } | fields  # fmt: skip
    deal = Deal.objects.create(
        organisation=organisation, deal_id=f"D-{number}", outcome=outcome, closed_at=closed_at, **values
    )
    person = User.objects.filter(organisation=organisation, owner_name=deal.owner).first()
    copied = ("name", "account_name", "segment", "amount", "owner", "owner_name", "team")
    return Review.objects.create(
        organisation=organisation, deal_id=deal.deal_id, outcome=outcome, closed_at=closed_at, person=person,
        opened_at=closed_at, due_on=closed_at.date(), **{name: values[name] for name in copied},
    )  # fmt: skip


def follow(*, now: datetime | None = None) -> None:
    """What the schedule does, with the mails that it queues sent at once."""
    tasks.follow_all.call()
    for programme in Programme.objects.all():
        tasks.follow_buyers.call(organisation_id=programme.organisation_id)
    for invitation in Invitation.objects.filter(asking__state=Asking.State.ASKED, state="preview"):
        tasks.mail_to_buyer.call(invitation_id=invitation.pk)
    for invitation in Invitation.objects.filter(asking__state=Asking.State.ASKED, state="sent"):
        tasks.mail_to_buyer.call(invitation_id=invitation.pk)


def preview_over(asking: Asking | None = None) -> None:
    """Two days pass."""
    found = Asking.objects.filter(state=Asking.State.PREVIEW)
    found = found.filter(pk=asking.pk) if asking else found
    found.update(send_after=timezone.now() - timedelta(minutes=1))


def asked(cast: Cast, number: int = 1, email: str = "", outcome: str = "lost", **fields: Any) -> tuple[Invitation, str]:
    """A buyer who has got their mail: the invitation, and the path of the link in it."""
    if not Programme.objects.filter(organisation=cast.organisation, is_on=True).exists():
        ask_buyers(cast.operations)
    review = ended_deal(cast.organisation, number, outcome, **fields)
    follow()
    asking = Asking.objects.get(review=review)
    invitation = add_person(
        by=cast.operations, asking=asking, name="Robin Lee", email=email or f"robin{number}@contoso.example",
        language="en", now=timezone.now(),
    )  # fmt: skip
    preview_over(asking)
    follow()
    invitation.refresh_from_db()
    return invitation, link_in(mail.outbox[-1])


def link_in(message: Any) -> str:
    """The path of the questionnaire in a mail."""
    found = LINK.search(message.body)
    assert found is not None, message.body
    return found.group()
