"""Taking a deal off the list before its buyer is asked: with a reason, which is counted, and by whom is on record."""

from datetime import datetime

from django.db import transaction

from afteraction.errors import Refused
from afteraction.web.buyers.asking import end_of_preview, language_for
from afteraction.web.buyers.models import Asking, Invitation
from afteraction.web.buyers.programme import programme_of
from afteraction.web.buyers.unsubscribing import unsubscribed
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may
from afteraction.web.reviews.models import Review
from afteraction.web.reviews.visibility import leads

State = Asking.State


def may_withhold(user: User, review: Review) -> bool:
    """The managers of the rep, sales operations and admins; never the rep of the deal."""
    same = user.is_active and user.organisation_id == review.organisation_id
    return same and review.person_id != user.pk and (leads(user, review) or may(user, Right.ASK_BUYERS))


@transaction.atomic
def withhold(*, by: User, asking: Asking, reason: str, text: str, now: datetime) -> None:
    """Keeps the buyer of a deal from being asked. Raises `Refused` without a reason, and once the mail has left."""
    asking = Asking.objects.select_for_update().select_related("review").get(pk=asking.pk)
    if not may_withhold(by, asking.review):
        raise Refused("a deal that you may not withhold", "one of the team that you lead", "ask its manager")
    if asking.state != State.PREVIEW:
        raise Refused(f"a deal that is {asking.get_state_display().lower()}", "one that is in preview")
    if reason not in Asking.Reason.values:
        raise Refused("no reason", "one of the list", "say why: reasons are counted")
    if reason == Asking.Reason.OTHER and not text.strip():
        raise Refused("another reason, without saying which", "a few words", "say which")
    asking.state, asking.reason, asking.reason_text = State.WITHHELD, reason, text.strip()[:500]
    asking.withheld_by, asking.withheld_at = by, now
    asking.save()
    asking.invitations.filter(state=Invitation.State.PREVIEW).update(state=Invitation.State.WITHHELD)


@transaction.atomic
def release(*, by: User, asking: Asking, now: datetime) -> None:
    """Takes a withholding back; the preview begins anew."""
    asking = Asking.objects.select_for_update().select_related("review").get(pk=asking.pk)
    if not may_withhold(by, asking.review) or asking.state != State.WITHHELD:
        raise Refused("a deal that you cannot release", "one that is withheld, of the team that you lead")
    asking.state, asking.reason, asking.reason_text = State.PREVIEW, "", ""
    asking.withheld_by = asking.withheld_at = None
    asking.send_after = end_of_preview(programme_of(by.organisation), asking.review, now)
    asking.save()
    asking.invitations.filter(state=Invitation.State.WITHHELD).update(state=Invitation.State.PREVIEW)


@transaction.atomic
def add_person(*, by: User, asking: Asking, name: str, email: str, language: str, now: datetime) -> Invitation:
    """Someone of the buyer who is not on record is asked too; the preview begins anew, so that others see it.

    Raises `Refused` for an address that said no, that is asked already, and when the mail has left.
    """
    asking = Asking.objects.select_for_update().select_related("review").get(pk=asking.pk)
    review, programme = asking.review, programme_of(by.organisation)
    is_theirs = review.person_id == by.pk or may_withhold(by, review)
    if review.organisation_id != by.organisation_id or not is_theirs:
        raise Refused("the deal of someone else", "one of your own, or of the team that you lead")
    if asking.state not in (State.PREVIEW, State.NOBODY):
        raise Refused(
            f"a deal that is {asking.get_state_display().lower()}", "one that is in preview or has no address"
        )
    address = email.strip().lower()
    if unsubscribed(by.organisation, [address]):
        raise Refused("an address that asked never to be written to", "another one", "leave them in peace")
    if asking.invitations.filter(email=address).exists():
        raise Refused("an address that is on the list already", "a new one")
    if asking.invitations.count() >= programme.most_people:
        raise Refused(
            f"{programme.most_people + 1} people", f"at most {programme.most_people}", "take one off the list"
        )
    language = language if language in programme.languages else language_for(programme, address)
    made = Invitation.objects.create(
        asking=asking, name=name.strip()[:200], email=address, language=language, typed_by=by
    )
    asking.state, asking.send_after = State.PREVIEW, end_of_preview(programme, review, now)
    asking.save()
    return made


@transaction.atomic
def remove_person(*, by: User, invitation: Invitation) -> None:
    """Takes one of several people off the list, before the mail has left. For whoever may withhold."""
    asking = Asking.objects.select_for_update().select_related("review").get(pk=invitation.asking_id)
    if not may_withhold(by, asking.review):
        raise Refused("a deal that you may not change", "one of the team that you lead", "ask its manager")
    if asking.state != State.PREVIEW or asking.invitations.count() < 2:
        raise Refused("the only person who is asked", "one of several, in preview", "withhold the deal, with a reason")
    invitation.delete()
