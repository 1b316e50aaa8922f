import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import afteraction.web.people.models
from afteraction.web.isolation.together import TablesTogether
from afteraction.web.lessons.search import INDEX


def make_search(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    sqlite = schema_editor.connection.vendor == "sqlite"
    for statement in INDEX.sqlite_schema if sqlite else INDEX.postgresql_schema:
        schema_editor.execute(statement)


class Migration(TablesTogether):
    replaces = [
        ("lessons", "0001_lessons_and_what_became_of_them"),
        ("lessons", "0003_search_pairs_merges_and_ranking"),
    ]

    initial = True

    dependencies = [
        ("people", "0001_people"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("reviews", "0001_reviews"),
    ]

    operations = [
        migrations.CreateModel(
            name="Lesson",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=160)),
                ("text", models.TextField(max_length=2000, verbose_name="what to do")),
                ("reason", models.TextField(blank=True, max_length=2000, verbose_name="why it works")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("tested", "Tested"),
                            ("in_use", "In use"),
                            ("kept", "Kept"),
                            ("retired", "Retired"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("review", "A review"),
                            ("finding", "A finding of the analysis"),
                            ("written", "Written"),
                        ],
                        default="written",
                        max_length=10,
                    ),
                ),
                (
                    "finding",
                    models.CharField(
                        blank=True, help_text="What the analysis calls what it came from.", max_length=200
                    ),
                ),
                ("step", models.CharField(blank=True, help_text="The key of a step of the process.", max_length=120)),
                ("stage", models.CharField(blank=True, max_length=200)),
                ("segment", models.CharField(blank=True, max_length=200)),
                ("competitor", models.CharField(blank=True, max_length=200)),
                ("source", models.CharField(blank=True, max_length=200)),
                ("amount_from", models.FloatField(blank=True, null=True)),
                ("amount_to", models.FloatField(blank=True, null=True)),
                (
                    "grade",
                    models.CharField(
                        blank=True, help_text="The grade of its evidence, as in evidence_grade.py.", max_length=20
                    ),
                ),
                ("evidence", models.JSONField(blank=True, default=dict)),
                ("review_on", models.DateField(blank=True, null=True, verbose_name="to be looked at on")),
                ("challenged_at", models.DateTimeField(blank=True, null=True)),
                (
                    "search_words",
                    models.TextField(blank=True, help_text="What it is searched by, as deals/search.py writes words."),
                ),
                ("made_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="lessons_written",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="merged",
                        to="lessons.lesson",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lessons",
                        to="people.organisation",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="lessons_owned",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="lessons",
                        to="reviews.review",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organisation", "state", "-changed_at", "-id"], name="lessons_by_state"),
                    models.Index(fields=["organisation", "-changed_at", "-id"], name="lessons_newest_first"),
                    models.Index(fields=["organisation", "review_on"], name="lessons_due"),
                ],
            },
            bases=(afteraction.web.people.models.Traced, models.Model),
        ),
        migrations.CreateModel(
            name="LessonChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("before", models.CharField(blank=True, max_length=10)),
                ("after", models.CharField(max_length=10)),
                ("why", models.CharField(max_length=500)),
                ("evidence", models.JSONField(blank=True, default=dict)),
                ("at", models.DateTimeField()),
                (
                    "lesson",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="lessons.lesson"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="LessonDeal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("deal_id", models.CharField(max_length=300)),
                ("contradicts", models.BooleanField(default=False)),
                ("note", models.CharField(blank=True, max_length=300)),
                ("added_at", models.DateTimeField()),
                (
                    "lesson",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="deals", to="lessons.lesson"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("lesson", "deal_id"), name="a_deal_once_a_lesson")],
            },
        ),
        migrations.CreateModel(
            name="LessonMerge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("moved", models.JSONField(default=dict)),
                ("at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "kept",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="merges", to="lessons.lesson"
                    ),
                ),
                (
                    "merged",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="merged_by", to="lessons.lesson"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lesson_merges",
                        to="people.organisation",
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["organisation", "-at", "-id"], name="lesson_merges_newest_first")],
            },
        ),
        migrations.CreateModel(
            name="LessonPair",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("similarity", models.FloatField(help_text="From 0 to 1, by text_vectors.py.")),
                (
                    "state",
                    models.CharField(
                        choices=[("found", "To look at"), ("differ", "They differ"), ("merged", "Merged")],
                        default="found",
                        max_length=10,
                    ),
                ),
                ("found_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "first",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="pairs_as_first", to="lessons.lesson"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lesson_pairs",
                        to="people.organisation",
                    ),
                ),
                (
                    "second",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="pairs_as_second", to="lessons.lesson"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organisation", "state", "-similarity", "id"], name="lesson_pairs_to_look_at")
                ],
                "constraints": [models.UniqueConstraint(fields=("first", "second"), name="one_pair_of_two_lessons")],
            },
        ),
        migrations.CreateModel(
            name="LessonRanking",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("intercept", models.FloatField()),
                ("weights", models.JSONField(default=dict)),
                ("lessons", models.JSONField(default=dict)),
                ("answers", models.PositiveIntegerField(default=0)),
                ("made_at", models.DateTimeField()),
                (
                    "organisation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lesson_ranking",
                        to="people.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LessonUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("deal_id", models.CharField(max_length=300)),
                (
                    "said",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Nothing"),
                            ("used", "Used it"),
                            ("not_useful", "Not useful"),
                            ("wrong", "Wrong"),
                        ],
                        max_length=12,
                    ),
                ),
                ("shown_at", models.DateTimeField()),
                ("said_at", models.DateTimeField(null=True)),
                ("why", models.CharField(blank=True, max_length=300)),
                (
                    "fit",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="How it fitted the deal when it was shown, as lesson_ranking.py measures it.",
                    ),
                ),
                (
                    "lesson",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="uses", to="lessons.lesson"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lesson_uses",
                        to="people.organisation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lesson_uses",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organisation", "deal_id"], name="lesson_uses_of_a_deal"),
                    models.Index(fields=["lesson", "said"], name="lesson_uses_by_answer"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("lesson", "deal_id", "person"), name="a_lesson_once_a_deal_and_person"
                    )
                ],
            },
        ),
        migrations.RunPython(make_search, migrations.RunPython.noop),
    ]
