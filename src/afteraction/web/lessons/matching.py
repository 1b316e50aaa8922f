"""What is kept of how lessons meet: pairs that say nearly the same, merges that can be undone, what answers taught."""

from typing import Any, ClassVar

from django.db import models

from afteraction.web.people.models import Organisation, User


class LessonPair(models.Model):
    """Two lessons that say nearly the same; `first` is the older one. That they differ is said once and for all."""

    class State(models.TextChoices):
        FOUND = "found", "To look at"
        DIFFER = "differ", "They differ"
        MERGED = "merged", "Merged"

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="lesson_pairs", db_index=False
    )
    first = models.ForeignKey("lessons.Lesson", on_delete=models.CASCADE, related_name="pairs_as_first")
    second = models.ForeignKey("lessons.Lesson", on_delete=models.CASCADE, related_name="pairs_as_second")
    similarity = models.FloatField(help_text="From 0 to 1, by text_vectors.py.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.FOUND)
    found_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["first", "second"], name="one_pair_of_two_lessons")]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "state", "-similarity", "id"], name="lesson_pairs_to_look_at")
        ]

    def __str__(self) -> str:
        return f"{self.first_id} and {self.second_id}"


class LessonMerge(models.Model):
    """A lesson was merged into another: what moved, so that it can be moved back.

    `moved` is {deals: [keys], uses: [keys], merges: [keys], left: [rows], before: {field: value}}: rows by their key
    that now belong to the kept lesson; rows that it had already, whole; and the merged lesson as it was.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="lesson_merges", db_index=False
    )
    kept = models.ForeignKey("lessons.Lesson", on_delete=models.CASCADE, related_name="merges")
    merged = models.ForeignKey("lessons.Lesson", on_delete=models.CASCADE, related_name="merged_by")
    moved: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    undone_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["organisation", "-at", "-id"], name="lesson_merges_newest_first")]

    def __str__(self) -> str:
        return f"{self.merged_id} into {self.kept_id}"


class LessonRanking(models.Model):
    """What the answers of an organisation taught about its lessons, as `analysis.lesson_ranking.Known`."""

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="lesson_ranking")
    intercept = models.FloatField()
    weights: "models.JSONField[dict[str, float], dict[str, float]]" = models.JSONField(default=dict)
    lessons: "models.JSONField[dict[str, list[float]], dict[str, list[float]]]" = models.JSONField(default=dict)
    answers = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"from {self.answers} answers"
