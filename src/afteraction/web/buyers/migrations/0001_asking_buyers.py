import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import afteraction.web.buyers.models.programme
import afteraction.web.people.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0003_names_that_people_read"),
        ("people", "__first__"),
        ("reviews", "0002_reminders_by_the_hour_and_tallies"),
    ]

    operations = [
        migrations.CreateModel(
            name="Asking",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("preview", "Preview"),
                            ("asked", "Asked"),
                            ("withheld", "Withheld"),
                            ("nobody", "No address"),
                            ("left_out", "Not drawn"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        max_length=12,
                    ),
                ),
                ("weight", models.FloatField(default=1.0)),
                ("opened_at", models.DateTimeField()),
                ("send_after", models.DateTimeField(help_text="When the preview ends.", null=True)),
                ("withheld_at", models.DateTimeField(null=True)),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("asked_not_to", "The buyer asked not to be contacted"),
                            ("dispute", "There is a dispute or a complaint under way"),
                            ("negotiating", "We are still talking with them"),
                            ("asked_already", "They were asked in another way already"),
                            ("wrong_person", "The wrong person"),
                            ("other", "Another reason"),
                        ],
                        max_length=20,
                    ),
                ),
                ("reason_text", models.CharField(blank=True, max_length=500)),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="askings",
                        to="people.organisation",
                    ),
                ),
                (
                    "review",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="asking", to="reviews.review"
                    ),
                ),
                (
                    "withheld_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="withheld",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="BuyerFigures",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("made_at", models.DateTimeField()),
                ("content", models.JSONField(default=dict)),
                (
                    "organisation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="buyer_figures",
                        to="people.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="BuyerWords",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("de", "Deutsch"), ("fr", "Français"), ("es", "Español")],
                        max_length=5,
                    ),
                ),
                ("words", models.CharField(max_length=120)),
                (
                    "driver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="buyer_words", to="reviews.driver"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(blank=True, max_length=200)),
                ("email", models.EmailField(max_length=254)),
                ("job", models.CharField(blank=True, max_length=200)),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("de", "Deutsch"), ("fr", "Français"), ("es", "Español")],
                        default="en",
                        max_length=5,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("preview", "Preview"),
                            ("sent", "Sent"),
                            ("reminded", "Reminded"),
                            ("answered", "Answered"),
                            ("anonymous", "Answered anonymously"),
                            ("declined", "Declined"),
                            ("expired", "Not answered"),
                            ("withheld", "Withheld"),
                            ("unsubscribed", "Unsubscribed"),
                            ("bounced", "Address unknown"),
                        ],
                        default="preview",
                        max_length=12,
                    ),
                ),
                ("sent_at", models.DateTimeField(null=True)),
                ("reminded_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField(null=True)),
                ("problem", models.CharField(blank=True, max_length=300)),
                (
                    "asking",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="invitations", to="buyers.asking"
                    ),
                ),
                (
                    "typed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("content", models.JSONField(default=dict)),
                ("saved_at", models.DateTimeField()),
                (
                    "invitation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="draft", to="buyers.invitation"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Link",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField()),
                (
                    "invitation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="links", to="buyers.invitation"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MailText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("de", "Deutsch"), ("fr", "Français"), ("es", "Español")],
                        max_length=5,
                    ),
                ),
                ("subject", models.CharField(max_length=200)),
                ("body", models.TextField(max_length=5000)),
                ("reminder_subject", models.CharField(max_length=200, verbose_name="subject of the reminder")),
                ("reminder_body", models.TextField(max_length=5000, verbose_name="text of the reminder")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="buyer_mails",
                        to="people.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "mail to buyers",
                "verbose_name_plural": "mails to buyers",
            },
            bases=(afteraction.web.people.models.Traced, models.Model),
        ),
        migrations.CreateModel(
            name="Programme",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("is_on", models.BooleanField(default=False, verbose_name="ask buyers")),
                ("since", models.DateTimeField(blank=True, null=True, verbose_name="deals closed from")),
                ("outcomes", models.JSONField(default=afteraction.web.buyers.models.programme.all_outcomes)),
                (
                    "above",
                    models.FloatField(
                        blank=True, help_text="An amount; empty: of any amount.", null=True, verbose_name="deals from"
                    ),
                ),
                (
                    "share",
                    models.PositiveSmallIntegerField(
                        default=100, help_text="In percent, drawn by chance.", verbose_name="share of them"
                    ),
                ),
                ("seed", models.CharField(max_length=40)),
                ("most_people", models.PositiveSmallIntegerField(default=2, verbose_name="people asked per deal")),
                (
                    "company",
                    models.CharField(
                        blank=True,
                        help_text="As buyers know it; empty: the organisation's.",
                        max_length=200,
                        verbose_name="name of your company",
                    ),
                ),
                (
                    "sender",
                    models.CharField(
                        blank=True,
                        help_text="A person or team that buyers may trust with criticism: never the rep of the deal.",
                        max_length=200,
                        verbose_name="who asks",
                    ),
                ),
                ("reply_to", models.EmailField(blank=True, max_length=254, verbose_name="answers by mail go to")),
                ("wait_days", models.PositiveSmallIntegerField(default=5, verbose_name="days after closing")),
                ("preview_hours", models.PositiveSmallIntegerField(default=48, verbose_name="hours of preview")),
                (
                    "remind_days",
                    models.PositiveSmallIntegerField(
                        default=7,
                        help_text="One reminder, never more; 0: none.",
                        verbose_name="days until the reminder",
                    ),
                ),
                ("valid_days", models.PositiveSmallIntegerField(default=30, verbose_name="days that a link works")),
                ("languages", models.JSONField(default=afteraction.web.buyers.models.programme.english)),
                ("anonymous", models.BooleanField(default=True, verbose_name="buyers may answer anonymously")),
                ("asks_quote", models.BooleanField(default=True, verbose_name="ask whether we may quote them")),
                (
                    "organisation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="buyer_programme",
                        to="people.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "buyer programme",
                "verbose_name_plural": "buyer programmes",
            },
            bases=(afteraction.web.people.models.Traced, models.Model),
        ),
        migrations.CreateModel(
            name="Unsubscribed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address_hash", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="unsubscribed",
                        to="people.organisation",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="asking",
            index=models.Index(fields=["organisation", "state", "-opened_at", "-id"], name="askings_by_state"),
        ),
        migrations.AddIndex(
            model_name="asking",
            index=models.Index(fields=["state", "send_after"], name="askings_by_end_of_preview"),
        ),
        migrations.AddConstraint(
            model_name="buyerwords",
            constraint=models.UniqueConstraint(fields=("driver", "language"), name="one_wording_of_a_language"),
        ),
        migrations.AddIndex(
            model_name="invitation",
            index=models.Index(fields=["state", "expires_at"], name="invitations_by_expiry"),
        ),
        migrations.AddIndex(
            model_name="invitation",
            index=models.Index(fields=["state", "sent_at"], name="invitations_by_sending"),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(fields=("asking", "email"), name="one_invitation_of_an_address"),
        ),
        migrations.AddConstraint(
            model_name="mailtext",
            constraint=models.UniqueConstraint(
                fields=("organisation", "language"), name="one_buyer_mail_of_a_language"
            ),
        ),
        migrations.AddConstraint(
            model_name="unsubscribed",
            constraint=models.UniqueConstraint(
                fields=("organisation", "address_hash"), name="an_address_unsubscribes_once"
            ),
        ),
    ]
