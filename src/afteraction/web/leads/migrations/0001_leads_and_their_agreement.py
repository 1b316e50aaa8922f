import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import afteraction.web.people.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0004_how_the_mail_of_invitations_fares"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Agreement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "Waits for signatures"),
                            ("in_force", "In force"),
                            ("replaced", "Replaced"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="proposed",
                        max_length=10,
                    ),
                ),
                ("terms", models.JSONField(default=dict)),
                ("digest", models.CharField(max_length=64)),
                ("reason", models.TextField(max_length=2000, verbose_name="why")),
                (
                    "history",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="What it would have meant for the leads of the last quarter.",
                    ),
                ),
                ("proposed_at", models.DateTimeField()),
                ("in_force_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "marketing_owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lead_agreements",
                        to="people.organisation",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "referee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "sales_owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "sponsor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            bases=(afteraction.web.people.models.Traced, models.Model),
        ),
        migrations.CreateModel(
            name="Lead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("lead_id", models.CharField(max_length=300)),
                ("source", models.CharField(blank=True, max_length=80)),
                ("campaign", models.CharField(blank=True, max_length=80)),
                (
                    "person",
                    models.CharField(
                        blank=True, help_text="As the record names who it is: an id or a name.", max_length=300
                    ),
                ),
                ("person_name", models.CharField(blank=True, max_length=200)),
                ("account", models.CharField(blank=True, max_length=300)),
                ("account_name", models.CharField(blank=True, max_length=300)),
                ("owner_name", models.CharField(blank=True, max_length=200)),
                ("team", models.CharField(blank=True, max_length=80)),
                ("came_at", models.DateTimeField()),
                (
                    "status",
                    models.CharField(blank=True, help_text="The record's own word for where it stands.", max_length=80),
                ),
                ("status_at", models.DateTimeField(null=True)),
                (
                    "attempts",
                    models.PositiveIntegerField(default=0, help_text="On record; those told here are counted apart."),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("new", "New"),
                            ("assigned", "Handed over"),
                            ("accepted", "Accepted"),
                            ("returned", "Returned"),
                            ("nurturing", "Nurtured"),
                            ("converted", "A deal"),
                            ("won", "Won"),
                            ("lost", "Deal not won"),
                            ("dead", "Dead"),
                        ],
                        max_length=10,
                    ),
                ),
                ("next_at", models.DateTimeField()),
                ("since", models.DateTimeField(help_text="From when on it has stood as it does.")),
                ("handed_at", models.DateTimeField(null=True)),
                ("owned_at", models.DateTimeField(null=True)),
                ("due_at", models.DateTimeField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("answer_minutes", models.FloatField(null=True)),
                ("accepted_at", models.DateTimeField(null=True)),
                ("level", models.PositiveSmallIntegerField(default=0)),
                ("reason", models.CharField(blank=True, help_text="Why it was returned, or died.", max_length=80)),
                ("deal_id", models.CharField(blank=True, max_length=300)),
                ("attempts_here", models.PositiveIntegerField(default=0)),
                (
                    "chance",
                    models.FloatField(help_text="Its chance to become revenue, from 0 to 1; see scores.py.", null=True),
                ),
                ("points", models.FloatField(null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="leads",
                        to="people.organisation",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="leads",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LeadAttempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "way",
                    models.CharField(
                        choices=[("call", "Call"), ("mail", "Mail"), ("message", "Message")],
                        default="call",
                        max_length=8,
                    ),
                ),
                ("reached", models.BooleanField(default=False)),
                ("at", models.DateTimeField()),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="attempts_told", to="leads.lead"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"ordering": ["at", "id"]},
        ),
        migrations.CreateModel(
            name="LeadEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("record", "The record said so"),
                            ("handed", "Handed over"),
                            ("answered", "Called or written to"),
                            ("accepted", "Accepted"),
                            ("returned", "Returned"),
                            ("nurtured", "Taken back by marketing"),
                            ("converted", "Made a deal"),
                            ("ended", "Given up"),
                            ("snoozed", "Put off"),
                            ("reassigned", "Given to another"),
                            ("owner_left", "Its owner left"),
                            ("broken", "Not answered in time"),
                            ("merged", "Merged"),
                        ],
                        max_length=12,
                    ),
                ),
                ("before", models.CharField(blank=True, max_length=10)),
                ("after", models.CharField(max_length=10)),
                ("why", models.CharField(blank=True, max_length=500)),
                ("detail", models.JSONField(blank=True, default=dict)),
                ("at", models.DateTimeField()),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="events", to="leads.lead"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"ordering": ["-at", "-id"]},
        ),
        migrations.CreateModel(
            name="LeadIndex",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0)),
                ("heading", models.PositiveIntegerField(default=0)),
                (
                    "made_at",
                    models.DateTimeField(
                        help_text="When that version was made: another lake has other times.", null=True
                    ),
                ),
                ("leads", models.PositiveIntegerField(default=0)),
                ("choices", models.JSONField(default=dict)),
                (
                    "organisation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lead_index", to="people.organisation"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LeadMail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sent_on", models.DateField(null=True)),
                ("wanted", models.BooleanField(default=True)),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lead_mail",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LeadQueue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100)),
                (
                    "of_marketing",
                    models.BooleanField(default=False, help_text="Whether what lies in it is marketing's."),
                ),
                (
                    "answerable",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lead_queues",
                        to="people.organisation",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="people.team",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="lead",
            name="queue",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="leads",
                to="leads.leadqueue",
            ),
        ),
    ]
