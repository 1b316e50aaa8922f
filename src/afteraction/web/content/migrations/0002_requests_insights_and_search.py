import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import afteraction.web.people.models
from afteraction.web.content.search import INDEX


def make_search(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    sqlite = schema_editor.connection.vendor == "sqlite"
    for statement in INDEX.sqlite_schema if sqlite else INDEX.postgresql_schema:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [
        ("content", "0001_pieces_and_their_uses"),
        ("lessons", "0003_search_pairs_merges_and_ranking"),
        ("people", "0004_how_the_mail_of_invitations_fares"),
        ("people", "__first__"),
        ("reviews", "0003_newest_reviews_of_owner_and_team"),
    ]

    operations = [
        migrations.CreateModel(
            name="Insight",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=160)),
                ("text", models.TextField(blank=True, max_length=8000)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("checked", "Waits for approval"),
                            ("approved", "Approved"),
                            ("dropped", "Dropped"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                (
                    "removed",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="How many of each kind were removed: names, amounts and so on; never which.",
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("checked_at", models.DateTimeField(null=True)),
                ("approved_at", models.DateTimeField(null=True)),
                ("dropped_because", models.CharField(blank=True, max_length=300)),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "checked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "made_by",
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="insight_pieces",
                        to="people.organisation",
                    ),
                ),
                (
                    "piece",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="insight",
                        to="content.piece",
                    ),
                ),
            ],
            bases=(afteraction.web.people.models.Traced, models.Model),
        ),
        migrations.CreateModel(
            name="ContentRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=160, verbose_name="what is needed")),
                ("why", models.TextField(blank=True, max_length=2000, verbose_name="what it should do for the buyer")),
                ("stage", models.CharField(blank=True, max_length=200)),
                ("segment", models.CharField(blank=True, max_length=200)),
                ("buyer_role", models.CharField(blank=True, max_length=120, verbose_name="for whom")),
                ("asked_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("answered", "Answered"), ("declined", "Declined")],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("answer", models.CharField(blank=True, max_length=500)),
                ("answered_at", models.DateTimeField(null=True)),
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
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="content_requests",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="content_requests",
                        to="people.organisation",
                    ),
                ),
                (
                    "piece",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="requests",
                        to="content.piece",
                    ),
                ),
            ],
            bases=(afteraction.web.people.models.Traced, models.Model),
        ),
        migrations.CreateModel(
            name="RequestDeal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("deal_id", models.CharField(max_length=300)),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="deals", to="content.contentrequest"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RequestNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("told_at", models.DateTimeField()),
                ("mailed_at", models.DateTimeField(null=True)),
                ("seen_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="content_notices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="notices", to="content.contentrequest"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RequestVote",
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
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="votes", to="content.contentrequest"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReviewConsent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("given_at", models.DateTimeField()),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.organisation"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="review_consents",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "review",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="content_consent", to="reviews.review"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="InsightPart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "insight",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="parts", to="content.insight"
                    ),
                ),
                (
                    "lesson",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="lessons.lesson"
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="reviews.review"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lesson__isnull", False), ("review__isnull", True)),
                            models.Q(("lesson__isnull", True), ("review__isnull", False)),
                            _connector="OR",
                        ),
                        name="a_part_is_a_lesson_or_a_review",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="insight",
            index=models.Index(fields=["organisation", "state", "-made_at"], name="insight_pieces_newest"),
        ),
        migrations.AddIndex(
            model_name="contentrequest",
            index=models.Index(fields=["organisation", "state", "-asked_at"], name="content_requests_newest"),
        ),
        migrations.AddConstraint(
            model_name="requestdeal",
            constraint=models.UniqueConstraint(fields=("request", "deal_id"), name="a_deal_once_a_request"),
        ),
        migrations.AddConstraint(
            model_name="requestnotice",
            constraint=models.UniqueConstraint(fields=("request", "person"), name="told_once_of_a_request"),
        ),
        migrations.AddConstraint(
            model_name="requestvote",
            constraint=models.UniqueConstraint(fields=("request", "person"), name="a_vote_once_a_request"),
        ),
        migrations.RunPython(make_search, migrations.RunPython.noop),
    ]
