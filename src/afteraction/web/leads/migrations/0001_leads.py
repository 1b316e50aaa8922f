import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import afteraction.web.people.models
from afteraction.web.isolation.together import TablesTogether


class Migration(TablesTogether):
    replaces = [('leads', '0001_leads_and_their_agreement'), ('leads', '0002_what_comes_back_and_how_leads_are_found')]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Agreement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField()),
                ('state', models.CharField(choices=[('proposed', 'Waits for signatures'), ('in_force', 'In force'), ('replaced', 'Replaced'), ('withdrawn', 'Withdrawn')], default='proposed', max_length=10)),
                ('terms', models.JSONField(default=dict)),
                ('digest', models.CharField(max_length=64)),
                ('reason', models.TextField(max_length=2000, verbose_name='why')),
                ('history', models.JSONField(blank=True, default=dict, help_text='What it would have meant for the leads of the last quarter.')),
                ('proposed_at', models.DateTimeField()),
                ('in_force_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('marketing_owner', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lead_agreements', to='people.organisation')),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('referee', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('sales_owner', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('sponsor', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'version'), name='one_agreement_of_a_version'), models.UniqueConstraint(condition=models.Q(('state', 'in_force')), fields=('organisation',), name='one_agreement_in_force')],
            },
            bases=(afteraction.web.people.models.Traced, models.Model),
        ),
        migrations.CreateModel(
            name='Lead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lead_id', models.CharField(max_length=300)),
                ('source', models.CharField(blank=True, max_length=80)),
                ('campaign', models.CharField(blank=True, max_length=80)),
                ('person', models.CharField(blank=True, help_text='As the record names who it is: an id or a name.', max_length=300)),
                ('person_name', models.CharField(blank=True, max_length=200)),
                ('account', models.CharField(blank=True, max_length=300)),
                ('account_name', models.CharField(blank=True, max_length=300)),
                ('owner_name', models.CharField(blank=True, max_length=200)),
                ('team', models.CharField(blank=True, max_length=80)),
                ('came_at', models.DateTimeField()),
                ('status', models.CharField(blank=True, help_text="The record's own word for where it stands.", max_length=80)),
                ('status_at', models.DateTimeField(null=True)),
                ('attempts', models.PositiveIntegerField(default=0, help_text='On record; those told here are counted apart.')),
                ('state', models.CharField(choices=[('new', 'New'), ('assigned', 'Handed over'), ('accepted', 'Accepted'), ('returned', 'Returned'), ('nurturing', 'Nurtured'), ('converted', 'A deal'), ('won', 'Won'), ('lost', 'Deal not won'), ('dead', 'Dead')], max_length=10)),
                ('next_at', models.DateTimeField()),
                ('since', models.DateTimeField(help_text='From when on it has stood as it does.')),
                ('handed_at', models.DateTimeField(null=True)),
                ('owned_at', models.DateTimeField(null=True)),
                ('due_at', models.DateTimeField(null=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('answer_minutes', models.FloatField(null=True)),
                ('accepted_at', models.DateTimeField(null=True)),
                ('level', models.PositiveSmallIntegerField(default=0)),
                ('reason', models.CharField(blank=True, help_text='Why it was returned, or died.', max_length=80)),
                ('deal_id', models.CharField(blank=True, max_length=300)),
                ('attempts_here', models.PositiveIntegerField(default=0)),
                ('chance', models.FloatField(help_text='Its chance to become revenue, from 0 to 1; see scores.py.', null=True)),
                ('points', models.FloatField(null=True)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='leads', to='people.organisation')),
                ('owner', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='leads', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='LeadAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('way', models.CharField(choices=[('call', 'Call'), ('mail', 'Mail'), ('message', 'Message')], default='call', max_length=8)),
                ('reached', models.BooleanField(default=False)),
                ('at', models.DateTimeField()),
                ('lead', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attempts_told', to='leads.lead')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='LeadEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('record', 'The record said so'), ('handed', 'Handed over'), ('answered', 'Called or written to'), ('accepted', 'Accepted'), ('returned', 'Returned'), ('nurtured', 'Taken back by marketing'), ('converted', 'Made a deal'), ('ended', 'Given up'), ('snoozed', 'Put off'), ('reassigned', 'Given to another'), ('owner_left', 'Its owner left'), ('broken', 'Not answered in time'), ('merged', 'Merged')], max_length=12)),
                ('before', models.CharField(blank=True, max_length=10)),
                ('after', models.CharField(max_length=10)),
                ('why', models.CharField(blank=True, max_length=500)),
                ('detail', models.JSONField(blank=True, default=dict)),
                ('at', models.DateTimeField()),
                ('lead', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='leads.lead')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-at', '-id'],
                'indexes': [models.Index(fields=['kind', 'at'], name='lead_events_by_kind')],
            },
        ),
        migrations.CreateModel(
            name='LeadIndex',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=0)),
                ('heading', models.PositiveIntegerField(default=0)),
                ('made_at', models.DateTimeField(help_text='When that version was made: another lake has other times.', null=True)),
                ('leads', models.PositiveIntegerField(default=0)),
                ('choices', models.JSONField(default=dict)),
                ('organisation', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='lead_index', to='people.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='LeadMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sent_on', models.DateField(null=True)),
                ('wanted', models.BooleanField(default=True)),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='lead_mail', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='LeadQueue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100)),
                ('of_marketing', models.BooleanField(default=False, help_text="Whether what lies in it is marketing's.")),
                ('answerable', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lead_queues', to='people.organisation')),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='people.team')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'name'), name='one_lead_queue_of_a_name')],
            },
        ),
        migrations.AddField(
            model_name='lead',
            name='queue',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='leads', to='leads.leadqueue'),
        ),
        migrations.CreateModel(
            name='LeadResult',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('outcomes', 'What became of them'), ('attribution', 'Attribution'), ('score', 'Score'), ('deaths', 'Where they die'), ('loop', 'The loop')], max_length=12)),
                ('data_version', models.PositiveIntegerField()),
                ('figures', models.JSONField(default=dict)),
                ('made_at', models.DateTimeField()),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lead_results', to='people.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'kind'), name='one_lead_result_of_a_kind')],
            },
        ),
        migrations.CreateModel(
            name='MarketingAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=80)),
                ('source', models.CharField(blank=True, max_length=80)),
                ('campaign', models.CharField(blank=True, max_length=80)),
                ('text', models.TextField(max_length=2000, verbose_name='what was changed')),
                ('changed', models.BooleanField(default=True, help_text='Whether anything was changed.')),
                ('at', models.DateTimeField()),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='marketing_answers', to='people.organisation')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', '-at'], name='marketing_answers_newest')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('told_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField(null=True)),
                ('answer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='leads.marketinganswer')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lead_notices', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('answer', 'person'), name='told_once_a_person')],
            },
        ),
        migrations.CreateModel(
            name='Returned',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=80)),
                ('note', models.CharField(blank=True, max_length=500)),
                ('source', models.CharField(blank=True, max_length=80)),
                ('campaign', models.CharField(blank=True, max_length=80)),
                ('person_name', models.CharField(blank=True, max_length=200)),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('early', models.BooleanField(default=False)),
                ('at', models.DateTimeField()),
                ('answer_by', models.DateTimeField()),
                ('answer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='returns', to='leads.marketinganswer')),
                ('lead', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='returns', to='leads.lead')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'at', 'reason', 'source', 'campaign'], name='returned_by_reason'), models.Index(condition=models.Q(('answer__isnull', True)), fields=['organisation', 'answer_by'], name='returned_unanswered')],
                'constraints': [models.UniqueConstraint(fields=('lead', 'at'), name='a_lead_returned_once_a_moment')],
            },
        ),
        migrations.CreateModel(
            name='Signature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.CharField(choices=[('marketing', 'Marketing'), ('sales', 'Sales')], max_length=10)),
                ('digest', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='signatures', to='leads.agreement')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('agreement', 'side'), name='signed_once_a_side')],
            },
        ),
        migrations.AddIndex(
            model_name='lead',
            index=models.Index(fields=['organisation', '-came_at', '-id', 'state', 'source', 'campaign', 'team', 'reason', 'owner', 'queue'], name='leads_newest_first'),
        ),
        migrations.AddIndex(
            model_name='lead',
            index=models.Index(fields=['organisation', 'owner', 'state', 'next_at', 'id'], name='leads_of_an_owner'),
        ),
        migrations.AddIndex(
            model_name='lead',
            index=models.Index(fields=['organisation', 'queue', 'state', 'next_at', 'id'], name='leads_of_a_queue'),
        ),
        migrations.AddIndex(
            model_name='lead',
            index=models.Index(fields=['organisation', 'state', 'next_at', 'id'], name='leads_by_next_date'),
        ),
        migrations.AddIndex(
            model_name='lead',
            index=models.Index(fields=['organisation', 'team', '-came_at', '-id'], name='leads_of_a_team'),
        ),
        migrations.AddIndex(
            model_name='lead',
            index=models.Index(condition=models.Q(('deal_id', ''), _negated=True), fields=['organisation', 'deal_id'], name='leads_of_a_deal'),
        ),
        migrations.AddIndex(
            model_name='lead',
            index=models.Index(condition=models.Q(('answered_at__isnull', True), ('state', 'assigned')), fields=['organisation', 'due_at', 'id'], name='leads_on_the_clock'),
        ),
        migrations.AddConstraint(
            model_name='lead',
            constraint=models.UniqueConstraint(fields=('organisation', 'lead_id'), name='one_lead_of_an_id'),
        ),
        migrations.AddConstraint(
            model_name='lead',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['new', 'assigned', 'accepted', 'returned', 'nurturing']), ('state__in', ['converted', 'won', 'lost', 'dead']), _connector='OR'), name='every_lead_has_a_state'),
        ),
        migrations.AddConstraint(
            model_name='lead',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('owner__isnull', False), ('queue__isnull', True)), models.Q(('owner__isnull', True), ('queue__isnull', False)), _connector='OR'), name='every_lead_has_an_owner'),
        ),
        migrations.AddConstraint(
            model_name='lead',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'assigned'), _negated=True), models.Q(('due_at__isnull', False), ('handed_at__isnull', False)), _connector='OR'), name='every_hand_over_has_a_clock'),
        ),
    ]
