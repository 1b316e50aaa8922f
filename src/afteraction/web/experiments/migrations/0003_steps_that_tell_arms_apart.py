import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("experiments", "0002_deals_as_assigned"),
    ]

    operations = [
        migrations.AddField(
            model_name="exposure",
            name="as_owner",
            field=models.BooleanField(default=False, help_text="The deal was theirs when they saw it first."),
        ),
        migrations.CreateModel(
            name="StepDone",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("deal_id", models.CharField(max_length=300)),
                ("at", models.DateTimeField()),
                (
                    "protocol",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps_done",
                        to="experiments.protocol",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("protocol", "deal_id"), name="first_done_once_a_deal")],
            },
        ),
    ]
