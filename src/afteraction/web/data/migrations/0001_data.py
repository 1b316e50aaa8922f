import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import afteraction.web.people.models
from afteraction.web.isolation.together import TablesTogether


class Migration(TablesTogether):
    replaces = [("data", "0001_imports_and_their_files"), ("data", "0002_where_imports_come_from")]

    initial = True

    dependencies = [
        ("people", "0001_people"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Import",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                (
                    "source",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "A person"),
                            ("folder", "Watched folder"),
                            ("salesforce", "Salesforce"),
                            ("hubspot", "HubSpot"),
                        ],
                        default="",
                        max_length=20,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("adding", "Files are being added"),
                            ("looking", "Being looked at"),
                            ("ready", "Waits for you"),
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("refused", "Refused"),
                            ("failed", "Failed"),
                            ("discarded", "Discarded"),
                        ],
                        default="adding",
                        max_length=20,
                    ),
                ),
                ("message", models.TextField(blank=True, help_text="Why it was refused or failed.")),
                ("mapping", models.TextField(blank=True)),
                ("needs_mapping", models.BooleanField(default=True)),
                ("preview", models.JSONField(default=dict)),
                ("progress", models.JSONField(default=dict)),
                ("report", models.JSONField(default=dict)),
                ("data_version", models.PositiveIntegerField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="imports", to="people.organisation"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["organisation", "-id"], name="imports_newest_first")],
            },
            bases=(afteraction.web.people.models.Traced, models.Model),
        ),
        migrations.CreateModel(
            name="Upload",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200)),
                ("size", models.PositiveBigIntegerField()),
                ("added_at", models.DateTimeField(auto_now_add=True)),
                (
                    "import_of",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="files", to="data.import"
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
                "constraints": [models.UniqueConstraint(fields=("import_of", "name"), name="one_file_of_a_name")],
            },
        ),
    ]
