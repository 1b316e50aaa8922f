import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from afteraction.web.deals.search import POSTGRESQL_SCHEMA, SQLITE_SCHEMA
from afteraction.web.isolation.together import TablesTogether


def make_search(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    sqlite = schema_editor.connection.vendor == "sqlite"
    for statement in SQLITE_SCHEMA if sqlite else POSTGRESQL_SCHEMA:
        schema_editor.execute(statement)


class Migration(TablesTogether):
    replaces = [
        ("deals", "0001_deal_index"),
        ("deals", "0002_chances_choices_and_saved_views"),
        ("deals", "0003_search"),
        ("deals", "0004_open_deals_of_an_owner_and_dates"),
        ("deals", "0005_columns_of_the_lists"),
    ]

    initial = True

    dependencies = [
        ("people", "0001_people"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="IndexState",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0)),
                ("heading", models.PositiveIntegerField(default=0)),
                (
                    "made_at",
                    models.DateTimeField(
                        help_text="When that version was made: another lake has other times.", null=True
                    ),
                ),
                ("deals", models.PositiveIntegerField(default=0)),
                ("left_out", models.PositiveIntegerField(default=0, help_text="Deals whose id cannot be kept.")),
                ("choices", models.JSONField(default=dict)),
                ("indexed_at", models.DateTimeField(null=True)),
                (
                    "evidence_folder",
                    models.CharField(blank=True, help_text="Below the home; see chances.py.", max_length=200),
                ),
                (
                    "columns",
                    models.CharField(blank=True, help_text="The folder of its lists; see columns.py.", max_length=40),
                ),
                (
                    "evidence_version",
                    models.PositiveIntegerField(default=0, help_text="The data version that it is about."),
                ),
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
                ("owner_name", models.CharField(blank=True, max_length=200)),
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
                    "search_words",
                    models.TextField(blank=True, help_text="What it is searched by, as search.py writes words."),
                ),
                ("box", models.CharField(blank=True, max_length=20)),
                (
                    "chance_start",
                    models.FloatField(help_text="Its chance of being won when it began, from 0 to 1.", null=True),
                ),
                ("chance", models.FloatField(help_text="Its chance of being won today, while it is open.", null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deals",
                        to="people.organisation",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
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
                    models.Index(fields=["organisation", "owner", "-last_event_at", "-id"], name="deals_by_owner"),
                    models.Index(fields=["organisation", "team", "-last_event_at", "-id"], name="deals_by_team"),
                    models.Index(
                        fields=["organisation", "account_id", "-last_event_at", "-id"], name="deals_by_account"
                    ),
                    models.Index(fields=["organisation", "outcome", "chance", "id"], name="deals_by_chance"),
                    models.Index(fields=["organisation", "amount", "id"], name="deals_by_amount"),
                    models.Index(fields=["organisation", "name", "id"], name="deals_by_name"),
                    models.Index(fields=["organisation", "created_at", "id"], name="deals_by_creation"),
                    models.Index(fields=["organisation", "closed_at", "id"], name="deals_by_closing"),
                    models.Index(fields=["organisation", "segment", "source", "amount", "id"], name="deals_alike"),
                    models.Index(
                        condition=models.Q(("outcome", "open")),
                        fields=["organisation", "last_event_at", "id"],
                        name="deals_open",
                    ),
                    models.Index(
                        condition=models.Q(("outcome", "open")),
                        fields=["organisation", "owner", "chance", "id"],
                        name="deals_open_of_owner",
                    ),
                ],
                "constraints": [models.UniqueConstraint(fields=("organisation", "deal_id"), name="one_deal_of_an_id")],
            },
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80)),
                ("query", models.CharField(blank=True, max_length=2000)),
                ("shared", models.BooleanField(default=False, verbose_name="Shared with my team")),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_views",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
                "constraints": [models.UniqueConstraint(fields=("user", "name"), name="one_view_of_a_name")],
            },
        ),
        migrations.RunPython(make_search, migrations.RunPython.noop),
    ]
