import django.db.models.deletion
from django.db import migrations, models

import afteraction.web.buyers.models.answers


class Migration(migrations.Migration):
    dependencies = [
        ("buyers", "0001_asking_buyers"),
    ]

    operations = [
        migrations.CreateModel(
            name="AnonymousAnswer",
            fields=[
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("de", "Deutsch"), ("fr", "Français"), ("es", "Español")],
                        default="en",
                        max_length=5,
                    ),
                ),
                (
                    "cause",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("product", "The product"),
                            ("price", "The price"),
                            ("story", "How it was explained"),
                            ("none", "Something else"),
                        ],
                        max_length=10,
                    ),
                ),
                ("drivers", models.JSONField(default=list)),
                ("score", models.SmallIntegerField(null=True)),
                (
                    "engaged",
                    models.CharField(
                        blank=True, choices=[("yes", "Yes"), ("partly", "Partly"), ("no", "No")], max_length=10
                    ),
                ),
                ("better", models.TextField(blank=True, max_length=4000)),
                ("apart", models.TextField(blank=True, max_length=4000)),
                ("changed", models.TextField(blank=True, max_length=4000)),
                (
                    "id",
                    models.BigAutoField(
                        default=afteraction.web.buyers.models.answers.random_key, primary_key=True, serialize=False
                    ),
                ),
                ("outcome", models.CharField(max_length=20)),
                ("quarter", models.CharField(max_length=7)),
                ("segment", models.CharField(blank=True, max_length=200)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="anonymous_answers",
                        to="people.organisation",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="BuyerAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("de", "Deutsch"), ("fr", "Français"), ("es", "Español")],
                        default="en",
                        max_length=5,
                    ),
                ),
                (
                    "cause",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("product", "The product"),
                            ("price", "The price"),
                            ("story", "How it was explained"),
                            ("none", "Something else"),
                        ],
                        max_length=10,
                    ),
                ),
                ("drivers", models.JSONField(default=list)),
                ("score", models.SmallIntegerField(null=True)),
                (
                    "engaged",
                    models.CharField(
                        blank=True, choices=[("yes", "Yes"), ("partly", "Partly"), ("no", "No")], max_length=10
                    ),
                ),
                ("better", models.TextField(blank=True, max_length=4000)),
                ("apart", models.TextField(blank=True, max_length=4000)),
                ("changed", models.TextField(blank=True, max_length=4000)),
                (
                    "source",
                    models.CharField(
                        choices=[("questionnaire", "Questionnaire"), ("interview", "Interview")],
                        default="questionnaire",
                        max_length=14,
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=200)),
                (
                    "may_quote",
                    models.CharField(
                        choices=[("no", "No"), ("unnamed", "Yes, without my name"), ("named", "Yes, with my name")],
                        default="no",
                        max_length=10,
                    ),
                ),
                ("answered_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField(null=True)),
                (
                    "browser_hash",
                    models.CharField(blank=True, help_text="Of the browser that may change it.", max_length=64),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="buyer_answers",
                        to="people.organisation",
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="buyer_answers", to="reviews.review"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="HeldAnswer",
            fields=[
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("de", "Deutsch"), ("fr", "Français"), ("es", "Español")],
                        default="en",
                        max_length=5,
                    ),
                ),
                (
                    "cause",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("product", "The product"),
                            ("price", "The price"),
                            ("story", "How it was explained"),
                            ("none", "Something else"),
                        ],
                        max_length=10,
                    ),
                ),
                ("drivers", models.JSONField(default=list)),
                ("score", models.SmallIntegerField(null=True)),
                (
                    "engaged",
                    models.CharField(
                        blank=True, choices=[("yes", "Yes"), ("partly", "Partly"), ("no", "No")], max_length=10
                    ),
                ),
                ("better", models.TextField(blank=True, max_length=4000)),
                ("apart", models.TextField(blank=True, max_length=4000)),
                ("changed", models.TextField(blank=True, max_length=4000)),
                (
                    "id",
                    models.BigAutoField(
                        default=afteraction.web.buyers.models.answers.random_key, primary_key=True, serialize=False
                    ),
                ),
                ("outcome", models.CharField(max_length=20)),
                ("quarter", models.CharField(max_length=7)),
                ("segment", models.CharField(blank=True, max_length=200)),
                ("not_before", models.DateField()),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.organisation"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="buyeranswer",
            name="invitation",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="answer", to="buyers.invitation"
            ),
        ),
        migrations.AddIndex(
            model_name="buyeranswer",
            index=models.Index(fields=["organisation", "-answered_at", "-id"], name="buyer_answers_newest_first"),
        ),
    ]
