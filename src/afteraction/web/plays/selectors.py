"""What there is to read of plays. Every query starts from what someone may see: drafts are for those who write them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from afteraction.web.coaching.steps import names_of_steps
from afteraction.web.deals.models import Deal
from afteraction.web.insights.results import Saved
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may
from afteraction.web.plays.body import Body, changes, read
from afteraction.web.plays.models import Play, PlayVersion


def plays_for(user: User) -> "QuerySet[Play]":
    """The plays that someone may read: published and retired ones, and the drafts that they may write."""
    found = Play.objects.filter(organisation=user.organisation)
    if may(user, Right.OWN_LESSONS):
        return found
    return found.filter(~Q(state=Play.State.DRAFT) | Q(author=user))


def play_for(user: User, key: int) -> Play | None:
    """A play that someone may read."""
    return plays_for(user).select_related("organisation", "author").filter(pk=key).first()


def body_for(play: Play, newest: PlayVersion | None) -> Body:
    """What readers are shown: the newest version, before there is one what is being written."""
    return read(newest.body) if newest is not None else read(play.body)


def plays_of_step(user: User, step: str) -> "QuerySet[Play]":
    """The published plays that have a step as a move."""
    return plays_for(user).filter(state=Play.State.PUBLISHED, steps__step=step).order_by("title", "pk")


def plays_by_step(user: User) -> dict[str, list[Play]]:
    """The published plays by step."""
    found: dict[str, list[Play]] = {}
    for play in plays_for(user).filter(state=Play.State.PUBLISHED).prefetch_related("steps").order_by("title", "pk"):
        for each in play.steps.all():
            found.setdefault(each.step, []).append(play)
    return found


def plays_of_lesson(user: User, lesson_id: int) -> "QuerySet[Play]":
    """The plays that a lesson belongs to."""
    return plays_for(user).filter(lessons=lesson_id).exclude(state=Play.State.RETIRED).order_by("title", "pk")


@dataclass(frozen=True)
class Edition:
    """A version with what it changed about the one before, in sentences."""

    version: PlayVersion
    changes: tuple[str, ...]
    is_first: bool


def editions(play: Play, names: Mapping[str, str]) -> list[Edition]:
    """The versions of a play, newest first."""
    versions = list(play.versions.select_related("published_by"))
    older: list[PlayVersion | None] = [*versions[1:], None]
    return [
        Edition(
            new, changes(read(old.body), read(new.body), lambda key: names.get(key, key)) if old else (), old is None
        )
        for new, old in zip(versions, older, strict=False)  # without a version there is nothing to compare
    ]


def unpublished(play: Play, newest: PlayVersion | None, names: Mapping[str, str]) -> tuple[str, ...]:
    """What is written and not published yet, in sentences."""
    return changes(read(newest.body), read(play.body), lambda key: names.get(key, key)) if newest is not None else ()


def deals_of(play: Play, most: int = 200) -> list[Deal]:
    """The deals that a play was made from, as the record has them now."""
    keys = list(play.deals.order_by("pk").values_list("deal_id", flat=True)[:most])
    return list(Deal.objects.filter(organisation=play.organisation, deal_id__in=keys).order_by("-closed_at", "pk"))


def step_choices(shown: Saved | None, body: Body | None = None) -> list[tuple[str, str]]:
    """The steps of the process, and those that a play names and the process no longer has."""
    names = names_of_steps(shown)
    gone = [step for step in (body.steps if body else ()) if step not in names]
    return [*names.items(), *((step, f"{step} (no longer in the process)") for step in gone)]


def effects_of_steps(shown: Saved | None, steps: Collection[str]) -> dict[str, Mapping[str, Any]]:
    """The saved effects of steps, by step."""
    return {one["step"]: one for one in shown.figures["steps"] if one["step"] in steps} if shown else {}
