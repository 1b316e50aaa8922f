import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import afteraction.web.people.models


class Migration(migrations.Migration):
    dependencies = [
        ("experiments", "0003_steps_that_tell_arms_apart"),
        ("insights", "0004_process_versions_in_force_from"),
        ("people", "0004_how_the_mail_of_invitations_fares"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BeforeAfter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=160)),
                ("what", models.TextField(blank=True, max_length=1000)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("process", "A version of the process"),
                            ("play", "A play"),
                            ("tool", "A tool"),
                            ("other", "Something else"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "unit",
                    models.CharField(
                        choices=[("rep", "Some reps"), ("team", "Some teams"), ("all", "Everyone at once")],
                        max_length=10,
                    ),
                ),
                ("changed", models.JSONField(blank=True, default=dict)),
                ("changed_on", models.DateField()),
                ("measure", models.JSONField(default=dict)),
                ("stated_at", models.DateTimeField()),
                ("after_looking", models.BooleanField()),
                ("others_before", models.PositiveIntegerField(default=0)),
                ("message", models.TextField(blank=True, help_text="Why it could not be measured.")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="before_after",
                        to="people.organisation",
                    ),
                ),
                (
                    "process_version",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="insights.processversion",
                    ),
                ),
                (
                    "stated_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-stated_at", "-id"],
            },
            bases=(afteraction.web.people.models.Traced, models.Model),
        ),
        migrations.CreateModel(
            name="BeforeAfterResult",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("data_version", models.PositiveIntegerField()),
                ("made_at", models.DateTimeField()),
                ("verdict", models.CharField(max_length=20)),
                ("grade", models.CharField(max_length=20)),
                ("finding", models.TextField()),
                ("document", models.JSONField(default=dict)),
                ("html", models.TextField(help_text="The chart and the checks, as the report prints them.")),
                (
                    "stated",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="results",
                        to="experiments.beforeafter",
                    ),
                ),
            ],
            options={
                "ordering": ["-data_version"],
                "constraints": [
                    models.UniqueConstraint(fields=("stated", "data_version"), name="one_result_of_a_data_version")
                ],
            },
        ),
    ]
