from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("deals", "0003_search")]

    operations = [
        migrations.RemoveIndex(
            model_name="deal",
            name="deals_newest_first",
        ),
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(
                fields=[
                    "organisation",
                    "-last_event_at",
                    "-id",
                    "outcome",
                    "stage",
                    "owner",
                    "team",
                    "segment",
                    "source",
                    "competitor",
                    "box",
                    "amount",
                    "chance",
                    "created_at",
                    "closed_at",
                ],
                name="deals_newest_first",
            ),
        ),
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(
                condition=models.Q(("outcome", "open")),
                fields=["organisation", "owner", "chance", "id"],
                name="deals_open_of_owner",
            ),
        ),
    ]
