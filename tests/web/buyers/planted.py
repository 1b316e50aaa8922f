"""What addresses of the buyer's voice name, in the first organisation, with the secret word in every text of theirs."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from tests.cast import Cast

from afteraction.web.buyers.coding import begin_coding
from afteraction.web.buyers.figures import make_figures
from afteraction.web.buyers.interviewing import save_interview
from afteraction.web.buyers.links import make_link
from afteraction.web.buyers.models import Asking, BuyerAnswer, Interview, Invitation, Programme
from afteraction.web.buyers.programme import change_programme, name_driver
from afteraction.web.reviews.models import Driver, Review


@dataclass(frozen=True)
class BuyersWorld:
    """All of it is about deals of the rep; `token` is that of a buyer who may answer, and sees no secret."""

    waiting: Asking
    person: Invitation
    answer: BuyerAnswer
    interview: Interview
    token: str
    german: str = "de"


def plant_buyers(cast: Cast, review: Review, secret: str) -> BuyersWorld:
    """A deal in preview, an answer, an interview that operations code, a link that is open."""
    now = timezone.now()
    change_programme(by=cast.operations, now=now, is_on=True, sender="Customer research", company="The vendor")
    waiting = Asking.objects.create(
        organisation=cast.organisation, review=review, state=Asking.State.PREVIEW, opened_at=now,
        send_after=now + timedelta(days=2),
    )  # fmt: skip
    person = Invitation.objects.create(asking=waiting, name=f"Robin {secret}", email="robin@buyer.example")
    answer = BuyerAnswer.objects.create(
        organisation=cast.organisation, review=review, name=f"Robin {secret}", better=f"{secret} is better",
        answered_at=now,
    )  # fmt: skip
    interview = save_interview(
        by=cast.operations, review=review, now=now, interviewer=f"Dana {secret}", held_on=now.date(), consent="quote",
        transcript=f"Robin: {secret}, and nothing else.",
    )  # fmt: skip
    coding = begin_coding(by=cast.operations, interview=interview, now=now)
    coding.codes.all().delete()
    for driver in Driver.objects.filter(organisation=cast.organisation, name__contains=secret):
        name_driver(by=cast.operations, driver=driver, language="en", words="The weather")
    make_figures(organisation=cast.organisation, now=now)
    assert Programme.objects.get(organisation=cast.organisation).is_on
    return BuyersWorld(waiting, person, answer, interview, _token(cast, review))


def _token(cast: Cast, review: Review) -> str:
    """Of another deal, since buyers read the names of both companies."""
    now = timezone.now()
    other = Review.objects.create(
        organisation=cast.organisation, deal_id="asked", outcome="won", closed_at=now, opened_at=now, due_on=now.date(),
        account_name="The buyer", person=review.person, state=Review.State.DONE,
    )  # fmt: skip
    asking = Asking.objects.create(
        organisation=cast.organisation, review=other, state=Asking.State.ASKED, opened_at=now
    )
    invitation = Invitation.objects.create(
        asking=asking, email="lee@buyer.example", state=Invitation.State.SENT, sent_at=now,
        expires_at=now + timedelta(days=9),
    )  # fmt: skip
    return make_link(invitation, now=now)
