import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import afteraction.web.people.models
from afteraction.web.content.search import INDEX
from afteraction.web.isolation.together import TablesTogether


def make_search(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    sqlite = schema_editor.connection.vendor == "sqlite"
    for statement in INDEX.sqlite_schema if sqlite else INDEX.postgresql_schema:
        schema_editor.execute(statement)


class Migration(TablesTogether):
    replaces = [('content', '0001_pieces_and_their_uses'), ('content', '0002_requests_insights_and_search')]

    initial = True

    dependencies = [
        ('lessons', '0001_lessons'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('reviews', '0001_reviews'),
    ]

    operations = [
        migrations.CreateModel(
            name='ContentState',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('matched_version', models.PositiveIntegerField(default=0)),
                ('matched_at', models.DateTimeField(null=True)),
                ('measured_version', models.PositiveIntegerField(default=0)),
                ('measured_at', models.DateTimeField(null=True)),
                ('roles', models.JSONField(default=list, help_text='The roles of buyers that the record has, the most common first.')),
                ('organisation', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='content_state', to='people.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='Piece',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('record_id', models.CharField(blank=True, max_length=300)),
                ('title', models.CharField(max_length=160)),
                ('kind', models.CharField(blank=True, max_length=80)),
                ('address', models.URLField(blank=True, max_length=500)),
                ('reference', models.CharField(blank=True, max_length=300, verbose_name='file')),
                ('text', models.TextField(blank=True, max_length=8000, verbose_name='what it says')),
                ('stage', models.CharField(blank=True, max_length=200)),
                ('segment', models.CharField(blank=True, max_length=200)),
                ('buyer_role', models.CharField(blank=True, max_length=120, verbose_name='for whom')),
                ('valid_until', models.DateField(blank=True, null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('state', models.CharField(choices=[('draft', 'To be approved'), ('in_use', 'In use'), ('retired', 'Retired')], default='draft', max_length=10)),
                ('retired_because', models.CharField(blank=True, max_length=300)),
                ('search_words', models.TextField(blank=True, help_text='What it is searched by, as search.py writes words.')),
                ('made_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('deals', models.PositiveIntegerField(default=0, help_text='In how many deals it was used.')),
                ('last_used_at', models.DateTimeField(null=True)),
                ('figures', models.JSONField(blank=True, default=dict)),
                ('effect', models.JSONField(blank=True, default=dict)),
                ('data_version', models.PositiveIntegerField(null=True)),
                ('measured_at', models.DateTimeField(null=True)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='pieces', to='people.organisation')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='pieces', to=settings.AUTH_USER_MODEL)),
                ('registered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'state', 'title', 'id'], name='pieces_by_state'), models.Index(fields=['organisation', 'valid_until'], name='pieces_by_validity')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('record_id', ''), _negated=True), fields=('organisation', 'record_id'), name='one_piece_of_a_record_id')],
            },
            bases=(afteraction.web.people.models.Traced, models.Model),
        ),
        migrations.CreateModel(
            name='Insight',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=160)),
                ('text', models.TextField(blank=True, max_length=8000)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('checked', 'Waits for approval'), ('approved', 'Approved'), ('dropped', 'Dropped')], default='draft', max_length=10)),
                ('removed', models.JSONField(blank=True, default=dict, help_text='How many of each kind were removed: names, amounts and so on; never which.')),
                ('made_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('checked_at', models.DateTimeField(null=True)),
                ('approved_at', models.DateTimeField(null=True)),
                ('dropped_because', models.CharField(blank=True, max_length=300)),
                ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('checked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='insight_pieces', to='people.organisation')),
                ('piece', models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='insight', to='content.piece')),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'state', '-made_at'], name='insight_pieces_newest')],
            },
            bases=(afteraction.web.people.models.Traced, models.Model),
        ),
        migrations.CreateModel(
            name='EffectDeals',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('had', models.JSONField(default=list)),
                ('had_not', models.JSONField(default=list)),
                ('piece', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='compared', to='content.piece')),
            ],
        ),
        migrations.CreateModel(
            name='DealLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('deal_id', models.CharField(max_length=300)),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('reader_role', models.CharField(blank=True, max_length=120)),
                ('made_at', models.DateTimeField()),
                ('ends_on', models.DateField()),
                ('opened', models.PositiveIntegerField(default=0)),
                ('opened_on', models.DateField(null=True)),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('piece', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='content.piece')),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'deal_id'], name='piece_links_of_a_deal')],
            },
        ),
        migrations.CreateModel(
            name='ContentRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=160, verbose_name='what is needed')),
                ('why', models.TextField(blank=True, max_length=2000, verbose_name='what it should do for the buyer')),
                ('stage', models.CharField(blank=True, max_length=200)),
                ('segment', models.CharField(blank=True, max_length=200)),
                ('buyer_role', models.CharField(blank=True, max_length=120, verbose_name='for whom')),
                ('asked_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('open', 'Open'), ('answered', 'Answered'), ('declined', 'Declined')], default='open', max_length=10)),
                ('answer', models.CharField(blank=True, max_length=500)),
                ('answered_at', models.DateTimeField(null=True)),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='content_requests', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='content_requests', to='people.organisation')),
                ('piece', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='requests', to='content.piece')),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'state', '-asked_at'], name='content_requests_newest')],
            },
            bases=(afteraction.web.people.models.Traced, models.Model),
        ),
        migrations.CreateModel(
            name='PieceUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('deal_id', models.CharField(max_length=300)),
                ('source', models.CharField(choices=[('record', 'The record'), ('touch', 'A logged touch'), ('link', 'A link was opened'), ('tap', 'A colleague said so')], max_length=8)),
                ('key', models.CharField(max_length=300)),
                ('at', models.DateTimeField()),
                ('version', models.PositiveIntegerField(default=1)),
                ('actor', models.CharField(blank=True, max_length=200)),
                ('reader_role', models.CharField(blank=True, max_length=120)),
                ('seconds', models.FloatField(null=True)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='piece_uses', to=settings.AUTH_USER_MODEL)),
                ('piece', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='uses', to='content.piece')),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'deal_id', 'at'], name='piece_uses_of_a_deal'), models.Index(fields=['piece', '-at', '-id'], name='piece_uses_newest_first')],
                'constraints': [models.UniqueConstraint(fields=('piece', 'source', 'deal_id', 'key'), name='a_use_of_a_piece_once')],
            },
        ),
        migrations.CreateModel(
            name='PieceVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('address', models.URLField(blank=True, max_length=500)),
                ('reference', models.CharField(blank=True, max_length=300)),
                ('text', models.TextField(blank=True)),
                ('valid_until', models.DateField(null=True)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('piece', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='content.piece')),
            ],
            options={
                'ordering': ['-number'],
                'constraints': [models.UniqueConstraint(fields=('piece', 'number'), name='a_piece_version_once')],
            },
        ),
        migrations.CreateModel(
            name='Rating',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('useful', models.BooleanField()),
                ('comment', models.CharField(blank=True, max_length=300)),
                ('version', models.PositiveIntegerField(default=1)),
                ('at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='piece_ratings', to=settings.AUTH_USER_MODEL)),
                ('piece', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ratings', to='content.piece')),
            ],
            options={
                'ordering': ['-at', '-id'],
                'constraints': [models.UniqueConstraint(fields=('piece', 'person'), name='a_piece_rated_once')],
            },
        ),
        migrations.CreateModel(
            name='RequestDeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('deal_id', models.CharField(max_length=300)),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deals', to='content.contentrequest')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('request', 'deal_id'), name='a_deal_once_a_request')],
            },
        ),
        migrations.CreateModel(
            name='RequestNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('told_at', models.DateTimeField()),
                ('mailed_at', models.DateTimeField(null=True)),
                ('seen_at', models.DateTimeField(null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='content_notices', to=settings.AUTH_USER_MODEL)),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='content.contentrequest')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('request', 'person'), name='told_once_of_a_request')],
            },
        ),
        migrations.CreateModel(
            name='RequestVote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='votes', to='content.contentrequest')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('request', 'person'), name='a_vote_once_a_request')],
            },
        ),
        migrations.CreateModel(
            name='ReviewConsent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('given_at', models.DateTimeField()),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='review_consents', to=settings.AUTH_USER_MODEL)),
                ('review', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='content_consent', to='reviews.review')),
            ],
        ),
        migrations.CreateModel(
            name='DealRoles',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('deal_id', models.CharField(max_length=300)),
                ('roles', models.JSONField(default=list)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'deal_id'), name='roles_of_a_deal')],
            },
        ),
        migrations.CreateModel(
            name='InsightPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('insight', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='content.insight')),
                ('lesson', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='lessons.lesson')),
                ('review', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='reviews.review')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('lesson__isnull', False), ('review__isnull', True)), models.Q(('lesson__isnull', True), ('review__isnull', False)), _connector='OR'), name='a_part_is_a_lesson_or_a_review')],
            },
        ),
        migrations.RunPython(make_search, migrations.RunPython.noop),
    ]
