from django.db import migrations, models

from afteraction.web.isolation.expanding import AddIndexBeside


class Migration(migrations.Migration):
    """The home page of a manager looks for the deals of their team, not through those of all teams."""

    atomic = False
    dependencies = [("deals", "0001_deals")]
    operations = [
        AddIndexBeside(
            model_name="deal",
            index=models.Index(
                condition=models.Q(("outcome", "open")),
                fields=["organisation", "team", "last_event_at", "id"],
                name="deals_open_of_team",
            ),
        )
    ]
