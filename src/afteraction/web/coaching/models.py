"""Coaching: who talks with whom how often, what a meeting was about, what was agreed, and how skills are seen.

Who reads which field is in `visibility.py`. Deals are pointed at by their id in the record, as reviews do.
"""

import uuid
from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from afteraction.web.lessons.models import Lesson
from afteraction.web.people.models import Organisation, Team, Traced, User
from afteraction.web.reviews.models import Review


def new_uid() -> str:
    """What calendars know a row of meetings by, for ever."""
    return str(uuid.uuid4())


class Cadence(Traced, models.Model):
    """A row of meetings: of a manager with one rep, weekly or monthly, or the daily huddle of a team.

    `at` is the time on the wall clock in `time_zone`; the clock's changes move no meeting for those who are there.
    `sequence` grows with every change, so that calendars take the newest; one that was dropped stays as cancelled.
    """

    class Kind(models.TextChoices):
        HUDDLE = "huddle", "Daily huddle"
        WEEKLY = "weekly", "Weekly one-to-one"
        MONTHLY = "monthly", "Monthly one-to-one"

    class Weekday(models.IntegerChoices):
        MONDAY = 0, "Monday"
        TUESDAY = 1, "Tuesday"
        WEDNESDAY = 2, "Wednesday"
        THURSDAY = 3, "Thursday"
        FRIDAY = 4, "Friday"
        SATURDAY = 5, "Saturday"
        SUNDAY = 6, "Sunday"

    class Week(models.IntegerChoices):
        FIRST = 1, "first"
        SECOND = 2, "second"
        THIRD = 3, "third"
        FOURTH = 4, "fourth"
        LAST = -1, "last"

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="cadences")
    kind = models.CharField("how often", max_length=10, choices=Kind.choices, default=Kind.WEEKLY)
    manager = models.ForeignKey(User, on_delete=models.CASCADE, related_name="cadences_led")
    rep = models.ForeignKey(User, on_delete=models.CASCADE, null=True, blank=True, related_name="cadences")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, blank=True, related_name="huddles")
    weekday = models.PositiveSmallIntegerField("on", choices=Weekday.choices, default=Weekday.MONDAY)
    week = models.SmallIntegerField("week of the month", choices=Week.choices, default=Week.FIRST)
    at = models.TimeField()
    minutes = models.PositiveSmallIntegerField(
        "minutes", default=30, validators=[MinValueValidator(5), MaxValueValidator(240)]
    )
    time_zone = models.CharField(max_length=60, help_text="Such as Europe/Berlin.")
    starts_on = models.DateField("from")
    uid = models.CharField(max_length=36, unique=True, default=new_uid, editable=False)
    sequence = models.PositiveIntegerField(default=0)
    dropped_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["manager", "dropped_at"], name="cadences_of_manager"),
            models.Index(fields=["rep", "dropped_at"], name="cadences_of_rep"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.manager} with {self.rep or self.team}"


class Meeting(models.Model):
    """One meeting, once its agenda has been made. `shared_note`, `learned` and `serves` are of everyone in it.

    `planned_at` is when the rule has it, by which it is found again; `begun_at` when somebody first worked on it.
    """

    class State(models.TextChoices):
        READY = "ready", "Agenda ready"
        HELD = "held", "Held"
        SKIPPED = "skipped", "Skipped"

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    cadence = models.ForeignKey(Cadence, on_delete=models.CASCADE, related_name="meetings")
    planned_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.READY)
    made_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    skip_reason = models.CharField(max_length=300, blank=True)
    data_version = models.PositiveIntegerField(default=0)
    shared_note = models.TextField("shared notes", max_length=10_000, blank=True)
    learned = models.TextField("what is the lesson learned", max_length=2000, blank=True)
    serves = models.TextField("how will it serve you in winning the next deal", max_length=2000, blank=True)
    about_deal = models.CharField(max_length=300, blank=True)
    lesson = models.ForeignKey(Lesson, on_delete=models.SET_NULL, null=True, related_name="meetings")
    saved_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-planned_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cadence", "planned_at"], name="one_meeting_of_a_time"),
        ]

    def __str__(self) -> str:
        return f"{self.cadence}, {self.planned_at:%Y-%m-%d}"


class AgendaItem(models.Model):
    """Something to talk about, as it was when the agenda was made: what, why, with which figures, which deals.

    `key` says what it is about, so that the same thing is known again in the next meeting: `carried` counts in how many
    meetings before it stood without being talked about.
    """

    class Kind(models.TextChoices):
        COMMITMENT = "commitment", "What was agreed"
        ENDED = "ended", "Deals that ended"
        RISK = "risk", "Open deals whose chance fell"
        STEP = "step", "Steps with power that were missed"
        LESSON = "lesson", "Lessons due"

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="items")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    key = models.CharField(max_length=300)
    place = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(max_length=300)
    reason = models.CharField(max_length=600)
    details: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict, blank=True)
    carried = models.PositiveSmallIntegerField(default=0)
    talked_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["place", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["meeting", "kind", "key"], name="an_item_once")]

    def __str__(self) -> str:
        return self.title


class ChanceThen(models.Model):
    """The chance of an open deal as it was at a meeting, with what weighed in it: the next meeting compares."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="chances")
    deal_id = models.CharField(max_length=300)
    chance = models.FloatField()
    stage = models.CharField(max_length=200, blank=True)
    factors: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(
        default=dict, help_text="By name: its value, and its points."
    )
    data_version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["meeting", "deal_id"], name="a_chance_once_a_meeting")]

    def __str__(self) -> str:
        return f"{self.deal_id}: {self.chance:.0%}"


class PrivateNote(models.Model):
    """What someone notes of a meeting for themselves. Nobody else reads it, admins included."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="private_notes")
    author = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    text = models.TextField("for myself", max_length=10_000, blank=True)
    saved_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["meeting", "author"], name="one_note_of_an_author")]

    def __str__(self) -> str:
        return f"Private note of {self.author}"


class Commitment(models.Model):
    """What someone agreed to do by a day. It comes back at every meeting until it is kept, or dropped with a reason.

    `step` is the step of the process that it practises, if any: from the meeting on, that step counts as coached.
    """

    class State(models.TextChoices):
        OPEN = "open", "Open"
        KEPT = "kept", "Kept"
        DROPPED = "dropped", "Dropped"

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    cadence = models.ForeignKey(Cadence, on_delete=models.CASCADE, related_name="commitments")
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="commitments")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="commitments")
    text = models.CharField("what", max_length=300)
    due_on = models.DateField("by")
    step = models.CharField(max_length=120, blank=True)
    deal_id = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    reason = models.CharField("why it was dropped", max_length=300, blank=True)
    carried = models.PositiveSmallIntegerField(default=0, help_text="Meetings that it came back to and was left open.")
    made_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["due_on", "id"]
        indexes: ClassVar = [
            models.Index(fields=["cadence", "state", "due_on"], name="commitments_of_a_cadence"),
            models.Index(fields=["person", "state", "due_on"], name="commitments_of_a_person"),
        ]

    def __str__(self) -> str:
        return self.text


class AgendaMail(models.Model):
    """Whom the agenda of a meeting was mailed to. Whoever makes the row is the one who sends."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="mails")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["meeting", "person"], name="one_mail_of_an_agenda")]

    def __str__(self) -> str:
        return f"{self.meeting} to {self.person}"


class Question(models.Model):
    """A question to ask a customer: found in what was said about deals, or added by someone."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=300, help_text="Its words alone: the same question is one row.")
    text = models.CharField("question", max_length=300)
    stage = models.CharField(max_length=200, blank=True)
    author = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    hidden_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["organisation", "key"], name="a_question_once")]

    def __str__(self) -> str:
        return self.text


class QuestionHeard(models.Model):
    """Where a question was found: in which field of which answer, or in which interview, about which deal."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="heard")
    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="+")
    interview = models.ForeignKey("buyers.Interview", on_delete=models.CASCADE, null=True, related_name="+")
    answer = models.ForeignKey("reviews.Answer", on_delete=models.CASCADE, null=True, related_name="+")
    field = models.CharField(max_length=20, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["question", "review"], name="heard_by_question")]

    def __str__(self) -> str:
        return f"{self.question} in {self.review}"


class QuestionRating(models.Model):
    """Whether someone found a question useful."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="ratings")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    useful = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["question", "person"], name="one_rating_of_a_person")]

    def __str__(self) -> str:
        return "useful" if self.useful else "not useful"


class Skill(Traced, models.Model):
    """Something that people can learn, and the steps of the process that need it."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="skills")
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=300, blank=True)
    steps: "models.JSONField[list[str], list[str]]" = models.JSONField(default=list)
    place = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["place", "name"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["organisation", "name"], name="one_skill_of_a_name")]

    def __str__(self) -> str:
        return self.name


class Assessment(models.Model):
    """How a rep sees their own skills, and how their manager does: each alone until both have given theirs."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    rep = models.ForeignKey(User, on_delete=models.CASCADE, related_name="assessments")
    manager = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    begun_at = models.DateTimeField()
    rep_done_at = models.DateTimeField(null=True)
    manager_done_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-begun_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["rep", "manager"],
                condition=models.Q(rep_done_at=None) | models.Q(manager_done_at=None),
                name="one_unfinished_assessment_of_a_pair",
            ),
        ]

    def __str__(self) -> str:
        return f"Assessment of {self.rep}"


class SkillRating(models.Model):
    """What one of the two says of one skill, from 1 (to be learned) to 5 (could teach it)."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="ratings")
    skill = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="+")
    author = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    level = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(5)])
    note = models.CharField("an example", max_length=500, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["assessment", "skill", "author"], name="one_rating_of_a_skill_and_author")
        ]

    def __str__(self) -> str:
        return f"{self.skill}: {self.level}"


class CoachingFigures(models.Model):
    """What coaching changed, over all of an organisation, made by a job; pages only read it."""

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="coaching_figures")
    content: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    data_version = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Coaching, data version {self.data_version}"
