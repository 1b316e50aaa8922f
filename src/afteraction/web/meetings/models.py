"""The joint meeting of marketing and sales: when it is, what stood on each agenda, what was decided."""

from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from afteraction.web.people.models import Organisation, Traced, User


class MeetingRule(Traced, models.Model):
    """When the two meet each week, who is referee (sees to it that promises are kept) and who sponsors it."""

    class Weekday(models.IntegerChoices):
        MONDAY = 0, "Monday"
        TUESDAY = 1, "Tuesday"
        WEDNESDAY = 2, "Wednesday"
        THURSDAY = 3, "Thursday"
        FRIDAY = 4, "Friday"

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="joint_meeting_rule")
    weekday = models.PositiveSmallIntegerField("on", choices=Weekday.choices, default=Weekday.MONDAY)
    at = models.TimeField()
    minutes = models.PositiveSmallIntegerField(default=45, validators=[MinValueValidator(10), MaxValueValidator(180)])
    time_zone = models.CharField(max_length=60, help_text="Such as Europe/Berlin.")
    starts_on = models.DateField("from")
    referee = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    sponsor = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    is_on = models.BooleanField(default=True)
    mail_minutes = models.BooleanField("mail the minutes to both sides", default=True)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} at {self.at:%H:%M}"


class JointMeeting(models.Model):
    """One meeting, once its agenda has been made; made anew with the newest evidence until someone works on it.

    `compared` says how many figures were compared for its agenda, and over which weeks: what did not move beyond
    chance is counted there and not listed.
    """

    class State(models.TextChoices):
        READY = "ready", "Agenda ready"
        HELD = "held", "Held"
        SKIPPED = "skipped", "Left out"

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="joint_meetings")
    planned_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.READY)
    made_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    since = models.DateTimeField(help_text="What happened after this is on the agenda.")
    data_version = models.PositiveIntegerField(default=0)
    compared: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict, blank=True)
    referee = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    sponsor = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    notes = models.TextField(max_length=10_000, blank=True)
    saved_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-planned_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "planned_at"], name="one_joint_meeting_of_a_time"),
        ]

    def __str__(self) -> str:
        return f"Joint meeting of {self.planned_at:%Y-%m-%d}"


class Point(models.Model):
    """Something on the agenda as it was when it was made: what, why, with which figures, where to look further."""

    class Kind(models.TextChoices):
        DECISION = "decision", "Decisions of last time"
        MOVED = "moved", "Numbers that moved"
        BROKEN = "broken", "Promises that were broken"
        RETURNED = "returned", "Why leads came back"
        DEAL = "deal", "Three deals to talk about"
        REQUEST = "request", "What sales asks content for"

    meeting = models.ForeignKey(JointMeeting, on_delete=models.CASCADE, related_name="points")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    key = models.CharField(max_length=340)
    place = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(max_length=300)
    reason = models.CharField(max_length=700)
    details: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict, blank=True)
    talked_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["place", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["meeting", "kind", "key"], name="a_point_once")]

    def __str__(self) -> str:
        return self.title


class Decision(Traced, models.Model):
    """What was decided: who does what by when. It comes back in every meeting until it is done or dropped."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        DONE = "done", "Done"
        DROPPED = "dropped", "Dropped"

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="joint_decisions")
    meeting = models.ForeignKey(JointMeeting, on_delete=models.CASCADE, related_name="decisions")
    point = models.ForeignKey(Point, on_delete=models.SET_NULL, null=True, related_name="decisions")
    text = models.CharField("what was decided", max_length=300)
    owner = models.ForeignKey(User, on_delete=models.RESTRICT, related_name="joint_decisions")
    due_on = models.DateField("by")
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    outcome = models.CharField("what came of it", max_length=300, blank=True)
    carried = models.PositiveSmallIntegerField(default=0, help_text="In how many later meetings it came back.")
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    closed_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["due_on", "pk"]
        indexes: ClassVar = [models.Index(fields=["organisation", "state", "due_on"], name="joint_decisions_due")]

    def __str__(self) -> str:
        return self.text


class MinutesMail(models.Model):
    """The minutes of a meeting were mailed to someone."""

    meeting = models.ForeignKey(JointMeeting, on_delete=models.CASCADE, related_name="mails")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["meeting", "person"], name="minutes_once_a_person")]

    def __str__(self) -> str:
        return f"{self.person}: {self.meeting}"
