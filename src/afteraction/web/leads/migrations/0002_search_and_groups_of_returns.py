from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from afteraction.web.leads.search import INDEX, words_of

_AT_ONCE = 5_000


def fill_search(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The words of the leads that are there already."""
    leads, last = apps.get_model("leads", "Lead").objects, 0
    named = ("person_name", "account_name", "lead_id", "campaign")
    while rows := list(leads.filter(pk__gt=last).order_by("pk").values_list("pk", *named)[:_AT_ONCE]):
        last = rows[-1][0]
        with schema_editor.connection.cursor() as cursor:
            worded = [(words_of(*texts), key) for key, *texts in rows]
            cursor.executemany("UPDATE leads_lead SET search_words = %s WHERE id = %s", worded)


def make_search(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    sqlite = schema_editor.connection.vendor == "sqlite"
    for statement in INDEX.sqlite_schema if sqlite else INDEX.postgresql_schema:
        schema_editor.execute(statement)
    if sqlite:
        schema_editor.execute(f"INSERT INTO {INDEX.name}({INDEX.name}) VALUES ('rebuild')")  # noqa: S608


class Migration(migrations.Migration):
    second_step = "made before the first release: nobody answers from a version without it"
    dependencies = [
        ("leads", "0001_leads"),
        ("people", "0001_people"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(model_name="returned", name="returned_unanswered"),
        migrations.AddField(
            model_name="lead",
            name="search_words",
            field=models.TextField(blank=True, help_text="What it is searched by, as search.py writes words."),
        ),
        migrations.AddIndex(
            model_name="returned",
            index=models.Index(
                condition=models.Q(("answer__isnull", True)),
                fields=["organisation", "reason", "source", "campaign", "answer_by", "at", "person"],
                name="returned_unanswered",
            ),
        ),
        migrations.RunPython(fill_search, migrations.RunPython.noop),
        migrations.RunPython(make_search, migrations.RunPython.noop),
    ]
