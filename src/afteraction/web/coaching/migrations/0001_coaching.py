import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import afteraction.web.coaching.models
import afteraction.web.people.models
from afteraction.web.isolation.together import TablesTogether


class Migration(TablesTogether):
    replaces = [('coaching', '0001_meetings_and_commitments'), ('coaching', '0002_questions_and_skills')]

    initial = True

    dependencies = [
        ('buyers', '0001_buyers'),
        ('lessons', '0001_lessons'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('reviews', '0001_reviews'),
    ]

    operations = [
        migrations.CreateModel(
            name='Assessment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('begun_at', models.DateTimeField()),
                ('rep_done_at', models.DateTimeField(null=True)),
                ('manager_done_at', models.DateTimeField(null=True)),
                ('manager', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('rep', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='assessments', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-begun_at', '-id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('rep_done_at', None), ('manager_done_at', None), _connector='OR'), fields=('rep', 'manager'), name='one_unfinished_assessment_of_a_pair')],
            },
        ),
        migrations.CreateModel(
            name='Cadence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('huddle', 'Daily huddle'), ('weekly', 'Weekly one-to-one'), ('monthly', 'Monthly one-to-one')], default='weekly', max_length=10, verbose_name='how often')),
                ('weekday', models.PositiveSmallIntegerField(choices=[(0, 'Monday'), (1, 'Tuesday'), (2, 'Wednesday'), (3, 'Thursday'), (4, 'Friday'), (5, 'Saturday'), (6, 'Sunday')], default=0, verbose_name='on')),
                ('week', models.SmallIntegerField(choices=[(1, 'first'), (2, 'second'), (3, 'third'), (4, 'fourth'), (-1, 'last')], default=1, verbose_name='week of the month')),
                ('at', models.TimeField()),
                ('minutes', models.PositiveSmallIntegerField(default=30, validators=[django.core.validators.MinValueValidator(5), django.core.validators.MaxValueValidator(240)], verbose_name='minutes')),
                ('time_zone', models.CharField(help_text='Such as Europe/Berlin.', max_length=60)),
                ('starts_on', models.DateField(verbose_name='from')),
                ('uid', models.CharField(default=afteraction.web.coaching.models.new_uid, editable=False, max_length=36, unique=True)),
                ('sequence', models.PositiveIntegerField(default=0)),
                ('dropped_at', models.DateTimeField(null=True)),
                ('made_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('manager', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='cadences_led', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='cadences', to='people.organisation')),
                ('rep', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='cadences', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='huddles', to='people.team')),
            ],
            options={
                'indexes': [models.Index(fields=['manager', 'dropped_at'], name='cadences_of_manager'), models.Index(fields=['rep', 'dropped_at'], name='cadences_of_rep')],
            },
            bases=(afteraction.web.people.models.Traced, models.Model),
        ),
        migrations.CreateModel(
            name='CoachingFigures',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('content', models.JSONField(default=dict)),
                ('data_version', models.PositiveIntegerField(default=0)),
                ('made_at', models.DateTimeField()),
                ('organisation', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='coaching_figures', to='people.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='Meeting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('planned_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('ready', 'Agenda ready'), ('held', 'Held'), ('skipped', 'Skipped')], default='ready', max_length=10)),
                ('made_at', models.DateTimeField()),
                ('begun_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('skip_reason', models.CharField(blank=True, max_length=300)),
                ('data_version', models.PositiveIntegerField(default=0)),
                ('shared_note', models.TextField(blank=True, max_length=10000, verbose_name='shared notes')),
                ('learned', models.TextField(blank=True, max_length=2000, verbose_name='what is the lesson learned')),
                ('serves', models.TextField(blank=True, max_length=2000, verbose_name='how will it serve you in winning the next deal')),
                ('about_deal', models.CharField(blank=True, max_length=300)),
                ('saved_at', models.DateTimeField(null=True)),
                ('cadence', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='meetings', to='coaching.cadence')),
                ('lesson', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='meetings', to='lessons.lesson')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
            ],
            options={
                'ordering': ['-planned_at'],
                'constraints': [models.UniqueConstraint(fields=('cadence', 'planned_at'), name='one_meeting_of_a_time')],
            },
        ),
        migrations.CreateModel(
            name='Commitment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=300, verbose_name='what')),
                ('due_on', models.DateField(verbose_name='by')),
                ('step', models.CharField(blank=True, max_length=120)),
                ('deal_id', models.CharField(blank=True, max_length=300)),
                ('state', models.CharField(choices=[('open', 'Open'), ('kept', 'Kept'), ('dropped', 'Dropped')], default='open', max_length=8)),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='why it was dropped')),
                ('carried', models.PositiveSmallIntegerField(default=0, help_text='Meetings that it came back to and was left open.')),
                ('made_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('cadence', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='commitments', to='coaching.cadence')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='commitments', to=settings.AUTH_USER_MODEL)),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='commitments', to='coaching.meeting')),
            ],
            options={
                'ordering': ['due_on', 'id'],
                'indexes': [models.Index(fields=['cadence', 'state', 'due_on'], name='commitments_of_a_cadence'), models.Index(fields=['person', 'state', 'due_on'], name='commitments_of_a_person')],
            },
        ),
        migrations.CreateModel(
            name='ChanceThen',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('deal_id', models.CharField(max_length=300)),
                ('chance', models.FloatField()),
                ('stage', models.CharField(blank=True, max_length=200)),
                ('factors', models.JSONField(default=dict, help_text='By name: its value, and its points.')),
                ('data_version', models.PositiveIntegerField(default=0)),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='chances', to='coaching.meeting')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('meeting', 'deal_id'), name='a_chance_once_a_meeting')],
            },
        ),
        migrations.CreateModel(
            name='AgendaMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mails', to='coaching.meeting')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('meeting', 'person'), name='one_mail_of_an_agenda')],
            },
        ),
        migrations.CreateModel(
            name='AgendaItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('commitment', 'What was agreed'), ('ended', 'Deals that ended'), ('risk', 'Open deals whose chance fell'), ('step', 'Steps with power that were missed'), ('lesson', 'Lessons due')], max_length=12)),
                ('key', models.CharField(max_length=300)),
                ('place', models.PositiveSmallIntegerField(default=0)),
                ('title', models.CharField(max_length=300)),
                ('reason', models.CharField(max_length=600)),
                ('details', models.JSONField(blank=True, default=dict)),
                ('carried', models.PositiveSmallIntegerField(default=0)),
                ('talked_at', models.DateTimeField(null=True)),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='coaching.meeting')),
            ],
            options={
                'ordering': ['place', 'id'],
                'constraints': [models.UniqueConstraint(fields=('meeting', 'kind', 'key'), name='an_item_once')],
            },
        ),
        migrations.CreateModel(
            name='PrivateNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(blank=True, max_length=10000, verbose_name='for myself')),
                ('saved_at', models.DateTimeField()),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='private_notes', to='coaching.meeting')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('meeting', 'author'), name='one_note_of_an_author')],
            },
        ),
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(help_text='Its words alone: the same question is one row.', max_length=300)),
                ('text', models.CharField(max_length=300, verbose_name='question')),
                ('stage', models.CharField(blank=True, max_length=200)),
                ('made_at', models.DateTimeField()),
                ('hidden_at', models.DateTimeField(null=True)),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'key'), name='a_question_once')],
            },
        ),
        migrations.CreateModel(
            name='QuestionHeard',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('field', models.CharField(blank=True, max_length=20)),
                ('answer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='reviews.answer')),
                ('interview', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='buyers.interview')),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='heard', to='coaching.question')),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='reviews.review')),
            ],
            options={
                'indexes': [models.Index(fields=['question', 'review'], name='heard_by_question')],
            },
        ),
        migrations.CreateModel(
            name='QuestionRating',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('useful', models.BooleanField()),
                ('at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ratings', to='coaching.question')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('question', 'person'), name='one_rating_of_a_person')],
            },
        ),
        migrations.CreateModel(
            name='Skill',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('description', models.CharField(blank=True, max_length=300)),
                ('steps', models.JSONField(default=list)),
                ('place', models.PositiveSmallIntegerField(default=0)),
                ('retired_at', models.DateTimeField(blank=True, null=True)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='skills', to='people.organisation')),
            ],
            options={
                'ordering': ['place', 'name'],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'name'), name='one_skill_of_a_name')],
            },
            bases=(afteraction.web.people.models.Traced, models.Model),
        ),
        migrations.CreateModel(
            name='SkillRating',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(5)])),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='an example')),
                ('assessment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ratings', to='coaching.assessment')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('skill', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='coaching.skill')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('assessment', 'skill', 'author'), name='one_rating_of_a_skill_and_author')],
            },
        ),
    ]
