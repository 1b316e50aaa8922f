import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0003_names_that_people_read'),
        ('reviews', '0001_reviews_and_their_drivers'),
    ]

    operations = [
        migrations.AddField(
            model_name='reminder',
            name='wanted',
            field=models.BooleanField(default=True, verbose_name='remind me by mail'),
        ),
        migrations.AddField(
            model_name='reviewrules',
            name='digest_hour',
            field=models.PositiveSmallIntegerField(default=8, help_text='From 0 to 23.', validators=[django.core.validators.MaxValueValidator(23)], verbose_name='hour of the reminder'),
        ),
        migrations.AddField(
            model_name='reviewrules',
            name='time_zone',
            field=models.CharField(blank=True, help_text='Such as Europe/Berlin; empty: that of the installation.', max_length=60),
        ),
        migrations.AlterField(
            model_name='reminder',
            name='sent_on',
            field=models.DateField(null=True),
        ),
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('voices', 'Who says what'), ('account', 'Accountability')], max_length=10)),
                ('content', models.JSONField(default=dict)),
                ('data_version', models.PositiveIntegerField(default=0)),
                ('made_at', models.DateTimeField()),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tallies', to='people.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'kind'), name='one_tally_of_a_kind')],
            },
        ),
    ]
