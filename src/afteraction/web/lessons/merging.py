"""Near duplicates become one lesson: with all deals and answers of both, the history kept, and a way back."""

from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Q

from afteraction.errors import Refused
from afteraction.web.lessons.models import Lesson, LessonChange, LessonDeal, LessonMerge, LessonPair, LessonUse
from afteraction.web.people.models import User
from afteraction.web.people.roles import Right, may

_RESTORED: Final = ("deal_id", "contradicts", "note", "added_at")
_RESTORED_USE: Final = ("deal_id", "person_id", "organisation_id", "said", "shown_at", "said_at", "why", "fit")


@transaction.atomic
def merge(*, by: User, kept: Lesson, merged: Lesson, now: datetime) -> LessonMerge:
    """Make one lesson of two: `kept` gets the deals and answers of `merged`, which is retired and points to it.

    Where both have a deal, the row of the kept one stays; where one person was shown both on one deal, their newest
    answer counts and the first time they saw either. Raises `Refused` where it cannot be.
    """
    _check_right(by)
    kept, merged = _locked(by, kept.pk), _locked(by, merged.pk)
    if kept.pk == merged.pk:
        raise Refused("one lesson", "two", "choose the two that say the same")
    for each in (kept, merged):
        if each.merged_into_id is not None:
            raise Refused(
                f"“{each.title}”, which was merged before", "two lessons of their own", "undo that merge first"
            )
    moved: dict[str, Any] = {
        "before": {"state": merged.state, "challenged_at": _text(merged.challenged_at)},
        "deals": _move_deals(merged, kept),
        "left_deals": [_row(each, _RESTORED) for each in merged.deals.all()],
        **_move_uses(merged, kept),
        "merges": list(Lesson.objects.filter(merged_into=merged).values_list("pk", flat=True)),
    }
    merged.deals.all().delete()
    Lesson.objects.filter(merged_into=merged).update(merged_into=kept)
    before = merged.state
    merged.merged_into, merged.state, merged.changed_at = kept, Lesson.State.RETIRED, now
    merged.save(update_fields=["merged_into", "state", "changed_at"])
    Lesson.objects.filter(pk=kept.pk).update(changed_at=now)
    _note(merged, before, merged.state, f"Merged into “{kept.title}”", by, now)
    _note(kept, kept.state, kept.state, f"Took in “{merged.title}” with its deals and answers", by, now)
    LessonPair.objects.filter(_of(kept, merged)).update(state=LessonPair.State.MERGED, decided_by=by, decided_at=now)
    return LessonMerge.objects.create(
        organisation=by.organisation, kept=kept, merged=merged, moved=moved, by=by, at=now
    )


@transaction.atomic
def undo(*, by: User, merge_id: int, now: datetime) -> LessonMerge:
    """Take a merge back: what had moved goes back, the lesson stands as it stood. What came since stays with the kept.

    Raises `Refused` where it was undone before, or the kept lesson has been merged into another since.
    """
    _check_right(by)
    found = LessonMerge.objects.select_for_update().filter(organisation=by.organisation, pk=merge_id).first()
    if found is None or found.undone_at is not None:
        raise Refused("no merge that stands", "one that has not been undone", "look at the list of merges")
    kept, merged = _locked(by, found.kept_id), _locked(by, found.merged_id)
    if merged.merged_into_id != kept.pk:
        raise Refused(f"“{kept.title}”, which was merged itself since", "the merge done last", "undo that one first")
    moved = found.moved
    _restore_uses(merged, kept, moved)
    LessonDeal.objects.filter(pk__in=moved["deals"], lesson=kept).update(lesson=merged)
    LessonDeal.objects.bulk_create(
        [LessonDeal(lesson=merged, **_typed(row)) for row in moved["left_deals"]], ignore_conflicts=True
    )
    Lesson.objects.filter(pk__in=moved["merges"], merged_into=kept).update(merged_into=merged)
    merged.merged_into, merged.state, merged.changed_at = None, moved["before"]["state"], now
    merged.save(update_fields=["merged_into", "state", "changed_at"])
    _note(merged, Lesson.State.RETIRED, merged.state, f"Taken out of “{kept.title}” again", by, now)
    _note(kept, kept.state, kept.state, f"“{merged.title}” was taken out again", by, now)
    LessonPair.objects.filter(_of(kept, merged)).update(state=LessonPair.State.FOUND, decided_by=None, decided_at=None)
    found.undone_by, found.undone_at = by, now
    found.save(update_fields=["undone_by", "undone_at"])
    return found


def tell_apart(*, by: User, pair_id: int, now: datetime) -> LessonPair:
    """Say that two lessons differ: they are not shown as a pair again. Raises `Refused` where it cannot be."""
    _check_right(by)
    found = LessonPair.objects.filter(organisation=by.organisation, pk=pair_id, state=LessonPair.State.FOUND).first()
    if found is None:
        raise Refused("no pair that waits", "one nobody has decided about", "look at the list of pairs")
    found.state, found.decided_by, found.decided_at = LessonPair.State.DIFFER, by, now
    found.save(update_fields=["state", "decided_by", "decided_at"])
    return found


def _check_right(by: User) -> None:
    if not may(by, Right.OWN_LESSONS):
        raise Refused(
            "someone who may not decide about lessons", "a manager, operations or an admin", "ask one of them"
        )


def _locked(by: User, pk: int) -> Lesson:
    found = Lesson.objects.select_for_update().filter(organisation=by.organisation, pk=pk).first()
    if found is None:
        raise Refused("no such lesson", "one of your organisation", "look at the list of lessons")
    return found


def _move_deals(merged: Lesson, kept: Lesson) -> list[int]:
    """Deals that only the merged one has move; the keys of their rows."""
    there = kept.deals.values_list("deal_id", flat=True)
    keys = list(merged.deals.exclude(deal_id__in=list(there)).values_list("pk", flat=True))
    LessonDeal.objects.filter(pk__in=keys).update(lesson=kept)
    return keys


def _move_uses(merged: Lesson, kept: Lesson) -> dict[str, Any]:
    """What was shown and said moves. Where both were shown to one person on one deal, one row of two remains."""
    there = {(each.deal_id, each.person_id): each for each in kept.uses.all()}
    keys, left, changed = [], [], []
    for use in merged.uses.all():
        same = there.get((use.deal_id, use.person_id))
        if same is None:
            keys.append(use.pk)
            continue
        left.append(_row(use, _RESTORED_USE))
        changed.append({"key": same.pk} | _row(same, ("said", "shown_at", "said_at", "why", "fit")))
        if use.said_at is not None and (same.said_at is None or use.said_at > same.said_at):
            same.said, same.said_at, same.why, same.fit = use.said, use.said_at, use.why, use.fit
        same.shown_at = min(same.shown_at, use.shown_at)
        same.save(update_fields=["said", "said_at", "why", "fit", "shown_at"])
        use.delete()
    LessonUse.objects.filter(pk__in=keys).update(lesson=kept)
    return {"uses": keys, "left_uses": left, "changed_uses": changed}


def _restore_uses(merged: Lesson, kept: Lesson, moved: dict[str, Any]) -> None:
    """Rows go back; an answer that was taken over goes back too, unless the person has answered anew since."""
    LessonUse.objects.filter(pk__in=moved["uses"], lesson=kept).update(lesson=merged)
    taken = {(row["deal_id"], row["person_id"]): row for row in moved["left_uses"]}
    for row in moved["changed_uses"]:
        use = LessonUse.objects.filter(pk=row["key"], lesson=kept).first()
        if use is None:
            continue
        other = taken.get((use.deal_id, use.person_id), {})
        if _text(use.said_at) in (row["said_at"], other.get("said_at")):
            LessonUse.objects.filter(pk=use.pk).update(**_typed({k: v for k, v in row.items() if k != "key"}))
    LessonUse.objects.bulk_create(
        [LessonUse(lesson=merged, **_typed(row)) for row in moved["left_uses"]], ignore_conflicts=True
    )


def _row(row: Any, fields: tuple[str, ...]) -> dict[str, Any]:
    return {name: _text(value) if isinstance(value := getattr(row, name), datetime) else value for name in fields}


def _typed(row: dict[str, Any]) -> dict[str, Any]:
    """A row with its times as times again."""
    return {k: datetime.fromisoformat(v) if k.endswith("_at") and v is not None else v for k, v in row.items()}


def _text(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _of(one: Lesson, other: Lesson) -> Q:
    return Q(first=min(one.pk, other.pk), second=max(one.pk, other.pk))


def _note(lesson: Lesson, before: str, after: str, why: str, by: User, now: datetime) -> None:
    LessonChange.objects.create(lesson=lesson, before=before, after=after, why=why[:500], person=by, at=now)
