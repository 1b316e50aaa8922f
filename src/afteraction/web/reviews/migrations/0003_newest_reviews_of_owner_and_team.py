from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0004_how_the_mail_of_invitations_fares"),
        ("reviews", "0002_reminders_by_the_hour_and_tallies"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="review",
            index=models.Index(fields=["organisation", "owner", "-closed_at", "-id"], name="reviews_of_owner_newest"),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(
                fields=["organisation", "team", "state", "-closed_at", "-id"], name="reviews_of_team_newest"
            ),
        ),
    ]
