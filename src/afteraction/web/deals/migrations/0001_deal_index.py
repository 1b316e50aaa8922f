import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0001_organisations_teams_and_users"),
    ]

    operations = [
        migrations.CreateModel(
            name="IndexState",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0)),
                ("deals", models.PositiveIntegerField(default=0)),
                ("indexed_at", models.DateTimeField(null=True)),
                (
                    "organisation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="index_state",
                        to="people.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Deal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("deal_id", models.CharField(max_length=300)),
                ("name", models.CharField(blank=True, max_length=500)),
                ("account_id", models.CharField(blank=True, max_length=300)),
                ("account_name", models.CharField(blank=True, max_length=500)),
                ("owner", models.CharField(blank=True, max_length=200)),
                ("team", models.CharField(blank=True, max_length=200)),
                ("outcome", models.CharField(max_length=20)),
                ("stage", models.CharField(blank=True, max_length=200)),
                ("pipeline", models.CharField(blank=True, max_length=200)),
                ("segment", models.CharField(blank=True, max_length=200)),
                ("source", models.CharField(blank=True, max_length=200)),
                ("competitor", models.CharField(blank=True, max_length=200)),
                ("lost_reason", models.CharField(blank=True, max_length=300)),
                ("amount", models.FloatField(null=True)),
                ("currency", models.CharField(blank=True, max_length=10)),
                ("created_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("expected_close_on", models.DateField(null=True)),
                (
                    "last_event_at",
                    models.DateTimeField(help_text="The newest of its dates: what the list is sorted by.", null=True),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="deals", to="people.organisation"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organisation", "-last_event_at", "-id"], name="deals_newest_first"),
                    models.Index(fields=["organisation", "outcome", "-last_event_at", "-id"], name="deals_by_outcome"),
                    models.Index(fields=["organisation", "owner", "-last_event_at", "-id"], name="deals_by_owner"),
                    models.Index(fields=["organisation", "segment", "-last_event_at", "-id"], name="deals_by_segment"),
                    models.Index(fields=["organisation", "stage", "-last_event_at", "-id"], name="deals_by_stage"),
                ],
                "constraints": [models.UniqueConstraint(fields=("organisation", "deal_id"), name="one_deal_of_an_id")],
            },
        ),
    ]
