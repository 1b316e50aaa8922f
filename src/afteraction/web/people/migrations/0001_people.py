import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import afteraction.web.people.models
from afteraction.web.isolation.together import TablesTogether


class Migration(TablesTogether):
    replaces = [
        ("people", "0001_organisations_teams_and_users"),
        ("people", "0002_invitations"),
        ("people", "0003_names_that_people_read"),
        ("people", "0004_how_the_mail_of_invitations_fares"),
    ]

    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="Organisation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200)),
                (
                    "folder",
                    models.CharField(
                        blank=True, help_text="Below the home; empty is the home.", max_length=80, unique=True
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                ("email", models.EmailField(max_length=254, unique=True)),
                ("name", models.CharField(max_length=200)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("rep", "Rep"),
                            ("manager", "Manager"),
                            ("marketing", "Marketing"),
                            ("operations", "Sales operations"),
                            ("executive", "Executive"),
                            ("admin", "Admin"),
                        ],
                        default="rep",
                        max_length=20,
                    ),
                ),
                ("owner_name", models.CharField(blank=True, max_length=200, verbose_name="name in the record")),
                ("is_active", models.BooleanField(default=True, verbose_name="may come in")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="users", to="people.organisation"
                    ),
                ),
            ],
            options={
                "verbose_name": "person",
                "verbose_name_plural": "people",
            },
            bases=(afteraction.web.people.models.Traced, models.Model),
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("nonce", models.CharField(max_length=32)),
                ("expires_at", models.DateTimeField(verbose_name="valid until")),
                (
                    "sent_at",
                    models.DateTimeField(
                        help_text="When the mail left; empty until it has.", null=True, verbose_name="mailed at"
                    ),
                ),
                (
                    "mail_problem",
                    models.TextField(blank=True, help_text="Why the mail did not leave when it was last tried."),
                ),
                ("mail_tries", models.PositiveSmallIntegerField(default=0)),
                (
                    "mail_next_at",
                    models.DateTimeField(help_text="When it is tried again; empty where it is not.", null=True),
                ),
                ("used_at", models.DateTimeField(null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="invitations_made",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitation",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Team",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="teams", to="people.organisation"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("organisation", "name"), name="one_team_of_a_name")],
            },
            bases=(afteraction.web.people.models.Traced, models.Model),
        ),
        migrations.AddField(
            model_name="user",
            name="team",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="users",
                to="people.team",
            ),
        ),
        migrations.AddIndex(
            model_name="user",
            index=models.Index(fields=["organisation", "owner_name"], name="user_by_owner_name"),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("email"), name="one_user_of_an_address"
            ),
        ),
    ]
