import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import afteraction.web.people.models
from afteraction.web.isolation.together import TablesTogether


class Migration(TablesTogether):
    replaces = [
        ("insights", "0001_process_versions_and_analyses"),
        ("insights", "0002_claims"),
        ("insights", "0003_analyses_whose_results_are_removed"),
        ("insights", "0004_process_versions_in_force_from"),
    ]

    initial = True

    dependencies = [
        ("people", "0001_people"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ProcessVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("text", models.TextField()),
                ("note", models.CharField(blank=True, max_length=500)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                (
                    "in_force_from",
                    models.DateTimeField(
                        help_text="Deals that begin from then on are held against it. Empty: since it was made.",
                        null=True,
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="process_versions",
                        to="people.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ["-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "number"), name="one_process_of_a_number")
                ],
            },
            bases=(afteraction.web.people.models.Traced, models.Model),
        ),
        migrations.CreateModel(
            name="Analysis",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("data_version", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("refused", "Refused"),
                            ("failed", "Failed"),
                            ("forgotten", "Made, and removed since"),
                        ],
                        default="waiting",
                        max_length=20,
                    ),
                ),
                ("message", models.TextField(blank=True, help_text="Why it was refused or failed.")),
                ("folder", models.CharField(blank=True, max_length=200)),
                ("asked_at", models.DateTimeField(auto_now_add=True)),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="analyses", to="people.organisation"
                    ),
                ),
                (
                    "process_version",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="analyses",
                        to="insights.processversion",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["organisation", "state", "-done_at"], name="newest_analysis_first")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "data_version", "process_version"), name="one_analysis_of_a_version"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("process_version", None)),
                        fields=("organisation", "data_version"),
                        name="one_analysis_without_a_process",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Claim",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sentence", models.CharField(max_length=300)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("step", "Step"),
                            ("behaviour", "Way of working"),
                            ("attribute", "Kind of deal"),
                            ("lost_reason", "Lost reason"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        help_text="The step, behaviour, attribute or lost reason it speaks of.", max_length=300
                    ),
                ),
                ("level", models.CharField(blank=True, help_text="Of an attribute: which value.", max_length=300)),
                (
                    "direction",
                    models.CharField(
                        choices=[("helps", "Helps to win"), ("hurts", "Costs wins"), ("none", "Makes no difference")],
                        max_length=10,
                    ),
                ),
                (
                    "segment",
                    models.CharField(
                        blank=True, help_text="Only the deals of one segment; empty is all.", max_length=200
                    ),
                ),
                ("stated_at", models.DateTimeField(auto_now_add=True)),
                ("verdict", models.CharField(blank=True, help_text="Empty until it has been judged.", max_length=20)),
                ("judgement", models.JSONField(null=True)),
                ("judged_at", models.DateTimeField(null=True)),
                ("message", models.TextField(blank=True, help_text="Why it could not be judged.")),
                (
                    "judged_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="claims",
                        to="insights.analysis",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="claims", to="people.organisation"
                    ),
                ),
                (
                    "stated_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="claims",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-stated_at", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "kind", "name", "level", "direction", "segment"),
                        name="one_claim_of_a_kind",
                    )
                ],
            },
            bases=(afteraction.web.people.models.Traced, models.Model),
        ),
    ]
