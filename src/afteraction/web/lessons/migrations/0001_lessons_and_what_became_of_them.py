import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import afteraction.web.people.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0004_how_the_mail_of_invitations_fares"),
        ("reviews", "0003_newest_reviews_of_owner_and_team"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
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
        ),
        migrations.AddIndex(
            model_name="lesson",
            index=models.Index(fields=["organisation", "state", "-changed_at", "-id"], name="lessons_by_state"),
        ),
        migrations.AddIndex(
            model_name="lesson",
            index=models.Index(fields=["organisation", "-changed_at", "-id"], name="lessons_newest_first"),
        ),
        migrations.AddIndex(
            model_name="lesson",
            index=models.Index(fields=["organisation", "review_on"], name="lessons_due"),
        ),
        migrations.AddConstraint(
            model_name="lessondeal",
            constraint=models.UniqueConstraint(fields=("lesson", "deal_id"), name="a_deal_once_a_lesson"),
        ),
        migrations.AddIndex(
            model_name="lessonuse",
            index=models.Index(fields=["organisation", "deal_id"], name="lesson_uses_of_a_deal"),
        ),
        migrations.AddIndex(
            model_name="lessonuse",
            index=models.Index(fields=["lesson", "said"], name="lesson_uses_by_answer"),
        ),
        migrations.AddConstraint(
            model_name="lessonuse",
            constraint=models.UniqueConstraint(
                fields=("lesson", "deal_id", "person"), name="a_lesson_once_a_deal_and_person"
            ),
        ),
    ]
