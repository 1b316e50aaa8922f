from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("deals", "0004_open_deals_of_an_owner_and_dates"),
    ]

    operations = [
        migrations.AddField(
            model_name="indexstate",
            name="columns",
            field=models.CharField(blank=True, help_text="The folder of its lists; see columns.py.", max_length=40),
        ),
    ]
