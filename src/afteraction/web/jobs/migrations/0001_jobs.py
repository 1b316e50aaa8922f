from django.db import migrations, models

from afteraction.web.isolation.together import TablesTogether


class Migration(TablesTogether):
    replaces = [("jobs", "0001_workers_and_schedules")]

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Worker",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=32, unique=True)),
                ("place", models.CharField(blank=True, max_length=200)),
                ("pid", models.PositiveIntegerField()),
                ("started_at", models.DateTimeField()),
                ("beat_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Schedule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, unique=True)),
                ("cron", models.CharField(max_length=100)),
                ("task_path", models.CharField(max_length=200)),
                ("next_at", models.DateTimeField()),
                ("last_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["next_at"], name="schedule_by_next")],
            },
        ),
    ]
