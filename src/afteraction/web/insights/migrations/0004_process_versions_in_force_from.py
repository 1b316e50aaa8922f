from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("insights", "0003_analyses_whose_results_are_removed"),
    ]

    operations = [
        migrations.AddField(
            model_name="processversion",
            name="in_force_from",
            field=models.DateTimeField(
                help_text="Deals that begin from then on are held against it. Empty: since it was made.", null=True
            ),
        ),
    ]
