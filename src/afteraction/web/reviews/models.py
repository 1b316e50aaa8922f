"""Reviews of deals that ended, what was expected before, and the drivers by which people explain outcomes.

Deals are pointed at by their id in the record, not by the row of the mirror, which may be made again at any time.
"""

from typing import Any, ClassVar

from django.core.validators import MaxValueValidator
from django.db import models

from afteraction.web.people.models import Organisation, Traced, User


class ReviewRules(Traced, models.Model):
    """How an organisation reviews: what is reviewed, by when, and who may see a person's calibration.

    `share` percent of the deals below `above` are drawn, by a hash of `seed` and the deal's id: whoever knows the seed
    can draw again, and a deal more in the record changes nothing for the others.
    """

    class Calibration(models.TextChoices):
        OWN = "own", "Only the person"
        CONSENT = "consent", "Their manager too, where the person agrees"
        MANAGER = "manager", "The person and their manager"

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="review_rules")
    since = models.DateTimeField("deals closed from", help_text="Deals that closed before are not reviewed.")
    above = models.FloatField(
        "all deals from", null=True, blank=True, help_text="An amount; empty: all are drawn from."
    )
    share = models.PositiveSmallIntegerField("share of the others", default=100, help_text="In percent.")
    seed = models.CharField("seed of the draw", max_length=40)
    due_days = models.PositiveSmallIntegerField("days until due", default=7)
    reminders = models.BooleanField("remind by mail", default=True)
    digest_hour = models.PositiveSmallIntegerField(
        "hour of the reminder", default=8, validators=[MaxValueValidator(23)], help_text="From 0 to 23."
    )
    time_zone = models.CharField(
        max_length=60, blank=True, help_text="Such as Europe/Berlin; empty: that of the installation."
    )
    calibration = models.CharField(
        "who sees a person's calibration", max_length=10, choices=Calibration.choices, default=Calibration.OWN
    )

    class Meta:
        verbose_name, verbose_name_plural = "rules of reviews", "rules of reviews"

    def __str__(self) -> str:
        return "Rules of reviews"


class Driver(Traced, models.Model):
    """A reason for which deals end as they do, which people and buyers may name.

    `outcomes` says which ends it explains. `crm_reasons` are the lost reasons of the CRM that mean it. `condition` is
    what the record would show if it were so, as `analysis.drivers` reads it; empty where no record could tell.
    One that was merged into another stays, so that what was said with it stays said.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="drivers")
    key = models.SlugField(max_length=60)
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=300, blank=True)
    outcomes: "models.JSONField[list[str], list[str]]" = models.JSONField(default=list)
    examples: "models.JSONField[list[str], list[str]]" = models.JSONField(default=list)
    crm_reasons: "models.JSONField[list[str], list[str]]" = models.JSONField(default=list)
    condition: "models.JSONField[dict[str, Any] | None, dict[str, Any] | None]" = models.JSONField(
        null=True, blank=True
    )
    place = models.PositiveSmallIntegerField(default=0)
    merged_into = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="merged")
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["place", "name"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["organisation", "key"], name="one_driver_of_a_key")]

    def __str__(self) -> str:
        return self.name


class TaxonomyVersion(models.Model):
    """The drivers of an organisation as they were after a change. Never changed itself."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="taxonomy_versions")
    number = models.PositiveIntegerField()
    content: "models.JSONField[list[dict[str, Any]], list[dict[str, Any]]]" = models.JSONField(default=list)
    note = models.CharField(max_length=500, blank=True)
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True)
    made_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "number"], name="one_taxonomy_of_a_number")
        ]

    def __str__(self) -> str:
        return f"version {self.number}"


class Expectation(models.Model):
    """What someone expected of an open deal in one of its stages; locked when the deal has left that stage."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="expectations")
    deal_id = models.CharField(max_length=300)
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="expectations")
    stage = models.CharField(max_length=200, blank=True)
    chance = models.PositiveSmallIntegerField("chance of winning", help_text="In percent.")
    close_on = models.DateField("expected close", null=True, blank=True)
    next_step = models.CharField("next step of the plan", max_length=300, blank=True)
    risk = models.CharField("what could kill it", max_length=300, blank=True)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    locked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "deal_id", "person", "stage"],
                condition=models.Q(locked_at=None),
                name="one_open_expectation_of_a_stage",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "deal_id", "made_at"], name="expectations_of_a_deal"),
            models.Index(fields=["person", "-made_at"], name="expectations_of_a_person"),
            models.Index(fields=["organisation"], condition=models.Q(locked_at=None), name="expectations_unlocked"),
        ]

    def __str__(self) -> str:
        return f"{self.chance} % in {self.stage or 'no stage'}"


class Review(Traced, models.Model):
    """The review of one closing of one deal. Every deal that ended within the rules has one, drawn or not.

    `closing` counts how often the deal had ended by then: one that is opened again and ends again is reviewed again.
    What is known of the deal is as it was when it closed. `weight` is the inverse of the chance of being drawn.
    """

    class State(models.TextChoices):
        DUE = "due", "To do"
        DONE = "done", "Done"
        SKIPPED = "skipped", "Skipped"
        LEFT_OUT = "left_out", "Not drawn"
        WITHDRAWN = "withdrawn", "Withdrawn"

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="reviews", db_index=False)
    deal_id = models.CharField(max_length=300)
    closing = models.PositiveSmallIntegerField(default=1)
    outcome = models.CharField(max_length=20)
    closed_at = models.DateTimeField()
    name = models.CharField(max_length=500, blank=True)
    account_name = models.CharField(max_length=500, blank=True)
    owner = models.CharField(max_length=200, blank=True)
    owner_name = models.CharField(max_length=200, blank=True)
    team = models.CharField(max_length=200, blank=True)
    segment = models.CharField(max_length=200, blank=True)
    amount = models.FloatField(null=True)
    currency = models.CharField(max_length=10, blank=True)
    lost_reason = models.CharField(max_length=300, blank=True)
    person = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="reviews")
    weight = models.FloatField(default=1.0)
    state = models.CharField(max_length=12, choices=State.choices, default=State.DUE)
    opened_at = models.DateTimeField()
    due_on = models.DateField()
    done_at = models.DateTimeField(null=True)
    skip_reason = models.CharField(max_length=300, blank=True)
    ended_at = models.DateTimeField(
        null=True, help_text="When this closing was taken back: the deal was opened again, ended otherwise, or is gone."
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "deal_id", "closing"], name="one_review_of_a_closing"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "state", "due_on", "id"], name="reviews_by_due_date"),
            models.Index(fields=["organisation", "-closed_at", "-id"], name="reviews_newest_first"),
            models.Index(fields=["organisation", "team", "state", "due_on", "id"], name="reviews_by_team"),
            models.Index(fields=["person", "state", "due_on", "id"], name="reviews_by_person"),
            models.Index(fields=["organisation", "owner", "-closed_at", "-id"], name="reviews_of_owner_newest"),
            models.Index(fields=["organisation", "team", "state", "-closed_at", "-id"], name="reviews_of_team_newest"),
        ]

    def __str__(self) -> str:
        return self.name or self.deal_id


class Answer(models.Model):
    """What the rep or the manager says in a review. Saved as it is typed; `done_at` when they were finished.

    Who reads which field is in `visibility.py`; `private_note` is for its author alone, whoever else asks.
    `inputs` and `seconds` are what it took, which is published.
    """

    class Voice(models.TextChoices):
        REP = "rep", "Rep"
        MANAGER = "manager", "Manager"

    class Expected(models.TextChoices):
        WIN = "win", "A win"
        LOSS = "loss", "A loss"
        OPEN = "open", "Could have gone either way"
        UNKNOWN = "unknown", "I don't know"

    class Stance(models.TextChoices):
        AGREES = "agrees", "I agree"
        DIFFERS = "differs", "I see it differently"
        ADDS = "adds", "I agree, and add"

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="answers")
    voice = models.CharField(max_length=10, choices=Voice.choices)
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="answers")
    expected = models.CharField("what did we expect", max_length=10, choices=Expected.choices, blank=True)
    happened = models.TextField("what happened", max_length=4000, blank=True)
    unknown = models.BooleanField("I don't know why", default=False)
    keep = models.TextField("what do we keep", max_length=2000, blank=True)
    change = models.TextField("what do we change", max_length=2000, blank=True)
    lesson = models.TextField("what did it teach us", max_length=2000, blank=True)
    stance = models.CharField(max_length=10, choices=Stance.choices, blank=True)
    learned = models.TextField("what is the lesson learned", max_length=2000, blank=True)
    serves = models.TextField("how will it serve you in winning the next deal", max_length=2000, blank=True)
    private_note = models.TextField("for myself", max_length=4000, blank=True)
    begun_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    inputs = models.PositiveSmallIntegerField(default=0)
    seconds = models.PositiveIntegerField(default=0)
    drivers: "models.ManyToManyField[Driver, NamedDriver]" = models.ManyToManyField(Driver, through="NamedDriver")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["review", "voice"], name="one_answer_of_a_voice")]

    def __str__(self) -> str:
        return f"{self.get_voice_display()} on {self.review}"


class NamedDriver(models.Model):
    """A driver that a voice names as a cause, the first one as the main one, or says that it was none."""

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="named")
    driver = models.ForeignKey(Driver, on_delete=models.PROTECT, related_name="named")
    rank = models.PositiveSmallIntegerField(default=1)
    denied = models.BooleanField(default=False)
    suggested = models.BooleanField(default=False, help_text="Pre-selected from the record, and left so.")

    class Meta:
        ordering: ClassVar = ["denied", "rank"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["answer", "driver"], name="a_driver_once")]

    def __str__(self) -> str:
        return f"{'not ' if self.denied else ''}{self.driver}"


class CalibrationConsent(models.Model):
    """Someone lets their manager see their calibration. Taken back by deleting it."""

    person = models.OneToOneField(User, on_delete=models.CASCADE, related_name="calibration_consent")
    given_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Consent of {self.person}"


class Reminder(models.Model):
    """The day on which someone last got the digest of what is due: never more than one a day.

    Whoever moves `sent_on` on, by comparing it with what they read, is the one who sends. `wanted` is the person's own.
    """

    person = models.OneToOneField(User, on_delete=models.CASCADE, related_name="reminder")
    sent_on = models.DateField(null=True)
    wanted = models.BooleanField("remind me by mail", default=True)

    def __str__(self) -> str:
        return f"{self.person}: {self.sent_on}"


class Tally(models.Model):
    """Figures over all reviews of an organisation, made by a job; pages only read them, with when they were made."""

    class Kind(models.TextChoices):
        VOICES = "voices", "Who says what"
        ACCOUNT = "account", "Accountability"

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="tallies")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    content: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    data_version = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["organisation", "kind"], name="one_tally_of_a_kind")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.made_at}"
