import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import afteraction.web.people.models


class Migration(migrations.Migration):
    dependencies = [
        ("insights", "0001_process_versions_and_analyses"),
        ("people", "0001_organisations_teams_and_users"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
            ],
            options={
                "ordering": ["-stated_at", "-id"],
            },
            bases=(afteraction.web.people.models.Traced, models.Model),
        ),
        migrations.RemoveConstraint(
            model_name="analysis",
            name="one_analysis_of_a_version",
        ),
        migrations.AddConstraint(
            model_name="analysis",
            constraint=models.UniqueConstraint(
                fields=("organisation", "data_version", "process_version"), name="one_analysis_of_a_version"
            ),
        ),
        migrations.AddConstraint(
            model_name="analysis",
            constraint=models.UniqueConstraint(
                condition=models.Q(("process_version", None)),
                fields=("organisation", "data_version"),
                name="one_analysis_without_a_process",
            ),
        ),
        migrations.AddField(
            model_name="claim",
            name="judged_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="claims", to="insights.analysis"
            ),
        ),
        migrations.AddField(
            model_name="claim",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="claims", to="people.organisation"
            ),
        ),
        migrations.AddField(
            model_name="claim",
            name="stated_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="claims",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.UniqueConstraint(
                fields=("organisation", "kind", "name", "level", "direction", "segment"), name="one_claim_of_a_kind"
            ),
        ),
    ]
