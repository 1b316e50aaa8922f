import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0001_leads_and_their_agreement"),
        ("people", "0004_how_the_mail_of_invitations_fares"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LeadResult",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("outcomes", "What became of them"),
                            ("attribution", "Attribution"),
                            ("score", "Score"),
                            ("deaths", "Where they die"),
                            ("loop", "The loop"),
                        ],
                        max_length=12,
                    ),
                ),
                ("data_version", models.PositiveIntegerField()),
                ("figures", models.JSONField(default=dict)),
                ("made_at", models.DateTimeField()),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lead_results",
                        to="people.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MarketingAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=80)),
                ("source", models.CharField(blank=True, max_length=80)),
                ("campaign", models.CharField(blank=True, max_length=80)),
                ("text", models.TextField(max_length=2000, verbose_name="what was changed")),
                ("changed", models.BooleanField(default=True, help_text="Whether anything was changed.")),
                ("at", models.DateTimeField()),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="marketing_answers",
                        to="people.organisation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("told_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField(null=True)),
                (
                    "answer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="notices", to="leads.marketinganswer"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lead_notices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Returned",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=80)),
                ("note", models.CharField(blank=True, max_length=500)),
                ("source", models.CharField(blank=True, max_length=80)),
                ("campaign", models.CharField(blank=True, max_length=80)),
                ("person_name", models.CharField(blank=True, max_length=200)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("early", models.BooleanField(default=False)),
                ("at", models.DateTimeField()),
                ("answer_by", models.DateTimeField()),
                (
                    "answer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="returns",
                        to="leads.marketinganswer",
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="returns", to="leads.lead"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="people.organisation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Signature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("side", models.CharField(choices=[("marketing", "Marketing"), ("sales", "Sales")], max_length=10)),
                ("digest", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="signatures", to="leads.agreement"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.UniqueConstraint(fields=("organisation", "version"), name="one_agreement_of_a_version"),
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "in_force")), fields=("organisation",), name="one_agreement_in_force"
            ),
        ),
        migrations.AddIndex(
            model_name="leadevent", index=models.Index(fields=["kind", "at"], name="lead_events_by_kind")
        ),
        migrations.AddConstraint(
            model_name="leadqueue",
            constraint=models.UniqueConstraint(fields=("organisation", "name"), name="one_lead_queue_of_a_name"),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                fields=[
                    "organisation",
                    "-came_at",
                    "-id",
                    "state",
                    "source",
                    "campaign",
                    "team",
                    "reason",
                    "owner",
                    "queue",
                ],
                name="leads_newest_first",
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(fields=["organisation", "owner", "state", "next_at", "id"], name="leads_of_an_owner"),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(fields=["organisation", "queue", "state", "next_at", "id"], name="leads_of_a_queue"),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(fields=["organisation", "state", "next_at", "id"], name="leads_by_next_date"),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(fields=["organisation", "team", "-came_at", "-id"], name="leads_of_a_team"),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("deal_id", ""), _negated=True),
                fields=["organisation", "deal_id"],
                name="leads_of_a_deal",
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("answered_at__isnull", True), ("state", "assigned")),
                fields=["organisation", "due_at", "id"],
                name="leads_on_the_clock",
            ),
        ),
        migrations.AddConstraint(
            model_name="lead",
            constraint=models.UniqueConstraint(fields=("organisation", "lead_id"), name="one_lead_of_an_id"),
        ),
        migrations.AddConstraint(
            model_name="lead",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["new", "assigned", "accepted", "returned", "nurturing"]),
                    ("state__in", ["converted", "won", "lost", "dead"]),
                    _connector="OR",
                ),
                name="every_lead_has_a_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="lead",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("owner__isnull", False), ("queue__isnull", True)),
                    models.Q(("owner__isnull", True), ("queue__isnull", False)),
                    _connector="OR",
                ),
                name="every_lead_has_an_owner",
            ),
        ),
        migrations.AddConstraint(
            model_name="lead",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "assigned"), _negated=True),
                    models.Q(("due_at__isnull", False), ("handed_at__isnull", False)),
                    _connector="OR",
                ),
                name="every_hand_over_has_a_clock",
            ),
        ),
        migrations.AddConstraint(
            model_name="leadresult",
            constraint=models.UniqueConstraint(fields=("organisation", "kind"), name="one_lead_result_of_a_kind"),
        ),
        migrations.AddIndex(
            model_name="marketinganswer",
            index=models.Index(fields=["organisation", "-at"], name="marketing_answers_newest"),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.UniqueConstraint(fields=("answer", "person"), name="told_once_a_person"),
        ),
        migrations.AddIndex(
            model_name="returned",
            index=models.Index(
                fields=["organisation", "at", "reason", "source", "campaign"], name="returned_by_reason"
            ),
        ),
        migrations.AddIndex(
            model_name="returned",
            index=models.Index(
                condition=models.Q(("answer__isnull", True)),
                fields=["organisation", "answer_by"],
                name="returned_unanswered",
            ),
        ),
        migrations.AddConstraint(
            model_name="returned",
            constraint=models.UniqueConstraint(fields=("lead", "at"), name="a_lead_returned_once_a_moment"),
        ),
        migrations.AddConstraint(
            model_name="signature",
            constraint=models.UniqueConstraint(fields=("agreement", "side"), name="signed_once_a_side"),
        ),
    ]
