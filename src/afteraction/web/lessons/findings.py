"""A lesson out of what the analysis found, in one step."""

from datetime import datetime
from typing import Final

from django.db import transaction

from afteraction.errors import Refused
from afteraction.web.deals.models import Deal
from afteraction.web.insights.behind import deals_behind
from afteraction.web.insights.effect_rows import EffectRow, behaviour_rows, step_rows
from afteraction.web.insights.selectors import newest_results
from afteraction.web.lessons.models import Lesson
from afteraction.web.lessons.services import create_lesson
from afteraction.web.lessons.writing import TITLE, Scope, Words
from afteraction.web.people.models import User

STEP: Final = "step: "
_BEHIND: Final = 12


@transaction.atomic
def lesson_of_finding(*, by: User, key: str, now: datetime) -> tuple[Lesson, bool]:
    """The lesson of an effect (`key` as in the analysis), and whether it is new: one that lives is given again.

    Behind it stand won deals that had it, as the analysis compared them. Raises `Refused` where the newest analysis has
    no such effect, or found none that helps or hurts.
    """
    there = Lesson.objects.filter(organisation=by.organisation, finding=key, merged_into=None)
    found = there.exclude(state=Lesson.State.RETIRED).order_by("pk").first()
    if found is not None:
        return found, False
    shown = newest_results(by.organisation)
    rows = [*step_rows(shown.figures), *behaviour_rows(shown.figures)] if shown else []
    row = next((each for each in rows if each.key == key), None)
    if shown is None or row is None:
        raise Refused(f"no finding “{key[:80]}”", "one of the newest analysis", "open the page of insights again")
    if row.verdict not in ("helps", "hurts"):
        raise Refused(f"“{row.name}”, of which nobody can tell", "one that helps or hurts", "write the lesson yourself")
    helps = row.verdict == "helps"
    behind = deals_behind(shown, key, did=helps)
    won = [deal_id for deal_id, outcome in behind.shown if outcome == "won"]
    known = set(Deal.objects.filter(organisation=by.organisation, deal_id__in=won).values_list("deal_id", flat=True))
    deals = [each for each in won if each in known][:_BEHIND]
    origin = Lesson.Origin.FINDING
    return create_lesson(by=by, words=_words(row, key, helps), now=now, deals=deals, origin=origin, finding=key), True


def _words(row: EffectRow, key: str, helps: bool) -> Words:
    step = key.removeprefix(STEP) if key.startswith(STEP) else ""
    title = f"{row.name}: {'it helps to win' if helps else 'it goes with losing'}"
    do = f"Do this in every deal: {row.name}." if helps else f"Avoid this, or ask first why it is needed: {row.name}."
    why = (
        f"Among comparable deals it goes with {row.effect} points of the chance of winning ({row.interval}), "
        f"{row.did:,} deals with it and {row.without:,} without."
    )
    return Words(title[:TITLE], do, why, Scope(step=step, stage=row.note if step else ""))
