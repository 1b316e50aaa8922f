import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import afteraction.web.coaching.models
import afteraction.web.people.models


class Migration(migrations.Migration):
    dependencies = [
        ("coaching", "0001_meetings_and_commitments"),
        ("buyers", "0003_interviews_and_their_coding"),
        ("lessons", "0003_search_pairs_merges_and_ranking"),
        ("people", "0004_how_the_mail_of_invitations_fares"),
        ("reviews", "0003_newest_reviews_of_owner_and_team"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Assessment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("begun_at", models.DateTimeField()),
                ("rep_done_at", models.DateTimeField(null=True)),
                ("manager_done_at", models.DateTimeField(null=True)),
                (
                    "manager",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.organisation"
                    ),
                ),
                (
                    "rep",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="assessments",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-begun_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(help_text="Its words alone: the same question is one row.", max_length=300)),
                ("text", models.CharField(max_length=300, verbose_name="question")),
                ("stage", models.CharField(blank=True, max_length=200)),
                ("made_at", models.DateTimeField()),
                ("hidden_at", models.DateTimeField(null=True)),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.organisation"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="QuestionHeard",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("field", models.CharField(blank=True, max_length=20)),
                (
                    "answer",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="reviews.answer"
                    ),
                ),
                (
                    "interview",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="buyers.interview"
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="heard", to="coaching.question"
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="reviews.review"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="QuestionRating",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("useful", models.BooleanField()),
                ("at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="ratings", to="coaching.question"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Skill",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80)),
                ("description", models.CharField(blank=True, max_length=300)),
                ("steps", models.JSONField(default=list)),
                ("place", models.PositiveSmallIntegerField(default=0)),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="skills", to="people.organisation"
                    ),
                ),
            ],
            options={
                "ordering": ["place", "name"],
            },
            bases=(afteraction.web.people.models.Traced, models.Model),
        ),
        migrations.CreateModel(
            name="SkillRating",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "level",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(5),
                        ]
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="an example")),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="ratings", to="coaching.assessment"
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "skill",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="coaching.skill"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("rep_done_at", None), ("manager_done_at", None), _connector="OR"),
                fields=("rep", "manager"),
                name="one_unfinished_assessment_of_a_pair",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.UniqueConstraint(fields=("organisation", "key"), name="a_question_once"),
        ),
        migrations.AddIndex(
            model_name="questionheard",
            index=models.Index(fields=["question", "review"], name="heard_by_question"),
        ),
        migrations.AddConstraint(
            model_name="questionrating",
            constraint=models.UniqueConstraint(fields=("question", "person"), name="one_rating_of_a_person"),
        ),
        migrations.AddConstraint(
            model_name="skill",
            constraint=models.UniqueConstraint(fields=("organisation", "name"), name="one_skill_of_a_name"),
        ),
        migrations.AddConstraint(
            model_name="skillrating",
            constraint=models.UniqueConstraint(
                fields=("assessment", "skill", "author"), name="one_rating_of_a_skill_and_author"
            ),
        ),
    ]
