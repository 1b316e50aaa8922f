"""Lessons: what was learned, where it holds, the deals behind it, and what happened wherever it was shown or used."""

from typing import Any, ClassVar

from django.db import models

from afteraction.web.lessons.matching import LessonMerge, LessonPair, LessonRanking
from afteraction.web.people.models import Organisation, Traced, User
from afteraction.web.reviews.models import Review

__all__ = ["Lesson", "LessonChange", "LessonDeal", "LessonMerge", "LessonPair", "LessonRanking", "LessonUse"]


class Lesson(Traced, models.Model):
    """Something that helps a colleague in the next deal. Empty fields of its scope mean that it holds anywhere.

    It lives as `life.py` moves it: draft, tested, in use, kept or retired. `evidence` is what the newest look at its
    deals said, with interval, n and data version; `challenged_at` is set while later deals contradict it.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        TESTED = "tested", "Tested"
        IN_USE = "in_use", "In use"
        KEPT = "kept", "Kept"
        RETIRED = "retired", "Retired"

    class Origin(models.TextChoices):
        REVIEW = "review", "A review"
        FINDING = "finding", "A finding of the analysis"
        WRITTEN = "written", "Written"

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="lessons", db_index=False)
    title = models.CharField(max_length=160)
    text = models.TextField("what to do", max_length=2000)
    reason = models.TextField("why it works", max_length=2000, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.WRITTEN)
    review = models.ForeignKey(Review, on_delete=models.SET_NULL, null=True, blank=True, related_name="lessons")
    finding = models.CharField(max_length=200, blank=True, help_text="What the analysis calls what it came from.")
    author = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="lessons_written")
    owner = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="lessons_owned")
    step = models.CharField(max_length=120, blank=True, help_text="The key of a step of the process.")
    stage = models.CharField(max_length=200, blank=True)
    segment = models.CharField(max_length=200, blank=True)
    competitor = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=200, blank=True)
    amount_from = models.FloatField(null=True, blank=True)
    amount_to = models.FloatField(null=True, blank=True)
    grade = models.CharField(max_length=20, blank=True, help_text="The grade of its evidence, as in evidence_grade.py.")
    evidence: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict, blank=True)
    review_on = models.DateField("to be looked at on", null=True, blank=True)
    challenged_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="merged")
    search_words = models.TextField(blank=True, help_text="What it is searched by, as deals/search.py writes words.")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["organisation", "state", "-changed_at", "-id"], name="lessons_by_state"),
            models.Index(fields=["organisation", "-changed_at", "-id"], name="lessons_newest_first"),
            models.Index(fields=["organisation", "review_on"], name="lessons_due"),
        ]

    def __str__(self) -> str:
        return self.title


class LessonDeal(models.Model):
    """A deal behind a lesson: one that speaks for it, or against it."""

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="deals")
    deal_id = models.CharField(max_length=300)
    contradicts = models.BooleanField(default=False)
    note = models.CharField(max_length=300, blank=True)
    added_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["lesson", "deal_id"], name="a_deal_once_a_lesson")]

    def __str__(self) -> str:
        return self.deal_id


class LessonUse(models.Model):
    """A lesson was shown to someone on an open deal, and what they said of it with one tap.

    One row for a lesson, a deal and a person; `said` is their newest answer, `shown_at` the first time they saw it.
    """

    class Said(models.TextChoices):
        NOTHING = "", "Nothing"
        USED = "used", "Used it"
        NOT_USEFUL = "not_useful", "Not useful"
        WRONG = "wrong", "Wrong"

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="uses")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="lesson_uses", db_index=False)
    deal_id = models.CharField(max_length=300)
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="lesson_uses")
    said = models.CharField(max_length=12, choices=Said.choices, blank=True)
    shown_at = models.DateTimeField()
    said_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=300, blank=True)
    fit: "models.JSONField[dict[str, float], dict[str, float]]" = models.JSONField(
        default=dict,
        blank=True,
        help_text="How it fitted the deal when it was shown, as lesson_ranking.py measures it.",
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["lesson", "deal_id", "person"], name="a_lesson_once_a_deal_and_person"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "deal_id"], name="lesson_uses_of_a_deal"),
            models.Index(fields=["lesson", "said"], name="lesson_uses_by_answer"),
        ]

    def __str__(self) -> str:
        return f"{self.get_said_display()} on {self.deal_id}"


class LessonChange(models.Model):
    """A step in the life of a lesson: from where to where, on what evidence, by whom (nobody: the evidence alone)."""

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="changes")
    before = models.CharField(max_length=10, blank=True)
    after = models.CharField(max_length=10)
    why = models.CharField(max_length=500)
    evidence: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict, blank=True)
    person = models.ForeignKey(User, on_delete=models.SET_NULL, null=True)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.before} to {self.after}"
