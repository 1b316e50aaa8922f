import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from afteraction.web.isolation.together import TablesTogether


class Migration(TablesTogether):
    replaces = [("practice", "0001_cards_answers_memories_and_the_path")]

    initial = True

    dependencies = [
        ("people", "0001_people"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PracticeCard",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("lesson", "Lesson"),
                            ("play", "Play"),
                            ("step", "Step of the process"),
                            ("process", "Process"),
                            ("claim", "Claim"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "source_key",
                    models.CharField(
                        help_text="Which lesson, play, step or claim, and which question.", max_length=300
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("recall", "Recall"),
                            ("choose", "Choose"),
                            ("order", "Put in order"),
                            ("ask", "What would you ask"),
                        ],
                        max_length=10,
                    ),
                ),
                ("place", models.PositiveIntegerField(help_text="Low ones are learned first.")),
                ("edition", models.PositiveIntegerField(default=1)),
                ("made_at", models.DateTimeField()),
                ("retired_at", models.DateTimeField(null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="cards",
                        to="people.organisation",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["organisation", "retired_at", "place"], name="cards_to_learn")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "source", "source_key"), name="one_card_of_a_question"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PathStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("lesson", "Lesson"),
                            ("play", "Play"),
                            ("step", "Step of the process"),
                            ("process", "Process"),
                            ("claim", "Claim"),
                        ],
                        max_length=10,
                    ),
                ),
                ("source_key", models.CharField(max_length=300)),
                ("place", models.PositiveIntegerField()),
                ("title", models.CharField(max_length=300)),
                ("evidence", models.JSONField(default=dict)),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="path",
                        to="people.organisation",
                    ),
                ),
                ("cards", models.ManyToManyField(related_name="on_path", to="practice.practicecard")),
            ],
            options={
                "ordering": ["place"],
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "source", "source_key"), name="once_on_the_path")
                ],
            },
        ),
        migrations.CreateModel(
            name="CardMemory",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("edition", models.PositiveIntegerField()),
                ("state", models.PositiveSmallIntegerField()),
                ("step", models.PositiveSmallIntegerField(null=True)),
                ("stability", models.FloatField(help_text="Days after which 90 % is left.", null=True)),
                ("difficulty", models.FloatField(help_text="From 1 to 10.", null=True)),
                ("due", models.DateTimeField()),
                ("last", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memories",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "card",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="memories", to="practice.practicecard"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["person", "due"], name="memories_due")],
                "constraints": [models.UniqueConstraint(fields=("person", "card"), name="one_memory_of_a_card")],
            },
        ),
        migrations.CreateModel(
            name="CardEdition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("content", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField()),
                (
                    "card",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="editions", to="practice.practicecard"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("card", "number"), name="an_edition_once_a_card")],
            },
        ),
        migrations.CreateModel(
            name="CardAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4)),
                ("edition", models.PositiveIntegerField()),
                ("rating", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField()),
                ("received_at", models.DateTimeField()),
                ("seconds", models.FloatField()),
                ("days", models.PositiveIntegerField(null=True)),
                ("forecast", models.FloatField(null=True)),
                ("since_first", models.FloatField(null=True)),
                ("first_rating", models.PositiveSmallIntegerField(null=True)),
                ("order", models.PositiveIntegerField(default=0)),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="card_answers",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "card",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="practice.practicecard",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["person", "card", "edition", "at"], name="answers_to_a_card"),
                    models.Index(fields=["person", "at"], name="answers_of_a_person"),
                ],
                "constraints": [models.UniqueConstraint(fields=("person", "key"), name="an_answer_once")],
            },
        ),
        migrations.CreateModel(
            name="PracticePlan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("retention", models.FloatField(default=0.9, verbose_name="how much you want to remember")),
                ("minutes", models.PositiveSmallIntegerField(default=5, verbose_name="minutes a day")),
                ("new_a_day", models.PositiveSmallIntegerField(default=5, verbose_name="new cards a day")),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="practice_plan",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RetentionFigures",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("figures", models.JSONField()),
                ("counted_at", models.DateTimeField()),
                (
                    "organisation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="retention", to="people.organisation"
                    ),
                ),
            ],
        ),
    ]
