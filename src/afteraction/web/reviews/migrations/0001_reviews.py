import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import afteraction.web.people.models
from afteraction.web.isolation.together import TablesTogether


class Migration(TablesTogether):
    replaces = [('reviews', '0001_reviews_and_their_drivers'), ('reviews', '0002_reminders_by_the_hour_and_tallies'), ('reviews', '0003_newest_reviews_of_owner_and_team')]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('voice', models.CharField(choices=[('rep', 'Rep'), ('manager', 'Manager')], max_length=10)),
                ('expected', models.CharField(blank=True, choices=[('win', 'A win'), ('loss', 'A loss'), ('open', 'Could have gone either way'), ('unknown', "I don't know")], max_length=10, verbose_name='what did we expect')),
                ('happened', models.TextField(blank=True, max_length=4000, verbose_name='what happened')),
                ('unknown', models.BooleanField(default=False, verbose_name="I don't know why")),
                ('keep', models.TextField(blank=True, max_length=2000, verbose_name='what do we keep')),
                ('change', models.TextField(blank=True, max_length=2000, verbose_name='what do we change')),
                ('lesson', models.TextField(blank=True, max_length=2000, verbose_name='what did it teach us')),
                ('stance', models.CharField(blank=True, choices=[('agrees', 'I agree'), ('differs', 'I see it differently'), ('adds', 'I agree, and add')], max_length=10)),
                ('learned', models.TextField(blank=True, max_length=2000, verbose_name='what is the lesson learned')),
                ('serves', models.TextField(blank=True, max_length=2000, verbose_name='how will it serve you in winning the next deal')),
                ('private_note', models.TextField(blank=True, max_length=4000, verbose_name='for myself')),
                ('begun_at', models.DateTimeField()),
                ('saved_at', models.DateTimeField()),
                ('done_at', models.DateTimeField(null=True)),
                ('inputs', models.PositiveSmallIntegerField(default=0)),
                ('seconds', models.PositiveIntegerField(default=0)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='CalibrationConsent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('given_at', models.DateTimeField()),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='calibration_consent', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Driver',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=60)),
                ('name', models.CharField(max_length=80)),
                ('description', models.CharField(blank=True, max_length=300)),
                ('outcomes', models.JSONField(default=list)),
                ('examples', models.JSONField(default=list)),
                ('crm_reasons', models.JSONField(default=list)),
                ('condition', models.JSONField(blank=True, null=True)),
                ('place', models.PositiveSmallIntegerField(default=0)),
                ('retired_at', models.DateTimeField(blank=True, null=True)),
                ('merged_into', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='merged', to='reviews.driver')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='drivers', to='people.organisation')),
            ],
            options={
                'ordering': ['place', 'name'],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'key'), name='one_driver_of_a_key')],
            },
            bases=(afteraction.web.people.models.Traced, models.Model),
        ),
        migrations.CreateModel(
            name='Expectation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('deal_id', models.CharField(max_length=300)),
                ('stage', models.CharField(blank=True, max_length=200)),
                ('chance', models.PositiveSmallIntegerField(help_text='In percent.', verbose_name='chance of winning')),
                ('close_on', models.DateField(blank=True, null=True, verbose_name='expected close')),
                ('next_step', models.CharField(blank=True, max_length=300, verbose_name='next step of the plan')),
                ('risk', models.CharField(blank=True, max_length=300, verbose_name='what could kill it')),
                ('made_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('locked_at', models.DateTimeField(null=True)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='expectations', to='people.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='expectations', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'deal_id', 'made_at'], name='expectations_of_a_deal'), models.Index(fields=['person', '-made_at'], name='expectations_of_a_person'), models.Index(condition=models.Q(('locked_at', None)), fields=['organisation'], name='expectations_unlocked')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('locked_at', None)), fields=('organisation', 'deal_id', 'person', 'stage'), name='one_open_expectation_of_a_stage')],
            },
        ),
        migrations.CreateModel(
            name='NamedDriver',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rank', models.PositiveSmallIntegerField(default=1)),
                ('denied', models.BooleanField(default=False)),
                ('suggested', models.BooleanField(default=False, help_text='Pre-selected from the record, and left so.')),
                ('answer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='named', to='reviews.answer')),
                ('driver', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='named', to='reviews.driver')),
            ],
            options={
                'ordering': ['denied', 'rank'],
                'constraints': [models.UniqueConstraint(fields=('answer', 'driver'), name='a_driver_once')],
            },
        ),
        migrations.AddField(
            model_name='answer',
            name='drivers',
            field=models.ManyToManyField(through='reviews.NamedDriver', to='reviews.driver'),
        ),
        migrations.CreateModel(
            name='Reminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sent_on', models.DateField(null=True)),
                ('wanted', models.BooleanField(default=True, verbose_name='remind me by mail')),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='reminder', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('deal_id', models.CharField(max_length=300)),
                ('closing', models.PositiveSmallIntegerField(default=1)),
                ('outcome', models.CharField(max_length=20)),
                ('closed_at', models.DateTimeField()),
                ('name', models.CharField(blank=True, max_length=500)),
                ('account_name', models.CharField(blank=True, max_length=500)),
                ('owner', models.CharField(blank=True, max_length=200)),
                ('owner_name', models.CharField(blank=True, max_length=200)),
                ('team', models.CharField(blank=True, max_length=200)),
                ('segment', models.CharField(blank=True, max_length=200)),
                ('amount', models.FloatField(null=True)),
                ('currency', models.CharField(blank=True, max_length=10)),
                ('lost_reason', models.CharField(blank=True, max_length=300)),
                ('weight', models.FloatField(default=1.0)),
                ('state', models.CharField(choices=[('due', 'To do'), ('done', 'Done'), ('skipped', 'Skipped'), ('left_out', 'Not drawn'), ('withdrawn', 'Withdrawn')], default='due', max_length=12)),
                ('opened_at', models.DateTimeField()),
                ('due_on', models.DateField()),
                ('done_at', models.DateTimeField(null=True)),
                ('skip_reason', models.CharField(blank=True, max_length=300)),
                ('ended_at', models.DateTimeField(help_text='When this closing was taken back: the deal was opened again, ended otherwise, or is gone.', null=True)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='reviews', to='people.organisation')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='reviews', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'state', 'due_on', 'id'], name='reviews_by_due_date'), models.Index(fields=['organisation', '-closed_at', '-id'], name='reviews_newest_first'), models.Index(fields=['organisation', 'team', 'state', 'due_on', 'id'], name='reviews_by_team'), models.Index(fields=['person', 'state', 'due_on', 'id'], name='reviews_by_person'), models.Index(fields=['organisation', 'owner', '-closed_at', '-id'], name='reviews_of_owner_newest'), models.Index(fields=['organisation', 'team', 'state', '-closed_at', '-id'], name='reviews_of_team_newest')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'deal_id', 'closing'), name='one_review_of_a_closing')],
            },
            bases=(afteraction.web.people.models.Traced, models.Model),
        ),
        migrations.AddField(
            model_name='answer',
            name='review',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='reviews.review'),
        ),
        migrations.CreateModel(
            name='ReviewRules',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField(help_text='Deals that closed before are not reviewed.', verbose_name='deals closed from')),
                ('above', models.FloatField(blank=True, help_text='An amount; empty: all are drawn from.', null=True, verbose_name='all deals from')),
                ('share', models.PositiveSmallIntegerField(default=100, help_text='In percent.', verbose_name='share of the others')),
                ('seed', models.CharField(max_length=40, verbose_name='seed of the draw')),
                ('due_days', models.PositiveSmallIntegerField(default=7, verbose_name='days until due')),
                ('reminders', models.BooleanField(default=True, verbose_name='remind by mail')),
                ('digest_hour', models.PositiveSmallIntegerField(default=8, help_text='From 0 to 23.', validators=[django.core.validators.MaxValueValidator(23)], verbose_name='hour of the reminder')),
                ('time_zone', models.CharField(blank=True, help_text='Such as Europe/Berlin; empty: that of the installation.', max_length=60)),
                ('calibration', models.CharField(choices=[('own', 'Only the person'), ('consent', 'Their manager too, where the person agrees'), ('manager', 'The person and their manager')], default='own', max_length=10, verbose_name="who sees a person's calibration")),
                ('organisation', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='review_rules', to='people.organisation')),
            ],
            options={
                'verbose_name': 'rules of reviews',
                'verbose_name_plural': 'rules of reviews',
            },
            bases=(afteraction.web.people.models.Traced, models.Model),
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
        migrations.CreateModel(
            name='TaxonomyVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('content', models.JSONField(default=list)),
                ('note', models.CharField(blank=True, max_length=500)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='taxonomy_versions', to='people.organisation')),
            ],
            options={
                'ordering': ['-number'],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'number'), name='one_taxonomy_of_a_number')],
            },
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=models.UniqueConstraint(fields=('review', 'voice'), name='one_answer_of_a_voice'),
        ),
    ]
