from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("data", "0001_imports_and_their_files"),
    ]

    operations = [
        migrations.AddField(
            model_name="import",
            name="source",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "A person"),
                    ("folder", "Watched folder"),
                    ("salesforce", "Salesforce"),
                    ("hubspot", "HubSpot"),
                ],
                default="",
                max_length=20,
            ),
        ),
    ]
