import django.db.models.deletion
from django.db import migrations, models

import afteraction.web.people.models
from afteraction.web.isolation.together import TablesTogether


class Migration(TablesTogether):
    replaces = [("connectors", "0001_connectors_and_their_runs")]

    initial = True

    dependencies = [
        ("data", "0001_data"),
        ("people", "0001_people"),
    ]

    operations = [
        migrations.CreateModel(
            name="Connector",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(choices=[("salesforce", "Salesforce"), ("hubspot", "HubSpot")], max_length=20),
                ),
                ("address", models.CharField(max_length=200)),
                ("client_id", models.CharField(blank=True, max_length=300, verbose_name="consumer key")),
                ("secret", models.TextField()),
                ("secret_given_at", models.DateTimeField()),
                (
                    "every",
                    models.CharField(
                        choices=[
                            ("hour", "Every hour"),
                            ("six_hours", "Every six hours"),
                            ("night", "Every night at 2:17"),
                        ],
                        default="night",
                        max_length=20,
                        verbose_name="runs",
                    ),
                ),
                ("is_on", models.BooleanField(default=True, verbose_name="on")),
                ("next_at", models.DateTimeField(null=True)),
                ("tested", models.JSONField(default=dict)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="connectors", to="people.organisation"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["next_at"], name="connector_by_next")],
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "kind"), name="one_connector_of_a_kind")
                ],
            },
            bases=(afteraction.web.people.models.Traced, models.Model),
        ),
        migrations.CreateModel(
            name="Run",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("fetching", "Fetching"),
                            ("fetched", "Fetched"),
                            ("nothing", "Nothing new"),
                            ("failed", "Failed"),
                        ],
                        default="fetching",
                        max_length=20,
                    ),
                ),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("since", models.DateTimeField(null=True)),
                ("rows", models.JSONField(default=dict)),
                ("unread", models.JSONField(default=dict)),
                ("message", models.TextField(blank=True)),
                (
                    "connector",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="runs", to="connectors.connector"
                    ),
                ),
                (
                    "import_made",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="connector_run",
                        to="data.import",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "fetching")), fields=("connector",), name="one_run_at_a_time"
                    )
                ],
            },
        ),
    ]
