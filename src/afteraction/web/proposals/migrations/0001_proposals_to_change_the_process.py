import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import afteraction.web.people.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("experiments", "0001_experiments_and_their_ledger"),
        ("insights", "0003_analyses_whose_results_are_removed"),
        ("people", "0004_how_the_mail_of_invitations_fares"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Proposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("step", "A step"),
                            ("order", "The order of steps"),
                            ("timing", "When a step is due"),
                            ("script", "A script"),
                            ("question", "A question to ask"),
                        ],
                        max_length=10,
                    ),
                ),
                ("title", models.CharField(max_length=160)),
                ("what", models.TextField(max_length=2000, verbose_name="what would be done differently")),
                ("reason", models.TextField(max_length=2000, verbose_name="why")),
                ("text", models.TextField(blank=True, help_text="The process as it would be.")),
                (
                    "expected_points",
                    models.FloatField(help_text="By how many points it is expected to move the measure.", null=True),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[("person", "A colleague"), ("analysis", "The analysis")],
                        default="person",
                        max_length=10,
                    ),
                ),
                (
                    "finding",
                    models.CharField(
                        blank=True, help_text="What the analysis calls what it came from.", max_length=200
                    ),
                ),
                ("evidence", models.JSONField(blank=True, default=dict)),
                ("answer_by", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Waits for an answer"),
                            ("tried", "Being tried"),
                            ("adopted", "Adopted"),
                            ("declined", "Declined"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("answer", models.TextField(blank=True, max_length=2000)),
                ("answered_at", models.DateTimeField(null=True)),
                ("made_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="proposals_made",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "base",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="insights.processversion",
                    ),
                ),
                (
                    "experiment",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="proposals",
                        to="experiments.experiment",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="proposals",
                        to="people.organisation",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="proposals_owned",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            bases=(afteraction.web.people.models.Traced, models.Model),
        ),
        migrations.CreateModel(
            name="ProposalComment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(max_length=2000)),
                ("at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="comments", to="proposals.proposal"
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
        migrations.CreateModel(
            name="ProposalSupport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="supports", to="proposals.proposal"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="proposal",
            index=models.Index(fields=["organisation", "state", "-changed_at", "-id"], name="proposals_by_state"),
        ),
        migrations.AddIndex(
            model_name="proposal",
            index=models.Index(fields=["organisation", "origin", "finding"], name="proposals_by_finding"),
        ),
        migrations.AddConstraint(
            model_name="proposalsupport",
            constraint=models.UniqueConstraint(fields=("proposal", "person"), name="supported_once_a_person"),
        ),
    ]
