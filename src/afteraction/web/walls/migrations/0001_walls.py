import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import afteraction.web.people.models
from afteraction.web.isolation.together import TablesTogether


class Migration(TablesTogether):
    replaces = [("walls", "0001_walls_thanks_recognition_and_good_risks")]

    initial = True

    dependencies = [
        ("people", "0001_people"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("reviews", "0001_reviews"),
    ]

    operations = [
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("wall", models.CharField(choices=[("wins", "Wins"), ("failures", "Failures")], max_length=10)),
                ("text", models.CharField(max_length=1000, verbose_name="what it taught")),
                (
                    "code_hash",
                    models.CharField(
                        blank=True, help_text="Of the code that takes an anonymous one back.", max_length=64
                    ),
                ),
                ("deal_id", models.CharField(blank=True, max_length=300)),
                ("deal_name", models.CharField(blank=True, max_length=500)),
                ("outcome", models.CharField(blank=True, max_length=20)),
                ("segment", models.CharField(blank=True, max_length=200)),
                ("team", models.CharField(blank=True, max_length=200)),
                ("shared_on", models.DateField()),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="wall_entries",
                        to="people.organisation",
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="wall_entries",
                        to="reviews.review",
                    ),
                ),
                (
                    "sharer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="wall_entries",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organisation", "wall", "-shared_on", "id"], name="wall_newest_first"),
                    models.Index(fields=["organisation", "deal_id"], name="wall_by_deal"),
                ],
                "constraints": [models.UniqueConstraint(fields=("review", "sharer"), name="a_review_once_on_the_wall")],
            },
        ),
        migrations.CreateModel(
            name="Recognition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("useful", models.CharField(max_length=500, verbose_name="what was useful to the customer")),
                ("repeatable", models.CharField(max_length=500, verbose_name="what can be repeated")),
                ("deal_id", models.CharField(blank=True, max_length=300)),
                ("deal_name", models.CharField(blank=True, max_length=500)),
                ("given_at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recognitions_given",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recognitions",
                        to="people.organisation",
                    ),
                ),
                (
                    "to",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recognitions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organisation", "-given_at", "-id"], name="recognition_newest_first"),
                    models.Index(fields=["organisation", "deal_id"], name="recognition_by_deal"),
                ],
            },
            bases=(afteraction.web.people.models.Traced, models.Model),
        ),
        migrations.CreateModel(
            name="RiskFigures",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("data_version", models.PositiveIntegerField()),
                ("analysis", models.PositiveBigIntegerField(help_text="The analysis whose chances were used.")),
                ("content", models.JSONField(default=dict)),
                ("made_at", models.DateTimeField()),
                (
                    "organisation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="risk_figures",
                        to="people.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Screen",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, verbose_name="where it hangs")),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField()),
                ("seen_on", models.DateField(help_text="The last day on which it was open.", null=True)),
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
                        related_name="wall_screens",
                        to="people.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ["name", "pk"],
            },
            bases=(afteraction.web.people.models.Traced, models.Model),
        ),
        migrations.CreateModel(
            name="Thanks",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("note", models.CharField(blank=True, max_length=200)),
                ("given_on", models.DateField()),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="thanks", to="walls.entry"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="thanks_given",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["given_on", "pk"],
                "constraints": [models.UniqueConstraint(fields=("entry", "person"), name="thanks_once")],
            },
        ),
        migrations.CreateModel(
            name="DealRisk",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("deal_id", models.CharField(max_length=300)),
                ("owner", models.CharField(blank=True, max_length=200)),
                ("verdict", models.CharField(max_length=12)),
                ("signs", models.JSONField(default=list)),
                ("chance", models.FloatField(null=True)),
                ("usual_chance", models.FloatField(null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deal_risks",
                        to="people.organisation",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["organisation", "owner", "verdict"], name="risks_by_owner")],
                "constraints": [models.UniqueConstraint(fields=("organisation", "deal_id"), name="one_risk_of_a_deal")],
            },
        ),
    ]
