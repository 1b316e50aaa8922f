import datetime

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("experiments", "0001_experiments_and_their_ledger"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="assignment",
            name="one_arm_of_a_unit_in_a_period",
        ),
        migrations.AddField(
            model_name="assignment",
            name="began",
            field=models.DateTimeField(default=datetime.datetime(2026, 1, 1, 0, 0, tzinfo=datetime.UTC)),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="assignment",
            name="cluster",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="assignment",
            name="late",
            field=models.BooleanField(default=False, help_text="It came into the record after deals that began later."),
        ),
        migrations.AddField(
            model_name="assignment",
            name="left_out",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "In an arm"),
                    ("washout", "Began in the days at the start of a period that count in no arm"),
                    ("elsewhere", "Its rep or team is not in the trial"),
                    ("other", "Not a deal that the trial is about"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="assignment",
            name="arm",
            field=models.CharField(blank=True, help_text="Empty: in no arm, as `left_out` says.", max_length=40),
        ),
        migrations.AlterField(
            model_name="assignment",
            name="stratum",
            field=models.CharField(blank=True, max_length=400),
        ),
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(fields=["protocol", "batch"], name="assigned_by_batch"),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.UniqueConstraint(fields=("protocol", "unit"), name="one_arm_of_a_deal"),
        ),
    ]
