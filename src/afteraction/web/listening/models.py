"""Listening: sources and their items, stories that several sources tell, trigger events of accounts, and watches."""

from typing import Any, ClassVar

from django.db import models

from afteraction.web.leads.models import Lead
from afteraction.web.people.models import Organisation, Traced, User


class Source(Traced, models.Model):
    """Where news come from. `etag`, `modified` and `next_at` make asking polite; `failures` are those in a row.

    Who asks moves `next_at` on before: nobody else asks then, and one who dies has it asked again a little later.
    """

    class Kind(models.TextChoices):
        FEED = "feed", "Feed"
        MAILBOX = "mailbox", "Mailbox (IMAP)"
        FILES = "files", "Files that are handed in"
        WEBHOOK = "webhook", "Webhook"

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="sources", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.FEED)
    name = models.CharField(max_length=200)
    address = models.CharField(max_length=2000, blank=True)
    secret = models.TextField(blank=True, help_text="Encrypted: a mailbox's password, or a webhook's token's digest.")
    is_on = models.BooleanField(default=True)
    every = models.PositiveIntegerField("minutes between two looks", default=60)
    etag = models.CharField(max_length=300, blank=True, help_text="Of a mailbox: how far it was read.")
    modified = models.CharField(max_length=100, blank=True)
    next_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField("last answered well", null=True)
    new_at = models.DateTimeField("last brought something new", null=True)
    failures = models.PositiveIntegerField(default=0)
    trouble = models.CharField(max_length=500, blank=True, help_text="What was wrong the last time; empty: nothing.")
    unread = models.PositiveIntegerField("items that could not be read the last time", default=0)
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "address"],
                condition=~models.Q(address=""),
                name="one_source_of_an_address",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["is_on", "next_at"], name="sources_by_next_look")]

    def __str__(self) -> str:
        return self.name


class Story(models.Model):
    """What one or several items tell. `at` is when it was first published, `told` how many items tell it."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="stories", db_index=False)
    title = models.CharField(max_length=500)
    at = models.DateTimeField()
    told = models.PositiveIntegerField(default=1)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["organisation", "-at", "-id"], name="stories_newest_first")]

    def __str__(self) -> str:
        return self.title


class Item(models.Model):
    """One article, mail or row, as text without markup. `key` names it within its source."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="items", db_index=False)
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="items", db_index=False)
    story = models.ForeignKey(Story, on_delete=models.SET_NULL, null=True, related_name="items")
    key = models.CharField(max_length=64, help_text="SHA-256 of what the source calls it.")
    title = models.CharField(max_length=500)
    text = models.TextField(blank=True)
    url = models.CharField(max_length=2000, blank=True)
    language = models.CharField(max_length=8, blank=True)
    published_at = models.DateTimeField(null=True, help_text="Nothing: the source does not say.")
    heard_at = models.DateTimeField()
    trouble = models.CharField(max_length=300, blank=True, help_text="What of it could not be read, such as its date.")
    signature = models.BigIntegerField(default=0, help_text="What near duplicates are found by.")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["source", "key"], name="an_item_once_a_source")]
        indexes: ClassVar = [models.Index(fields=["organisation", "-heard_at", "-id"], name="items_newest_first")]

    def __str__(self) -> str:
        return self.title


class Unreadable(models.Model):
    """What a source sent as an item and nobody could read: kept so that people see what they miss."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="unreadable", db_index=False)
    key = models.CharField(max_length=64)
    trouble = models.CharField(max_length=300)
    heard_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["source", "key"], name="unreadable_once_a_source")]

    def __str__(self) -> str:
        return self.trouble


class AccountName(Traced, models.Model):
    """A name by which an account is known, or (`account_id` empty) one that was said to mean none of ours.

    `asked` while nobody has said yet which of several accounts an ambiguous name means.
    """

    class Kind(models.TextChoices):
        NAME = "name", "Name"
        ALIAS = "alias", "Other name"
        DOMAIN = "domain", "Domain"
        SUBSIDIARY = "subsidiary", "Subsidiary"
        COMPETITOR = "competitor", "Competitor"

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="account_names")
    text = models.CharField(max_length=300)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    account_id = models.CharField(max_length=300, blank=True)
    asked = models.BooleanField(default=False)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "text", "account_id"], name="a_name_once_an_account"),
        ]

    def __str__(self) -> str:
        return self.text


class TriggerEvent(Traced, models.Model):
    """A story about an account: its kind with how sure that is, and the sentence that shows it.

    `kind` and `account_id` are what holds now, `kind_found` and `account_found` what the rules said; `said` is what
    somebody made of it.
    """

    class Said(models.TextChoices):
        NOTHING = "", "Nothing yet"
        CALL = "call", "Call it"
        LATER = "later", "Later"
        NOT_RELEVANT = "not_relevant", "Not relevant"
        DONE = "done", "Acted on"

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="trigger_events", db_index=False
    )
    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="events")
    account_id = models.CharField(max_length=300)
    account = models.CharField(max_length=300)
    account_found = models.CharField(max_length=300)
    name_found = models.CharField(max_length=300, blank=True, help_text="The words by which the account was known.")
    kind = models.CharField(max_length=40)
    kind_found = models.CharField(max_length=40)
    confidence = models.FloatField()
    sentence = models.TextField(blank=True)
    people: "models.JSONField[list[dict[str, str]], list[dict[str, str]]]" = models.JSONField(default=list, blank=True)
    at = models.DateTimeField()
    said = models.CharField(max_length=14, choices=Said.choices, blank=True)
    why = models.CharField(max_length=300, blank=True)
    again_on = models.DateField(null=True)
    said_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    said_at = models.DateTimeField(null=True)
    deal_id = models.CharField(max_length=300, blank=True, help_text="The deal that was made of it.")
    lead = models.ForeignKey(Lead, on_delete=models.SET_NULL, null=True, related_name="trigger_events")
    corrected_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["story", "account_found", "kind_found"], name="one_event_of_a_story"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "-at", "-id"], name="events_newest_first"),
            models.Index(fields=["organisation", "account_id", "-at"], name="events_of_an_account"),
            models.Index(fields=["said_by", "said", "again_on"], name="events_to_act_on"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.account}"


class Watch(Traced, models.Model):
    """What somebody listens for: `terms` as `watching.Terms` reads them."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="watches", db_index=False)
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="watches")
    name = models.CharField(max_length=160)
    terms: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    is_on = models.BooleanField(default=True)
    by_mail = models.BooleanField(default=True)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["organisation", "owner"], name="watches_of_a_person")]

    def __str__(self) -> str:
        return self.name


class RankedAccount(models.Model):
    """An account with fresh trigger events, and where it stands among those to call. Made again by each ranking.

    `chance` is that of buying within the horizon, from 0 to 1; `low`, `high` and `n` are empty where it is an opinion.
    `reasons` are sentences, the strongest first. `owner` is who has its newest deal on record.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="ranked_accounts", db_index=False
    )
    account_id = models.CharField(max_length=300)
    account = models.CharField(max_length=300)
    owner = models.CharField(max_length=200, blank=True)
    owner_name = models.CharField(max_length=200, blank=True)
    segment = models.CharField(max_length=200, blank=True)
    place = models.PositiveIntegerField()
    chance = models.FloatField()
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    n = models.PositiveIntegerField(null=True)
    reasons: "models.JSONField[list[str], list[str]]" = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "account_id"], name="an_account_ranked_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["organisation", "place"], name="ranked_by_place")]

    def __str__(self) -> str:
        return f"{self.place}. {self.account}"


class ListeningResult(models.Model):
    """What the analysis says of trigger events: how accounts are ranked, and whether acting on events pays."""

    class Kind(models.TextChoices):
        RANKING = "ranking", "Ranking of accounts"
        PAYS = "pays", "Whether acting pays"

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="listening_results")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    data_version = models.PositiveIntegerField()
    figures: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "kind"], name="one_listening_result_of_a_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of data version {self.data_version}"


class ListeningMail(models.Model):
    """When somebody was last mailed what was heard, so that one mail a day leaves and no more."""

    person = models.OneToOneField(User, on_delete=models.CASCADE, related_name="listening_mail")
    sent_on = models.DateField(null=True)

    def __str__(self) -> str:
        return f"Mail about trigger events to {self.person}"
