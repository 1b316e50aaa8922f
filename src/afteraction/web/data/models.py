"""An import as people see it: its files, what they are taken for, how far it has come, what became of every row."""

from pathlib import Path
from typing import ClassVar

from django.db import models

from afteraction.web.people.models import Organisation, Traced, User


class Import(Traced, models.Model):
    """Files that are brought into the record together.

    `mapping` is the text of the mapping file that is used, which people may correct; `needs_mapping` is false where
    the headers of all files are canonical and nobody changed it. `preview`, `progress` and `report` are what pages
    show of `ingest.Preview`, of work under way and of `ingest.ImportReport`.
    """

    class State(models.TextChoices):
        ADDING = "adding", "Files are being added"
        LOOKING = "looking", "Being looked at"
        READY = "ready", "Waits for you"
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        REFUSED = "refused", "Refused"
        FAILED = "failed", "Failed"
        DISCARDED = "discarded", "Discarded"

    class Source(models.TextChoices):
        """Where files come from that nobody sent."""

        PERSON = "", "A person"
        FOLDER = "folder", "Watched folder"
        SALESFORCE = "salesforce", "Salesforce"
        HUBSPOT = "hubspot", "HubSpot"

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="imports")
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True)
    made_at = models.DateTimeField(auto_now_add=True)
    source = models.CharField(max_length=20, choices=Source.choices, default=Source.PERSON, blank=True)
    state = models.CharField(max_length=20, choices=State.choices, default=State.ADDING)
    message = models.TextField(blank=True, help_text="Why it was refused or failed.")
    mapping = models.TextField(blank=True)
    needs_mapping = models.BooleanField(default=True)
    preview = models.JSONField(default=dict)
    progress = models.JSONField(default=dict)
    report = models.JSONField(default=dict)
    data_version = models.PositiveIntegerField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["organisation", "-id"], name="imports_newest_first")]

    def __str__(self) -> str:
        return f"import {self.pk}"

    @property
    def maker(self) -> str:
        """Who or what began it."""
        return self.get_source_display() if self.source else str(self.made_by or "someone who is gone")

    @property
    def folder(self) -> Path:
        """Its files and its mapping."""
        return self.organisation.home.folder / "uploads" / str(self.pk)

    @property
    def paths(self) -> list[Path]:
        """Its files, in the order of their names."""
        return sorted(self.folder / "files" / each.name for each in self.files.all())


class Upload(models.Model):
    """One file of an import."""

    import_of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["import_of", "name"], name="one_file_of_a_name")]
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name
