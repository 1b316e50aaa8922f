from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0003_names_that_people_read"),
    ]

    operations = [
        migrations.AddField(
            model_name="invitation",
            name="mail_next_at",
            field=models.DateTimeField(help_text="When it is tried again; empty where it is not.", null=True),
        ),
        migrations.AddField(
            model_name="invitation",
            name="mail_problem",
            field=models.TextField(blank=True, help_text="Why the mail did not leave when it was last tried."),
        ),
        migrations.AddField(
            model_name="invitation",
            name="mail_tries",
            field=models.PositiveSmallIntegerField(default=0),
        ),
    ]
