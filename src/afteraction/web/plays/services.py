"""What may be done with plays: made from won deals, written, published as a version, retired."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final

from django.db import transaction

from afteraction.errors import Refused
from afteraction.web.deals.models import Deal
from afteraction.web.insights.selectors import newest_results
from afteraction.web.jobs.services import enqueue
from afteraction.web.lessons.models import Lesson
from afteraction.web.people.models import Organisation, User
from afteraction.web.people.roles import Right, may
from afteraction.web.plays import tasks
from afteraction.web.plays.body import Body, as_document, changes, read
from afteraction.web.plays.models import LeadingFigures, Play, PlayDeal, PlayStep, PlayVersion

MOST_DEALS: Final = 200
TITLE: Final = 160


def may_change(user: User, play: Play) -> bool:
    """Whether someone may write a play: who made it while it is a draft, and whoever decides about plays."""
    if user.organisation_id != play.organisation_id or not may(user, Right.SEE_LESSONS):
        return False
    return may(user, Right.OWN_LESSONS) or (play.author_id == user.pk and play.state == Play.State.DRAFT)


@transaction.atomic
def make_play(*, by: User, title: str, deal_ids: Collection[str], now: datetime) -> Play:
    """A draft from won deals, whose blueprint is worked out by a job; without deals an empty one to be written.

    Raises `Refused` without a title, for more than MOST_DEALS deals, and where a deal is not won.
    """
    text, keys = title.strip(), sorted(set(deal_ids))
    if not text:
        raise Refused("no title", "what the play is called", "give it a name that a colleague would use")
    if len(keys) > MOST_DEALS:
        raise Refused(f"{len(keys):,} deals", f"at most {MOST_DEALS}", "choose the ones that show it best")
    won = set(
        Deal.objects.filter(organisation=by.organisation, deal_id__in=keys, outcome="won").values_list(
            "deal_id", flat=True
        )
    )
    others = [key for key in keys if key not in won]
    if others:
        raise Refused(f"{len(others)} deals that are not won, such as {others[0][:80]}", "won deals", "take them out")
    play = Play.objects.create(
        organisation=by.organisation,
        title=text[:TITLE],
        body=as_document(Body(text[:TITLE])),
        author=by,
        made_at=now,
        changed_at=now,
    )
    PlayDeal.objects.bulk_create([PlayDeal(play=play, deal_id=key) for key in keys])
    if keys:
        ask_to_measure(play=play, now=now)
    return play


def ask_to_measure(*, play: Play, now: datetime) -> None:
    """Has a play worked out with the newest results; nothing before there are any."""
    if newest_results(play.organisation) is not None:
        Play.objects.filter(pk=play.pk).update(asked_at=now)
        enqueue(tasks.measure_play, play_id=play.pk)


@transaction.atomic
def save_play(*, by: User, play: Play, body: Body, lessons: Iterable[Lesson], now: datetime) -> None:
    """Keeps what somebody wrote. Colleagues go on reading the newest version until it is published.

    Raises `Refused` for who may not, without a title, and where a piece of content leads to no web address.
    """
    locked = _locked(by, play)
    if not body.title.strip():
        raise Refused("no title", "what the play is called", "give it a name that a colleague would use")
    wrong = [
        piece.title for piece in body.content if piece.address and not piece.address.startswith(("https://", "http://"))
    ]
    if wrong:
        raise Refused(
            f"“{wrong[0]}”, which leads to no web address", "https://…", "correct the address or leave it out"
        )
    locked.title, locked.body, locked.changed_at = body.title[:TITLE], as_document(body), now
    locked.save(update_fields=["title", "body", "changed_at"])
    own = Lesson.objects.filter(organisation=by.organisation, pk__in=[lesson.pk for lesson in lessons])
    locked.lessons.set(own)


@transaction.atomic
def publish(*, by: User, play: Play, note: str, now: datetime) -> PlayVersion:
    """Makes the next version of what is written, for everyone.

    Raises `Refused` for who does not decide about plays, without a move, and where nothing was changed.
    """
    _decides(by)
    locked = _locked(by, play)
    body, newest = read(locked.body), locked.versions.first()
    if not body.moves:
        raise Refused("a play without a move", "at least one move that a colleague can make", "write its moves first")
    same = newest is not None and not changes(read(newest.body), body)
    if same and locked.state == Play.State.PUBLISHED:
        raise Refused(
            f"what version {newest.number if newest else 1} says already", "a change", "change it, then publish"
        )
    if newest is not None and same:
        version = newest
    else:
        version = PlayVersion.objects.create(
            play=locked,
            number=newest.number + 1 if newest else 1,
            body=as_document(body),
            note=note.strip()[:300],
            published_by=by,
            published_at=now,
        )
    PlayStep.objects.filter(play=locked).delete()
    PlayStep.objects.bulk_create([PlayStep(play=locked, step=step) for step in body.steps])
    locked.state, locked.retired_because, locked.changed_at = Play.State.PUBLISHED, "", now
    locked.save(update_fields=["state", "retired_because", "changed_at"])
    ask_to_measure(play=locked, now=now)
    return version


@transaction.atomic
def retire(*, by: User, play: Play, reason: str, now: datetime) -> None:
    """Takes a play out of use; its versions stay readable. Raises `Refused` without a reason."""
    _decides(by)
    locked = _locked(by, play)
    if not reason.strip():
        raise Refused("no reason", "why nobody should use it any more", "say it in a sentence")
    PlayStep.objects.filter(play=locked).delete()
    locked.state, locked.retired_because, locked.changed_at = Play.State.RETIRED, reason.strip()[:300], now
    locked.save(update_fields=["state", "retired_because", "changed_at"])


def out_of_date(organisation: Organisation) -> tuple[list[int], bool]:
    """The plays that older results speak of than there are, and whether leading measures are of an older version."""
    shown = newest_results(organisation)
    if shown is None:
        return [], False
    version = shown.analysis.data_version
    plays = (
        Play.objects.filter(organisation=organisation).exclude(state=Play.State.RETIRED).exclude(data_version=version)
    )
    leading = LeadingFigures.objects.filter(organisation=organisation, data_version=version)
    return list(plays.order_by("pk").values_list("pk", flat=True)), not leading.exists()


def _locked(by: User, play: Play) -> Play:
    locked = Play.objects.select_for_update().get(pk=play.pk)
    if not may_change(by, locked):
        raise Refused("a play of somebody else", "one's own draft, or the right to decide about plays", "ask a manager")
    return locked


def _decides(by: User) -> None:
    if not may(by, Right.OWN_LESSONS):
        raise Refused("somebody who does not decide about plays", "a manager or sales operations", "ask one of them")
