import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0003_names_that_people_read"),
        ("reviews", "0001_reviews_and_their_drivers"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="driver",
            constraint=models.UniqueConstraint(fields=("organisation", "key"), name="one_driver_of_a_key"),
        ),
        migrations.AddIndex(
            model_name="expectation",
            index=models.Index(fields=["organisation", "deal_id", "made_at"], name="expectations_of_a_deal"),
        ),
        migrations.AddIndex(
            model_name="expectation",
            index=models.Index(fields=["person", "-made_at"], name="expectations_of_a_person"),
        ),
        migrations.AddIndex(
            model_name="expectation",
            index=models.Index(
                condition=models.Q(("locked_at", None)), fields=["organisation"], name="expectations_unlocked"
            ),
        ),
        migrations.AddConstraint(
            model_name="expectation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("locked_at", None)),
                fields=("organisation", "deal_id", "person", "stage"),
                name="one_open_expectation_of_a_stage",
            ),
        ),
        migrations.AddConstraint(
            model_name="nameddriver",
            constraint=models.UniqueConstraint(fields=("answer", "driver"), name="a_driver_once"),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(fields=["organisation", "state", "due_on", "id"], name="reviews_by_due_date"),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(fields=["organisation", "-closed_at", "-id"], name="reviews_newest_first"),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(fields=["organisation", "team", "state", "due_on", "id"], name="reviews_by_team"),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(fields=["person", "state", "due_on", "id"], name="reviews_by_person"),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.UniqueConstraint(
                fields=("organisation", "deal_id", "closing"), name="one_review_of_a_closing"
            ),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.UniqueConstraint(fields=("review", "voice"), name="one_answer_of_a_voice"),
        ),
        migrations.AddConstraint(
            model_name="taxonomyversion",
            constraint=models.UniqueConstraint(fields=("organisation", "number"), name="one_taxonomy_of_a_number"),
        ),
        migrations.AddField(
            model_name="reminder",
            name="wanted",
            field=models.BooleanField(default=True, verbose_name="remind me by mail"),
        ),
        migrations.AddField(
            model_name="reviewrules",
            name="digest_hour",
            field=models.PositiveSmallIntegerField(
                default=8,
                help_text="From 0 to 23.",
                validators=[django.core.validators.MaxValueValidator(23)],
                verbose_name="hour of the reminder",
            ),
        ),
        migrations.AddField(
            model_name="reviewrules",
            name="time_zone",
            field=models.CharField(
                blank=True, help_text="Such as Europe/Berlin; empty: that of the installation.", max_length=60
            ),
        ),
        migrations.AlterField(
            model_name="reminder",
            name="sent_on",
            field=models.DateField(null=True),
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("voices", "Who says what"), ("account", "Accountability")], max_length=10
                    ),
                ),
                ("content", models.JSONField(default=dict)),
                ("data_version", models.PositiveIntegerField(default=0)),
                ("made_at", models.DateTimeField()),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="tallies", to="people.organisation"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("organisation", "kind"), name="one_tally_of_a_kind")],
            },
        ),
    ]
