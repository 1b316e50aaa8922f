"""What there is to know about analyses and processes. Every query starts from one organisation."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from django.db.models import QuerySet

from afteraction.process.check import Checked, check_text
from afteraction.process.diff import diff
from afteraction.process.model import Process
from afteraction.web.insights.editions import in_time
from afteraction.web.insights.models import Analysis, Claim, ProcessVersion
from afteraction.web.insights.results import Saved, saved
from afteraction.web.people.models import Organisation

UNDER_WAY = (Analysis.State.WAITING, Analysis.State.RUNNING)
UNMADE = (Analysis.State.REFUSED, Analysis.State.FAILED)


@dataclass(frozen=True)
class Standing:
    """What there is to show: the newest results, and what came of any analysis asked for after them."""

    shown: Saved | None
    under_way: Analysis | None
    unmade: Analysis | None


def standing(organisation: Organisation) -> Standing:
    """The newest results of an organisation, and whether newer ones are on their way or were refused."""
    asked = Analysis.objects.filter(organisation=organisation).select_related("process_version", "organisation")
    done = asked.filter(state=Analysis.State.DONE).order_by("-id").first()
    newer = asked.filter(id__gt=done.pk) if done else asked
    newest = newer.order_by("-id").first()
    return Standing(
        shown=saved(done) if done else None,
        under_way=newer.filter(state__in=UNDER_WAY).order_by("-id").first(),
        unmade=newest if newest and newest.state in UNMADE else None,
    )


def newest_results(organisation: Organisation) -> Saved | None:
    """The newest results that are done."""
    return standing(organisation).shown


COMPARED: Final = 8
"""The results that are shown beside each other, as a trend."""


def results_so_far(organisation: Organisation, most: int = COMPARED) -> list[Saved]:
    """The results of the last analyses, oldest first."""
    done = Analysis.objects.filter(organisation=organisation, state=Analysis.State.DONE)
    newest = done.select_related("organisation", "process_version").order_by("-id")[:most]
    return [saved(each) for each in reversed(newest)]


def claims_of(organisation: Organisation) -> QuerySet[Claim]:
    """The claims of an organisation, newest first."""
    return Claim.objects.filter(organisation=organisation).select_related("stated_by", "judged_by")


@dataclass(frozen=True)
class Edition:
    """A process version with what it changed about the one before, in sentences; the first one changed nothing.

    Deals that began from `since` on are held against it; None: since ever.
    """

    version: ProcessVersion
    changes: tuple[str, ...]
    is_first: bool
    since: datetime | None


def editions(organisation: Organisation, most: int = 20) -> list[Edition]:
    """The process versions of an organisation, newest first, each with its changes."""
    versions = list(organisation.process_versions.select_related("made_by")[: most + 1])
    older: list[ProcessVersion | None] = [*versions[1:], None]
    since = dict(in_time(organisation))
    made = [
        Edition(new, _changes(old, new), old is None, since[new]) for new, old in zip(versions, older, strict=False)
    ]
    return made[:most]


def _changes(old: ProcessVersion | None, new: ProcessVersion) -> tuple[str, ...]:
    if old is None:
        return ()
    before, after = process_in(old.text), process_in(new.text)
    if before is None or after is None:
        return ("What changed cannot be told: one of the two texts can no longer be read.",)
    return tuple(change.sentence for change in diff(before, after)) or ("Only comments or the way it is written.",)


@lru_cache(maxsize=128)
def process_in(text: str) -> Process | None:
    """The process that a text describes; None when it has problems."""
    return check_text(text).process


def changes_to_newest(organisation: Organisation, checked: Checked) -> tuple[str, ...]:
    """What a text that is right changes about the newest version, in sentences."""
    newest = organisation.process_versions.first()
    before = process_in(newest.text) if newest else None
    if checked.process is None or before is None:
        return ()
    return tuple(change.sentence for change in diff(before, checked.process))
