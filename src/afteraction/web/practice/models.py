"""Practice: cards made from what is known here, what someone remembers of them, and the path for new reps.

What a person answered and remembers is theirs alone (`visibility.py`): none of it is in the audit trail.
"""

import uuid
from typing import Any, ClassVar

from django.db import models

from afteraction.analysis.retention import DESIRED
from afteraction.web.people.models import Organisation, User


class PracticeCard(models.Model):
    """A card: one question about one source. It follows its source: `edition` is its newest text; gone, it retires."""

    class Source(models.TextChoices):
        LESSON = "lesson", "Lesson"
        PLAY = "play", "Play"
        STEP = "step", "Step of the process"
        PROCESS = "process", "Process"
        CLAIM = "claim", "Claim"

    class Kind(models.TextChoices):
        RECALL = "recall", "Recall"
        CHOOSE = "choose", "Choose"
        ORDER = "order", "Put in order"
        ASK = "ask", "What would you ask"

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="cards", db_index=False)
    source = models.CharField(max_length=10, choices=Source.choices)
    source_key = models.CharField(max_length=300, help_text="Which lesson, play, step or claim, and which question.")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    place = models.PositiveIntegerField(help_text="Low ones are learned first.")
    edition = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "source", "source_key"], name="one_card_of_a_question"),
        ]
        indexes: ClassVar = [models.Index(fields=["organisation", "retired_at", "place"], name="cards_to_learn")]

    def __str__(self) -> str:
        return f"{self.source} {self.source_key}"


class CardEdition(models.Model):
    """The text of a card. What there is to know makes `digest`: when that changes, the next edition is learned anew.

    What stands around it (the evidence, wrong options) is brought up to date in place.
    """

    card = models.ForeignKey(PracticeCard, on_delete=models.CASCADE, related_name="editions")
    number = models.PositiveIntegerField()
    content: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField()
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["card", "number"], name="an_edition_once_a_card")]

    def __str__(self) -> str:
        return f"edition {self.number}"


class CardMemory(models.Model):
    """What someone remembers of an edition of a card, as FSRS keeps it; computed anew from the answers each time."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memories", db_index=False)
    card = models.ForeignKey(PracticeCard, on_delete=models.CASCADE, related_name="memories")
    edition = models.PositiveIntegerField()
    state = models.PositiveSmallIntegerField()
    step = models.PositiveSmallIntegerField(null=True)
    stability = models.FloatField(null=True, help_text="Days after which 90 % is left.")
    difficulty = models.FloatField(null=True, help_text="From 1 to 10.")
    due = models.DateTimeField()
    last = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "card"], name="one_memory_of_a_card")]
        indexes: ClassVar = [models.Index(fields=["person", "due"], name="memories_due")]

    def __str__(self) -> str:
        return f"due {self.due:%Y-%m-%d}"


class CardAnswer(models.Model):
    """One answer, in the log from which memories are computed. `key` is made on the device: sent twice, kept once.

    `days`, `forecast`, `since_first`, `first_rating` and `order` are what the log before it says: days since the answer
    before, the recall forecast for that moment, days since the first answer and its rating, and its number (0 first).
    """

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="card_answers", db_index=False)
    key = models.UUIDField(default=uuid.uuid4)
    card = models.ForeignKey(PracticeCard, on_delete=models.CASCADE, related_name="answers", db_index=False)
    edition = models.PositiveIntegerField()
    rating = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    seconds = models.FloatField()
    days = models.PositiveIntegerField(null=True)
    forecast = models.FloatField(null=True)
    since_first = models.FloatField(null=True)
    first_rating = models.PositiveSmallIntegerField(null=True)
    order = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "key"], name="an_answer_once")]
        indexes: ClassVar = [
            models.Index(fields=["person", "card", "edition", "at"], name="answers_to_a_card"),
            models.Index(fields=["person", "at"], name="answers_of_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.rating}"


class PracticePlan(models.Model):
    """How someone wants to practise; who has none has the defaults."""

    person = models.OneToOneField(User, on_delete=models.CASCADE, related_name="practice_plan")
    retention = models.FloatField("how much you want to remember", default=DESIRED)
    minutes = models.PositiveSmallIntegerField("minutes a day", default=5)
    new_a_day = models.PositiveSmallIntegerField("new cards a day", default=5)

    def __str__(self) -> str:
        return f"{self.minutes} minutes a day"


class PathStep(models.Model):
    """One thing on the path for new reps: a step of the process that helps to win, or a lesson that proved itself.

    `evidence` has the figures by which it came onto the path, with interval, n and data version.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="path", db_index=False)
    source = models.CharField(max_length=10, choices=PracticeCard.Source.choices)
    source_key = models.CharField(max_length=300)
    place = models.PositiveIntegerField()
    title = models.CharField(max_length=300)
    evidence: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    cards: "models.ManyToManyField[PracticeCard, Any]" = models.ManyToManyField(PracticeCard, related_name="on_path")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "source", "source_key"], name="once_on_the_path"),
        ]
        ordering: ClassVar = ["place"]

    def __str__(self) -> str:
        return self.title


class RetentionFigures(models.Model):
    """What an organisation remembers, over enough of its people, as it was counted last; once a week.

    Counted seldom on purpose: the difference between two figures must not tell of one person's day.
    """

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="retention")
    figures: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField()
    counted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"counted {self.counted_at:%Y-%m-%d}"
