"""The rules of asking buyers, and the words that an organisation uses."""

from typing import ClassVar

from django.db import models

from afteraction.web.people.models import Organisation, Traced
from afteraction.web.reviews.models import Driver

OUTCOMES = ("won", "lost", "no_decision")


def all_outcomes() -> list[str]:
    return list(OUTCOMES)


def english() -> list[str]:
    return ["en"]


class Language(models.TextChoices):
    ENGLISH = "en", "English"
    GERMAN = "de", "Deutsch"
    FRENCH = "fr", "Français"
    SPANISH = "es", "Español"


class Programme(Traced, models.Model):
    """Whom an organisation asks, who asks, and when. Nobody is asked until it is on.

    Deals that closed before `since`, the moment it was first turned on, are left alone. `share` percent of the rest is
    drawn by a hash of `seed` and the deal's id, as reviews are.
    """

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="buyer_programme")
    is_on = models.BooleanField("ask buyers", default=False)
    since = models.DateTimeField("deals closed from", null=True, blank=True)
    outcomes: "models.JSONField[list[str], list[str]]" = models.JSONField(default=all_outcomes)
    above = models.FloatField("deals from", null=True, blank=True, help_text="An amount; empty: of any amount.")
    share = models.PositiveSmallIntegerField("share of them", default=100, help_text="In percent, drawn by chance.")
    seed = models.CharField(max_length=40)
    most_people = models.PositiveSmallIntegerField("people asked per deal", default=2)
    company = models.CharField(
        "name of your company", max_length=200, blank=True, help_text="As buyers know it; empty: the organisation's."
    )
    sender = models.CharField(
        "who asks",
        max_length=200,
        blank=True,
        help_text="A person or team that buyers may trust with criticism: never the rep of the deal.",
    )
    reply_to = models.EmailField("answers by mail go to", blank=True)
    wait_days = models.PositiveSmallIntegerField("days after closing", default=5)
    preview_hours = models.PositiveSmallIntegerField("hours of preview", default=48)
    remind_days = models.PositiveSmallIntegerField(
        "days until the reminder", default=7, help_text="One reminder, never more; 0: none."
    )
    valid_days = models.PositiveSmallIntegerField("days that a link works", default=30)
    languages: "models.JSONField[list[str], list[str]]" = models.JSONField(default=english)
    anonymous = models.BooleanField("buyers may answer anonymously", default=True)
    asks_quote = models.BooleanField("ask whether we may quote them", default=True)

    class Meta:
        verbose_name, verbose_name_plural = "buyer programme", "buyer programmes"

    def __str__(self) -> str:
        return "Buyer's voice"


class MailText(Traced, models.Model):
    """The mail of an organisation in one language, where it is not the one that comes with the product."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="buyer_mails")
    language = models.CharField(max_length=5, choices=Language.choices)
    subject = models.CharField(max_length=200)
    body = models.TextField(max_length=5000)
    reminder_subject = models.CharField("subject of the reminder", max_length=200)
    reminder_body = models.TextField("text of the reminder", max_length=5000)

    class Meta:
        verbose_name, verbose_name_plural = "mail to buyers", "mails to buyers"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "language"], name="one_buyer_mail_of_a_language")
        ]

    def __str__(self) -> str:
        return f"Mail to buyers in {self.get_language_display()}"


class BuyerWords(models.Model):
    """What a driver is called in front of buyers, in their language."""

    driver = models.ForeignKey(Driver, on_delete=models.CASCADE, related_name="buyer_words")
    language = models.CharField(max_length=5, choices=Language.choices)
    words = models.CharField(max_length=120)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["driver", "language"], name="one_wording_of_a_language")
        ]

    def __str__(self) -> str:
        return self.words
