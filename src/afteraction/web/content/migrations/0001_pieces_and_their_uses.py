import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import afteraction.web.people.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0004_how_the_mail_of_invitations_fares"),
        ("people", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="ContentState",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("matched_version", models.PositiveIntegerField(default=0)),
                ("matched_at", models.DateTimeField(null=True)),
                ("measured_version", models.PositiveIntegerField(default=0)),
                ("measured_at", models.DateTimeField(null=True)),
                (
                    "roles",
                    models.JSONField(
                        default=list, help_text="The roles of buyers that the record has, the most common first."
                    ),
                ),
                (
                    "organisation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="content_state",
                        to="people.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Piece",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("record_id", models.CharField(blank=True, max_length=300)),
                ("title", models.CharField(max_length=160)),
                ("kind", models.CharField(blank=True, max_length=80)),
                ("address", models.URLField(blank=True, max_length=500)),
                ("reference", models.CharField(blank=True, max_length=300, verbose_name="file")),
                ("text", models.TextField(blank=True, max_length=8000, verbose_name="what it says")),
                ("stage", models.CharField(blank=True, max_length=200)),
                ("segment", models.CharField(blank=True, max_length=200)),
                ("buyer_role", models.CharField(blank=True, max_length=120, verbose_name="for whom")),
                ("valid_until", models.DateField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "To be approved"), ("in_use", "In use"), ("retired", "Retired")],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("retired_because", models.CharField(blank=True, max_length=300)),
                (
                    "search_words",
                    models.TextField(blank=True, help_text="What it is searched by, as search.py writes words."),
                ),
                ("made_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("deals", models.PositiveIntegerField(default=0, help_text="In how many deals it was used.")),
                ("last_used_at", models.DateTimeField(null=True)),
                ("figures", models.JSONField(blank=True, default=dict)),
                ("effect", models.JSONField(blank=True, default=dict)),
                ("data_version", models.PositiveIntegerField(null=True)),
                ("measured_at", models.DateTimeField(null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pieces",
                        to="people.organisation",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="pieces",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "registered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            bases=(afteraction.web.people.models.Traced, models.Model),
        ),
        migrations.CreateModel(
            name="EffectDeals",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("had", models.JSONField(default=list)),
                ("had_not", models.JSONField(default=list)),
                (
                    "piece",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="compared", to="content.piece"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DealLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("deal_id", models.CharField(max_length=300)),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("reader_role", models.CharField(blank=True, max_length=120)),
                ("made_at", models.DateTimeField()),
                ("ends_on", models.DateField()),
                ("opened", models.PositiveIntegerField(default=0)),
                ("opened_on", models.DateField(null=True)),
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.organisation"
                    ),
                ),
                (
                    "piece",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="links", to="content.piece"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PieceUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("deal_id", models.CharField(max_length=300)),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("record", "The record"),
                            ("touch", "A logged touch"),
                            ("link", "A link was opened"),
                            ("tap", "A colleague said so"),
                        ],
                        max_length=8,
                    ),
                ),
                ("key", models.CharField(max_length=300)),
                ("at", models.DateTimeField()),
                ("version", models.PositiveIntegerField(default=1)),
                ("actor", models.CharField(blank=True, max_length=200)),
                ("reader_role", models.CharField(blank=True, max_length=120)),
                ("seconds", models.FloatField(null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="people.organisation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="piece_uses",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "piece",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="uses",
                        to="content.piece",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PieceVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("address", models.URLField(blank=True, max_length=500)),
                ("reference", models.CharField(blank=True, max_length=300)),
                ("text", models.TextField(blank=True)),
                ("valid_until", models.DateField(null=True)),
                ("note", models.CharField(blank=True, max_length=300)),
                ("at", models.DateTimeField()),
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
                    "piece",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="versions", to="content.piece"
                    ),
                ),
            ],
            options={
                "ordering": ["-number"],
            },
        ),
        migrations.CreateModel(
            name="Rating",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("useful", models.BooleanField()),
                ("comment", models.CharField(blank=True, max_length=300)),
                ("version", models.PositiveIntegerField(default=1)),
                ("at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="piece_ratings",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "piece",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="ratings", to="content.piece"
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="DealRoles",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("deal_id", models.CharField(max_length=300)),
                ("roles", models.JSONField(default=list)),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="people.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("organisation", "deal_id"), name="roles_of_a_deal")],
            },
        ),
        migrations.AddIndex(
            model_name="piece",
            index=models.Index(fields=["organisation", "state", "title", "id"], name="pieces_by_state"),
        ),
        migrations.AddIndex(
            model_name="piece",
            index=models.Index(fields=["organisation", "valid_until"], name="pieces_by_validity"),
        ),
        migrations.AddConstraint(
            model_name="piece",
            constraint=models.UniqueConstraint(
                condition=models.Q(("record_id", ""), _negated=True),
                fields=("organisation", "record_id"),
                name="one_piece_of_a_record_id",
            ),
        ),
        migrations.AddIndex(
            model_name="deallink",
            index=models.Index(fields=["organisation", "deal_id"], name="piece_links_of_a_deal"),
        ),
        migrations.AddIndex(
            model_name="pieceuse",
            index=models.Index(fields=["organisation", "deal_id", "at"], name="piece_uses_of_a_deal"),
        ),
        migrations.AddIndex(
            model_name="pieceuse",
            index=models.Index(fields=["piece", "-at", "-id"], name="piece_uses_newest_first"),
        ),
        migrations.AddConstraint(
            model_name="pieceuse",
            constraint=models.UniqueConstraint(
                fields=("piece", "source", "deal_id", "key"), name="a_use_of_a_piece_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="pieceversion",
            constraint=models.UniqueConstraint(fields=("piece", "number"), name="a_piece_version_once"),
        ),
        migrations.AddConstraint(
            model_name="rating",
            constraint=models.UniqueConstraint(fields=("piece", "person"), name="a_piece_rated_once"),
        ),
    ]
