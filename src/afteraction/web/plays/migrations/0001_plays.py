import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import afteraction.web.people.models
from afteraction.web.isolation.together import TablesTogether


class Migration(TablesTogether):
    replaces = [("plays", "0001_plays_versions_and_leading_measures")]

    initial = True

    dependencies = [
        ("lessons", "0001_lessons"),
        ("people", "0001_people"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LeadingFigures",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("data_version", models.PositiveIntegerField()),
                ("content", models.JSONField()),
                ("made_at", models.DateTimeField()),
                (
                    "organisation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="leading_figures",
                        to="people.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Play",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=160)),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("published", "Published"), ("retired", "Retired")],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("body", models.JSONField(default=dict)),
                ("found", models.JSONField(blank=True, default=dict)),
                ("effect", models.JSONField(blank=True, default=dict)),
                ("data_version", models.PositiveIntegerField(null=True)),
                ("measured_at", models.DateTimeField(null=True)),
                ("asked_at", models.DateTimeField(null=True)),
                ("made_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("retired_because", models.CharField(blank=True, max_length=300)),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="plays_made",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("lessons", models.ManyToManyField(blank=True, related_name="plays", to="lessons.lesson")),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="plays",
                        to="people.organisation",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["organisation", "state", "title"], name="plays_by_state")],
            },
            bases=(afteraction.web.people.models.Traced, models.Model),
        ),
        migrations.CreateModel(
            name="PlayDeal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("deal_id", models.CharField(max_length=300)),
                (
                    "play",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="deals", to="plays.play"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("play", "deal_id"), name="a_deal_once_a_play")],
            },
        ),
        migrations.CreateModel(
            name="PlayStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("step", models.CharField(db_index=True, max_length=120)),
                (
                    "play",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="plays.play"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("play", "step"), name="a_step_once_a_play")],
            },
        ),
        migrations.CreateModel(
            name="PlayVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("body", models.JSONField()),
                ("note", models.CharField(blank=True, max_length=300)),
                ("published_at", models.DateTimeField()),
                (
                    "play",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="versions", to="plays.play"
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-number"],
                "constraints": [models.UniqueConstraint(fields=("play", "number"), name="a_play_version_once")],
            },
        ),
        migrations.CreateModel(
            name="OwnerWeeks",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("owner", models.CharField(max_length=300)),
                ("team", models.CharField(blank=True, max_length=200)),
                ("weeks", models.JSONField()),
                (
                    "figures",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="owners", to="plays.leadingfigures"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["figures", "team"], name="weeks_by_team")],
                "constraints": [models.UniqueConstraint(fields=("figures", "owner"), name="weeks_of_an_owner_once")],
            },
        ),
    ]
