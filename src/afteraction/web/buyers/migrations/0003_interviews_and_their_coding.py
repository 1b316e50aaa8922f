import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import afteraction.web.people.models


class Migration(migrations.Migration):
    dependencies = [
        ("buyers", "0002_what_buyers_say"),
    ]

    operations = [
        migrations.CreateModel(
            name="Coding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("begun_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "coder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="codings", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Code",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("start", models.PositiveIntegerField()),
                ("end", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[("suggested", "Suggested"), ("confirmed", "Confirmed"), ("rejected", "Rejected")],
                        default="suggested",
                        max_length=10,
                    ),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("person", "Found by the coder"),
                            ("similarity", "Suggested by similar words"),
                            ("model", "Suggested by the language model"),
                        ],
                        default="person",
                        max_length=12,
                    ),
                ),
                ("why", models.CharField(blank=True, max_length=300)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "driver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="codes", to="reviews.driver"
                    ),
                ),
                (
                    "coding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="codes", to="buyers.coding"
                    ),
                ),
            ],
            options={
                "ordering": ["start", "id"],
            },
        ),
        migrations.CreateModel(
            name="Interview",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("interviewee", models.CharField(blank=True, max_length=200, verbose_name="who was asked")),
                ("interviewer", models.CharField(max_length=200, verbose_name="who asked")),
                ("held_on", models.DateField(verbose_name="on")),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("de", "Deutsch"), ("fr", "Français"), ("es", "Español")],
                        default="en",
                        max_length=5,
                    ),
                ),
                (
                    "consent",
                    models.CharField(
                        choices=[
                            ("", "Not asked"),
                            ("notes", "Notes for us alone"),
                            ("quote", "May be quoted without name"),
                            ("named", "May be quoted with name"),
                        ],
                        max_length=10,
                    ),
                ),
                ("transcript", models.TextField(blank=True, max_length=200000)),
                ("made_at", models.DateTimeField()),
                (
                    "answer",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="interview",
                        to="buyers.buyeranswer",
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="interviews", to="people.organisation"
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="interviews", to="reviews.review"
                    ),
                ),
            ],
            options={
                "ordering": ["-held_on", "-id"],
            },
            bases=(afteraction.web.people.models.Traced, models.Model),
        ),
        migrations.AddField(
            model_name="coding",
            name="interview",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="codings", to="buyers.interview"
            ),
        ),
        migrations.CreateModel(
            name="ModelRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.CharField(max_length=300)),
                ("model", models.CharField(max_length=200)),
                ("sent", models.JSONField(default=list)),
                ("asked_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("done", "Done"), ("failed", "Failed")],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("message", models.CharField(blank=True, max_length=500)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "coding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="requests", to="buyers.coding"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="code",
            constraint=models.UniqueConstraint(
                fields=("coding", "driver", "start", "end"), name="a_passage_coded_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="coding",
            constraint=models.UniqueConstraint(fields=("interview", "coder"), name="one_coding_of_a_coder"),
        ),
    ]
