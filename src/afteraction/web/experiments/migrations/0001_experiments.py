import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import afteraction.web.people.models
from afteraction.web.isolation.together import TablesTogether


class Migration(TablesTogether):
    replaces = [('experiments', '0001_experiments_and_their_ledger'), ('experiments', '0002_deals_as_assigned'), ('experiments', '0003_steps_that_tell_arms_apart'), ('experiments', '0004_changes_without_a_trial')]

    initial = True

    dependencies = [
        ('insights', '0001_insights'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='BeforeAfter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=160)),
                ('what', models.TextField(blank=True, max_length=1000)),
                ('kind', models.CharField(choices=[('process', 'A version of the process'), ('play', 'A play'), ('tool', 'A tool'), ('other', 'Something else')], max_length=10)),
                ('unit', models.CharField(choices=[('rep', 'Some reps'), ('team', 'Some teams'), ('all', 'Everyone at once')], max_length=10)),
                ('changed', models.JSONField(blank=True, default=dict)),
                ('changed_on', models.DateField()),
                ('measure', models.JSONField(default=dict)),
                ('stated_at', models.DateTimeField()),
                ('after_looking', models.BooleanField()),
                ('others_before', models.PositiveIntegerField(default=0)),
                ('message', models.TextField(blank=True, help_text='Why it could not be measured.')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='before_after', to='people.organisation')),
                ('process_version', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='insights.processversion')),
                ('stated_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-stated_at', '-id'],
            },
            bases=(afteraction.web.people.models.Traced, models.Model),
        ),
        migrations.CreateModel(
            name='Experiment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=160)),
                ('question', models.TextField(blank=True, max_length=1000)),
                ('state', models.CharField(choices=[('draft', 'Being planned'), ('running', 'Running'), ('ended', 'Waits for a decision'), ('decided', 'Decided'), ('withdrawn', 'Withdrawn')], default='draft', max_length=10)),
                ('new_process', models.TextField(blank=True, help_text='The process as it would be, as its text; empty: no change.')),
                ('made_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='experiments', to='people.organisation')),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='experiments_owned', to=settings.AUTH_USER_MODEL)),
                ('sponsor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='experiments_sponsored', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'state', '-changed_at', '-id'], name='experiments_by_state')],
            },
            bases=(afteraction.web.people.models.Traced, models.Model),
        ),
        migrations.CreateModel(
            name='LedgerEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveIntegerField()),
                ('kind', models.CharField(max_length=20)),
                ('content', models.TextField()),
                ('at', models.DateTimeField()),
                ('previous', models.CharField(blank=True, max_length=64)),
                ('digest', models.CharField(max_length=64)),
                ('experiment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ledger', to='experiments.experiment')),
            ],
            options={
                'ordering': ['place'],
                'constraints': [models.UniqueConstraint(fields=('experiment', 'place'), name='one_ledger_entry_of_a_place')],
            },
        ),
        migrations.CreateModel(
            name='Protocol',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField()),
                ('document', models.JSONField(default=dict)),
                ('text', models.TextField(blank=True)),
                ('digest', models.CharField(blank=True, max_length=64)),
                ('locked_at', models.DateTimeField(null=True)),
                ('why', models.CharField(blank=True, help_text='Why this version takes the place of the one before.', max_length=500)),
                ('experiment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='protocols', to='experiments.experiment')),
            ],
            options={
                'ordering': ['-version'],
                'constraints': [models.UniqueConstraint(fields=('experiment', 'version'), name='one_protocol_of_a_version')],
            },
        ),
        migrations.CreateModel(
            name='Look',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('data_version', models.PositiveIntegerField()),
                ('at', models.DateTimeField(help_text='The moment up to which the record is known.')),
                ('made_at', models.DateTimeField()),
                ('result', models.JSONField(default=dict)),
                ('rule_says', models.CharField(blank=True, max_length=20)),
                ('protocol', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='looks', to='experiments.protocol')),
            ],
            options={
                'ordering': ['at', 'id'],
                'constraints': [models.UniqueConstraint(fields=('protocol', 'data_version'), name='one_look_at_a_data_version')],
            },
        ),
        migrations.CreateModel(
            name='Exposure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('deal_id', models.CharField(max_length=300)),
                ('arm', models.CharField(max_length=40)),
                ('at', models.DateTimeField()),
                ('as_owner', models.BooleanField(default=False, help_text='The deal was theirs when they saw it first.')),
                ('followed', models.CharField(blank=True, choices=[('', 'Not said'), ('yes', 'Done as asked'), ('other', 'Done the other way')], max_length=10)),
                ('why', models.CharField(blank=True, max_length=300)),
                ('told_at', models.DateTimeField(null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('protocol', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='exposures', to='experiments.protocol')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('protocol', 'deal_id', 'person'), name='shown_once_a_deal_and_person')],
            },
        ),
        migrations.CreateModel(
            name='ExperimentDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('adopt', 'Adopted'), ('reject', 'Rejected'), ('extend', 'Extended')], max_length=10)),
                ('rule_said', models.CharField(blank=True, max_length=20)),
                ('against_rule', models.BooleanField(default=False)),
                ('reason', models.TextField(blank=True, max_length=2000)),
                ('name', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('process_version', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='insights.processversion')),
                ('look', models.ForeignKey(null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='decisions', to='experiments.look')),
                ('protocol', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='decisions', to='experiments.protocol')),
            ],
            options={
                'ordering': ['-at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('unit', models.CharField(max_length=300)),
                ('cluster', models.CharField(blank=True, max_length=200)),
                ('period', models.PositiveIntegerField(default=0)),
                ('stratum', models.CharField(blank=True, max_length=400)),
                ('place', models.PositiveIntegerField(default=0, help_text='Which to come in its stratum, from 0.')),
                ('arm', models.CharField(blank=True, help_text='Empty: in no arm, as `left_out` says.', max_length=40)),
                ('left_out', models.CharField(blank=True, choices=[('', 'In an arm'), ('washout', 'Began in the days at the start of a period that count in no arm'), ('elsewhere', 'Its rep or team is not in the trial'), ('other', 'Not a deal that the trial is about')], max_length=10)),
                ('began', models.DateTimeField()),
                ('at', models.DateTimeField()),
                ('late', models.BooleanField(default=False, help_text='It came into the record after deals that began later.')),
                ('batch', models.PositiveIntegerField(help_text='The place in the ledger of the entry that settles it.')),
                ('protocol', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='assignments', to='experiments.protocol')),
            ],
            options={
                'indexes': [models.Index(fields=['protocol', 'batch'], name='assigned_by_batch')],
                'constraints': [models.UniqueConstraint(fields=('protocol', 'unit'), name='one_arm_of_a_deal')],
            },
        ),
        migrations.CreateModel(
            name='Signature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('part', models.CharField(choices=[('owner', 'Owner'), ('sponsor', 'Sponsor')], max_length=10)),
                ('name', models.CharField(max_length=200)),
                ('digest', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('protocol', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='signatures', to='experiments.protocol')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('protocol', 'part'), name='signed_once_for_each_part')],
            },
        ),
        migrations.CreateModel(
            name='StepDone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('deal_id', models.CharField(max_length=300)),
                ('at', models.DateTimeField()),
                ('protocol', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='steps_done', to='experiments.protocol')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('protocol', 'deal_id'), name='first_done_once_a_deal')],
            },
        ),
        migrations.CreateModel(
            name='BeforeAfterResult',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('data_version', models.PositiveIntegerField()),
                ('made_at', models.DateTimeField()),
                ('verdict', models.CharField(max_length=20)),
                ('grade', models.CharField(max_length=20)),
                ('finding', models.TextField()),
                ('document', models.JSONField(default=dict)),
                ('html', models.TextField(help_text='The chart and the checks, as the report prints them.')),
                ('stated', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='results', to='experiments.beforeafter')),
            ],
            options={
                'ordering': ['-data_version'],
                'constraints': [models.UniqueConstraint(fields=('stated', 'data_version'), name='one_result_of_a_data_version')],
            },
        ),
    ]
