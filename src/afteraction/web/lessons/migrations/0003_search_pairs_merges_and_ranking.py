import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from afteraction.web.lessons.search import INDEX


def make_search(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    sqlite = schema_editor.connection.vendor == "sqlite"
    for statement in INDEX.sqlite_schema if sqlite else INDEX.postgresql_schema:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [
        ("lessons", "0001_lessons_and_what_became_of_them"),
        ("people", "0004_how_the_mail_of_invitations_fares"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="lessonuse",
            name="fit",
            field=models.JSONField(
                blank=True,
                default=dict,
                help_text="How it fitted the deal when it was shown, as lesson_ranking.py measures it.",
            ),
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
        migrations.RunPython(make_search, migrations.RunPython.noop),
    ]
