import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("deals", "0001_deal_index"),
        ("people", "0001_organisations_teams_and_users"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80)),
                ("query", models.CharField(blank=True, max_length=2000)),
                ("shared", models.BooleanField(default=False, verbose_name="Shared with my team")),
                ("made_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.RemoveIndex(
            model_name="deal",
            name="deals_newest_first",
        ),
        migrations.RemoveIndex(
            model_name="deal",
            name="deals_by_outcome",
        ),
        migrations.RemoveIndex(
            model_name="deal",
            name="deals_by_segment",
        ),
        migrations.RemoveIndex(
            model_name="deal",
            name="deals_by_stage",
        ),
        migrations.AddField(
            model_name="deal",
            name="box",
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddField(
            model_name="deal",
            name="chance",
            field=models.FloatField(help_text="Its chance of being won today, while it is open.", null=True),
        ),
        migrations.AddField(
            model_name="deal",
            name="chance_start",
            field=models.FloatField(help_text="Its chance of being won when it began, from 0 to 1.", null=True),
        ),
        migrations.AddField(
            model_name="deal",
            name="owner_name",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="deal",
            name="search_words",
            field=models.TextField(blank=True, help_text="What it is searched by, as search.py writes words."),
        ),
        migrations.AddField(
            model_name="indexstate",
            name="choices",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="indexstate",
            name="evidence_folder",
            field=models.CharField(blank=True, help_text="Below the home; see chances.py.", max_length=200),
        ),
        migrations.AddField(
            model_name="indexstate",
            name="evidence_version",
            field=models.PositiveIntegerField(default=0, help_text="The data version that it is about."),
        ),
        migrations.AddField(
            model_name="indexstate",
            name="heading",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="indexstate",
            name="left_out",
            field=models.PositiveIntegerField(default=0, help_text="Deals whose id cannot be kept."),
        ),
        migrations.AddField(
            model_name="indexstate",
            name="made_at",
            field=models.DateTimeField(
                help_text="When that version was made: another lake has other times.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="deal",
            name="organisation",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="deals",
                to="people.organisation",
            ),
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
                ],
                name="deals_newest_first",
            ),
        ),
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(fields=["organisation", "team", "-last_event_at", "-id"], name="deals_by_team"),
        ),
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(fields=["organisation", "account_id", "-last_event_at", "-id"], name="deals_by_account"),
        ),
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(fields=["organisation", "outcome", "chance", "id"], name="deals_by_chance"),
        ),
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(fields=["organisation", "amount", "id"], name="deals_by_amount"),
        ),
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(fields=["organisation", "name", "id"], name="deals_by_name"),
        ),
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(fields=["organisation", "created_at", "id"], name="deals_by_creation"),
        ),
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(fields=["organisation", "closed_at", "id"], name="deals_by_closing"),
        ),
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(fields=["organisation", "segment", "source", "amount", "id"], name="deals_alike"),
        ),
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(
                condition=models.Q(("outcome", "open")),
                fields=["organisation", "last_event_at", "id"],
                name="deals_open",
            ),
        ),
        migrations.AddField(
            model_name="savedview",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="saved_views", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(fields=("user", "name"), name="one_view_of_a_name"),
        ),
    ]
