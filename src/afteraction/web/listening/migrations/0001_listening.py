from django.conf import settings
from django.db import migrations, models
from django.db.models.deletion import CASCADE, SET_NULL

import afteraction.web.people.models
from afteraction.web.isolation.together import TablesTogether


class Migration(TablesTogether):
    replaces = [("listening", "0001_sources_stories_trigger_events_and_watches")]

    initial = True

    dependencies = [
        ("leads", "0001_leads"),
        ("people", "0001_people"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ListeningMail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sent_on", models.DateField(null=True)),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=CASCADE,
                        related_name="listening_mail",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Source",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("feed", "Feed"),
                            ("mailbox", "Mailbox (IMAP)"),
                            ("files", "Files that are handed in"),
                            ("webhook", "Webhook"),
                        ],
                        default="feed",
                        max_length=10,
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("address", models.CharField(blank=True, max_length=2000)),
                (
                    "secret",
                    models.TextField(
                        blank=True, help_text="Encrypted: a mailbox's password, or a webhook's token's digest."
                    ),
                ),
                ("is_on", models.BooleanField(default=True)),
                ("every", models.PositiveIntegerField(default=60, verbose_name="minutes between two looks")),
                ("etag", models.CharField(blank=True, help_text="Of a mailbox: how far it was read.", max_length=300)),
                ("modified", models.CharField(blank=True, max_length=100)),
                ("next_at", models.DateTimeField(null=True)),
                ("asked_at", models.DateTimeField(null=True)),
                ("heard_at", models.DateTimeField(null=True, verbose_name="last answered well")),
                ("new_at", models.DateTimeField(null=True, verbose_name="last brought something new")),
                ("failures", models.PositiveIntegerField(default=0)),
                (
                    "trouble",
                    models.CharField(
                        blank=True, help_text="What was wrong the last time; empty: nothing.", max_length=500
                    ),
                ),
                (
                    "unread",
                    models.PositiveIntegerField(default=0, verbose_name="items that could not be read the last time"),
                ),
                ("made_at", models.DateTimeField()),
                (
                    "organisation",
                    models.ForeignKey(db_index=False, on_delete=CASCADE, related_name="sources", to="people.organisation"),
                ),
            ],
            bases=(afteraction.web.people.models.Traced, models.Model),
        ),
        migrations.CreateModel(
            name="Story",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=500)),
                ("at", models.DateTimeField()),
                ("told", models.PositiveIntegerField(default=1)),
                (
                    "organisation",
                    models.ForeignKey(db_index=False, on_delete=CASCADE, related_name="stories", to="people.organisation"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Item",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(help_text="SHA-256 of what the source calls it.", max_length=64)),
                ("title", models.CharField(max_length=500)),
                ("text", models.TextField(blank=True)),
                ("url", models.CharField(blank=True, max_length=2000)),
                ("language", models.CharField(blank=True, max_length=8)),
                ("published_at", models.DateTimeField(help_text="Nothing: the source does not say.", null=True)),
                ("heard_at", models.DateTimeField()),
                (
                    "trouble",
                    models.CharField(
                        blank=True, help_text="What of it could not be read, such as its date.", max_length=300
                    ),
                ),
                ("signature", models.BigIntegerField(default=0, help_text="What near duplicates are found by.")),
                (
                    "organisation",
                    models.ForeignKey(db_index=False, on_delete=CASCADE, related_name="items", to="people.organisation"),
                ),
                (
                    "source",
                    models.ForeignKey(db_index=False, on_delete=CASCADE, related_name="items", to="listening.source"),
                ),
                (
                    "story",
                    models.ForeignKey(null=True, on_delete=SET_NULL, related_name="items", to="listening.story"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TriggerEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("account_id", models.CharField(max_length=300)),
                ("account", models.CharField(max_length=300)),
                ("account_found", models.CharField(max_length=300)),
                (
                    "name_found",
                    models.CharField(blank=True, help_text="The words by which the account was known.", max_length=300),
                ),
                ("kind", models.CharField(max_length=40)),
                ("kind_found", models.CharField(max_length=40)),
                ("confidence", models.FloatField()),
                ("sentence", models.TextField(blank=True)),
                ("people", models.JSONField(blank=True, default=list)),
                ("at", models.DateTimeField()),
                (
                    "said",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Nothing yet"),
                            ("call", "Call it"),
                            ("later", "Later"),
                            ("not_relevant", "Not relevant"),
                            ("done", "Acted on"),
                        ],
                        max_length=14,
                    ),
                ),
                ("why", models.CharField(blank=True, max_length=300)),
                ("again_on", models.DateField(null=True)),
                ("said_at", models.DateTimeField(null=True)),
                ("deal_id", models.CharField(blank=True, help_text="The deal that was made of it.", max_length=300)),
                (
                    "corrected_by",
                    models.ForeignKey(null=True, on_delete=SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "lead",
                    models.ForeignKey(null=True, on_delete=SET_NULL, related_name="trigger_events", to="leads.lead"),
                ),
                (
                    "organisation",
                    models.ForeignKey(db_index=False, on_delete=CASCADE, related_name="trigger_events", to="people.organisation"),
                ),
                (
                    "said_by",
                    models.ForeignKey(null=True, on_delete=SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "story",
                    models.ForeignKey(on_delete=CASCADE, related_name="events", to="listening.story"),
                ),
            ],
            bases=(afteraction.web.people.models.Traced, models.Model),
        ),
        migrations.CreateModel(
            name="Unreadable",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=64)),
                ("trouble", models.CharField(max_length=300)),
                ("heard_at", models.DateTimeField()),
                (
                    "source",
                    models.ForeignKey(db_index=False, on_delete=CASCADE, related_name="unreadable", to="listening.source"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Watch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=160)),
                ("terms", models.JSONField(default=dict)),
                ("is_on", models.BooleanField(default=True)),
                ("by_mail", models.BooleanField(default=True)),
                ("made_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                (
                    "organisation",
                    models.ForeignKey(db_index=False, on_delete=CASCADE, related_name="watches", to="people.organisation"),
                ),
                (
                    "owner",
                    models.ForeignKey(on_delete=CASCADE, related_name="watches", to=settings.AUTH_USER_MODEL),
                ),
            ],
            bases=(afteraction.web.people.models.Traced, models.Model),
        ),
        migrations.CreateModel(
            name="AccountName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=300)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("name", "Name"),
                            ("alias", "Other name"),
                            ("domain", "Domain"),
                            ("subsidiary", "Subsidiary"),
                            ("competitor", "Competitor"),
                        ],
                        max_length=12,
                    ),
                ),
                ("account_id", models.CharField(blank=True, max_length=300)),
                ("asked", models.BooleanField(default=False)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(null=True, on_delete=SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "organisation",
                    models.ForeignKey(on_delete=CASCADE, related_name="account_names", to="people.organisation"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "text", "account_id"), name="a_name_once_an_account"
                    )
                ],
            },
            bases=(afteraction.web.people.models.Traced, models.Model),
        ),
        migrations.CreateModel(
            name="ListeningResult",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("ranking", "Ranking of accounts"), ("pays", "Whether acting pays")], max_length=10
                    ),
                ),
                ("data_version", models.PositiveIntegerField()),
                ("figures", models.JSONField(default=dict)),
                ("made_at", models.DateTimeField()),
                (
                    "organisation",
                    models.ForeignKey(on_delete=CASCADE, related_name="listening_results", to="people.organisation"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "kind"), name="one_listening_result_of_a_kind")
                ],
            },
        ),
        migrations.CreateModel(
            name="RankedAccount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("account_id", models.CharField(max_length=300)),
                ("account", models.CharField(max_length=300)),
                ("owner", models.CharField(blank=True, max_length=200)),
                ("owner_name", models.CharField(blank=True, max_length=200)),
                ("segment", models.CharField(blank=True, max_length=200)),
                ("place", models.PositiveIntegerField()),
                ("chance", models.FloatField()),
                ("low", models.FloatField(null=True)),
                ("high", models.FloatField(null=True)),
                ("n", models.PositiveIntegerField(null=True)),
                ("reasons", models.JSONField(default=list)),
                (
                    "organisation",
                    models.ForeignKey(db_index=False, on_delete=CASCADE, related_name="ranked_accounts", to="people.organisation"),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["organisation", "place"], name="ranked_by_place")],
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "account_id"), name="an_account_ranked_once")
                ],
            },
        ),
        migrations.AddIndex(
            model_name="source",
            index=models.Index(fields=["is_on", "next_at"], name="sources_by_next_look"),
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.UniqueConstraint(
                condition=models.Q(("address", ""), _negated=True),
                fields=("organisation", "kind", "address"),
                name="one_source_of_an_address",
            ),
        ),
        migrations.AddIndex(
            model_name="story",
            index=models.Index(fields=["organisation", "-at", "-id"], name="stories_newest_first"),
        ),
        migrations.AddIndex(
            model_name="item",
            index=models.Index(fields=["organisation", "-heard_at", "-id"], name="items_newest_first"),
        ),
        migrations.AddConstraint(
            model_name="item",
            constraint=models.UniqueConstraint(fields=("source", "key"), name="an_item_once_a_source"),
        ),
        migrations.AddIndex(
            model_name="triggerevent",
            index=models.Index(fields=["organisation", "-at", "-id"], name="events_newest_first"),
        ),
        migrations.AddIndex(
            model_name="triggerevent",
            index=models.Index(fields=["organisation", "account_id", "-at"], name="events_of_an_account"),
        ),
        migrations.AddIndex(
            model_name="triggerevent",
            index=models.Index(fields=["said_by", "said", "again_on"], name="events_to_act_on"),
        ),
        migrations.AddConstraint(
            model_name="triggerevent",
            constraint=models.UniqueConstraint(
                fields=("story", "account_found", "kind_found"), name="one_event_of_a_story"
            ),
        ),
        migrations.AddConstraint(
            model_name="unreadable",
            constraint=models.UniqueConstraint(fields=("source", "key"), name="unreadable_once_a_source"),
        ),
        migrations.AddIndex(
            model_name="watch",
            index=models.Index(fields=["organisation", "owner"], name="watches_of_a_person"),
        ),
    ]
