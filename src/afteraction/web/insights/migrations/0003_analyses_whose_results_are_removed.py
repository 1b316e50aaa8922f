from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("insights", "0002_claims"),
    ]

    operations = [
        migrations.AlterField(
            model_name="analysis",
            name="state",
            field=models.CharField(
                choices=[
                    ("waiting", "Waiting"),
                    ("running", "Running"),
                    ("done", "Done"),
                    ("refused", "Refused"),
                    ("failed", "Failed"),
                    ("forgotten", "Made, and removed since"),
                ],
                default="waiting",
                max_length=20,
            ),
        ),
    ]
