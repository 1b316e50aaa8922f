import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import afteraction.web.buyers.models.answers
import afteraction.web.buyers.models.programme
import afteraction.web.people.models
from afteraction.web.isolation.together import TablesTogether


class Migration(TablesTogether):
    replaces = [('buyers', '0001_asking_buyers'), ('buyers', '0002_what_buyers_say'), ('buyers', '0003_interviews_and_their_coding')]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('reviews', '0001_reviews'),
    ]

    operations = [
        migrations.CreateModel(
            name='AnonymousAnswer',
            fields=[
                ('language', models.CharField(choices=[('en', 'English'), ('de', 'Deutsch'), ('fr', 'Français'), ('es', 'Español')], default='en', max_length=5)),
                ('cause', models.CharField(blank=True, choices=[('product', 'The product'), ('price', 'The price'), ('story', 'How it was explained'), ('none', 'Something else')], max_length=10)),
                ('drivers', models.JSONField(default=list)),
                ('score', models.SmallIntegerField(null=True)),
                ('engaged', models.CharField(blank=True, choices=[('yes', 'Yes'), ('partly', 'Partly'), ('no', 'No')], max_length=10)),
                ('better', models.TextField(blank=True, max_length=4000)),
                ('apart', models.TextField(blank=True, max_length=4000)),
                ('changed', models.TextField(blank=True, max_length=4000)),
                ('id', models.BigAutoField(default=afteraction.web.buyers.models.answers.random_key, primary_key=True, serialize=False)),
                ('outcome', models.CharField(max_length=20)),
                ('quarter', models.CharField(max_length=7)),
                ('segment', models.CharField(blank=True, max_length=200)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='anonymous_answers', to='people.organisation')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Asking',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('preview', 'Preview'), ('asked', 'Asked'), ('withheld', 'Withheld'), ('nobody', 'No address'), ('left_out', 'Not drawn'), ('withdrawn', 'Withdrawn')], max_length=12)),
                ('weight', models.FloatField(default=1.0)),
                ('opened_at', models.DateTimeField()),
                ('send_after', models.DateTimeField(help_text='When the preview ends.', null=True)),
                ('withheld_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(blank=True, choices=[('asked_not_to', 'The buyer asked not to be contacted'), ('dispute', 'There is a dispute or a complaint under way'), ('negotiating', 'We are still talking with them'), ('asked_already', 'They were asked in another way already'), ('wrong_person', 'The wrong person'), ('other', 'Another reason')], max_length=20)),
                ('reason_text', models.CharField(blank=True, max_length=500)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='askings', to='people.organisation')),
                ('review', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='asking', to='reviews.review')),
                ('withheld_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='withheld', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'state', '-opened_at', '-id'], name='askings_by_state'), models.Index(fields=['state', 'send_after'], name='askings_by_end_of_preview')],
            },
        ),
        migrations.CreateModel(
            name='BuyerAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(choices=[('en', 'English'), ('de', 'Deutsch'), ('fr', 'Français'), ('es', 'Español')], default='en', max_length=5)),
                ('cause', models.CharField(blank=True, choices=[('product', 'The product'), ('price', 'The price'), ('story', 'How it was explained'), ('none', 'Something else')], max_length=10)),
                ('drivers', models.JSONField(default=list)),
                ('score', models.SmallIntegerField(null=True)),
                ('engaged', models.CharField(blank=True, choices=[('yes', 'Yes'), ('partly', 'Partly'), ('no', 'No')], max_length=10)),
                ('better', models.TextField(blank=True, max_length=4000)),
                ('apart', models.TextField(blank=True, max_length=4000)),
                ('changed', models.TextField(blank=True, max_length=4000)),
                ('source', models.CharField(choices=[('questionnaire', 'Questionnaire'), ('interview', 'Interview')], default='questionnaire', max_length=14)),
                ('name', models.CharField(blank=True, max_length=200)),
                ('may_quote', models.CharField(choices=[('no', 'No'), ('unnamed', 'Yes, without my name'), ('named', 'Yes, with my name')], default='no', max_length=10)),
                ('answered_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField(null=True)),
                ('browser_hash', models.CharField(blank=True, help_text='Of the browser that may change it.', max_length=64)),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='buyer_answers', to='people.organisation')),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='buyer_answers', to='reviews.review')),
            ],
        ),
        migrations.CreateModel(
            name='BuyerFigures',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('made_at', models.DateTimeField()),
                ('content', models.JSONField(default=dict)),
                ('organisation', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='buyer_figures', to='people.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='BuyerWords',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(choices=[('en', 'English'), ('de', 'Deutsch'), ('fr', 'Français'), ('es', 'Español')], max_length=5)),
                ('words', models.CharField(max_length=120)),
                ('driver', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='buyer_words', to='reviews.driver')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('driver', 'language'), name='one_wording_of_a_language')],
            },
        ),
        migrations.CreateModel(
            name='Coding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('begun_at', models.DateTimeField()),
                ('done_at', models.DateTimeField(null=True)),
                ('coder', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='codings', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Code',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('start', models.PositiveIntegerField()),
                ('end', models.PositiveIntegerField()),
                ('state', models.CharField(choices=[('suggested', 'Suggested'), ('confirmed', 'Confirmed'), ('rejected', 'Rejected')], default='suggested', max_length=10)),
                ('origin', models.CharField(choices=[('person', 'Found by the coder'), ('similarity', 'Suggested by similar words'), ('model', 'Suggested by the language model')], default='person', max_length=12)),
                ('why', models.CharField(blank=True, max_length=300)),
                ('decided_at', models.DateTimeField(null=True)),
                ('driver', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='codes', to='reviews.driver')),
                ('coding', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='codes', to='buyers.coding')),
            ],
            options={
                'ordering': ['start', 'id'],
                'constraints': [models.UniqueConstraint(fields=('coding', 'driver', 'start', 'end'), name='a_passage_coded_once')],
            },
        ),
        migrations.CreateModel(
            name='HeldAnswer',
            fields=[
                ('language', models.CharField(choices=[('en', 'English'), ('de', 'Deutsch'), ('fr', 'Français'), ('es', 'Español')], default='en', max_length=5)),
                ('cause', models.CharField(blank=True, choices=[('product', 'The product'), ('price', 'The price'), ('story', 'How it was explained'), ('none', 'Something else')], max_length=10)),
                ('drivers', models.JSONField(default=list)),
                ('score', models.SmallIntegerField(null=True)),
                ('engaged', models.CharField(blank=True, choices=[('yes', 'Yes'), ('partly', 'Partly'), ('no', 'No')], max_length=10)),
                ('better', models.TextField(blank=True, max_length=4000)),
                ('apart', models.TextField(blank=True, max_length=4000)),
                ('changed', models.TextField(blank=True, max_length=4000)),
                ('id', models.BigAutoField(default=afteraction.web.buyers.models.answers.random_key, primary_key=True, serialize=False)),
                ('outcome', models.CharField(max_length=20)),
                ('quarter', models.CharField(max_length=7)),
                ('segment', models.CharField(blank=True, max_length=200)),
                ('not_before', models.DateField()),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.organisation')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Interview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('interviewee', models.CharField(blank=True, max_length=200, verbose_name='who was asked')),
                ('interviewer', models.CharField(max_length=200, verbose_name='who asked')),
                ('held_on', models.DateField(verbose_name='on')),
                ('language', models.CharField(choices=[('en', 'English'), ('de', 'Deutsch'), ('fr', 'Français'), ('es', 'Español')], default='en', max_length=5)),
                ('consent', models.CharField(choices=[('', 'Not asked'), ('notes', 'Notes for us alone'), ('quote', 'May be quoted without name'), ('named', 'May be quoted with name')], max_length=10)),
                ('transcript', models.TextField(blank=True, max_length=200000)),
                ('made_at', models.DateTimeField()),
                ('answer', models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='interview', to='buyers.buyeranswer')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='interviews', to='people.organisation')),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='interviews', to='reviews.review')),
            ],
            options={
                'ordering': ['-held_on', '-id'],
            },
            bases=(afteraction.web.people.models.Traced, models.Model),
        ),
        migrations.AddField(
            model_name='coding',
            name='interview',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='codings', to='buyers.interview'),
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(blank=True, max_length=200)),
                ('email', models.EmailField(max_length=254)),
                ('job', models.CharField(blank=True, max_length=200)),
                ('language', models.CharField(choices=[('en', 'English'), ('de', 'Deutsch'), ('fr', 'Français'), ('es', 'Español')], default='en', max_length=5)),
                ('state', models.CharField(choices=[('preview', 'Preview'), ('sent', 'Sent'), ('reminded', 'Reminded'), ('answered', 'Answered'), ('anonymous', 'Answered anonymously'), ('declined', 'Declined'), ('expired', 'Not answered'), ('withheld', 'Withheld'), ('unsubscribed', 'Unsubscribed'), ('bounced', 'Address unknown')], default='preview', max_length=12)),
                ('sent_at', models.DateTimeField(null=True)),
                ('reminded_at', models.DateTimeField(null=True)),
                ('expires_at', models.DateTimeField(null=True)),
                ('problem', models.CharField(blank=True, max_length=300)),
                ('asking', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='buyers.asking')),
                ('typed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['state', 'expires_at'], name='invitations_by_expiry'), models.Index(fields=['state', 'sent_at'], name='invitations_by_sending')],
                'constraints': [models.UniqueConstraint(fields=('asking', 'email'), name='one_invitation_of_an_address')],
            },
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('content', models.JSONField(default=dict)),
                ('saved_at', models.DateTimeField()),
                ('invitation', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='draft', to='buyers.invitation')),
            ],
        ),
        migrations.AddField(
            model_name='buyeranswer',
            name='invitation',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='answer', to='buyers.invitation'),
        ),
        migrations.CreateModel(
            name='Link',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('made_at', models.DateTimeField()),
                ('invitation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='buyers.invitation')),
            ],
        ),
        migrations.CreateModel(
            name='MailText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(choices=[('en', 'English'), ('de', 'Deutsch'), ('fr', 'Français'), ('es', 'Español')], max_length=5)),
                ('subject', models.CharField(max_length=200)),
                ('body', models.TextField(max_length=5000)),
                ('reminder_subject', models.CharField(max_length=200, verbose_name='subject of the reminder')),
                ('reminder_body', models.TextField(max_length=5000, verbose_name='text of the reminder')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='buyer_mails', to='people.organisation')),
            ],
            options={
                'verbose_name': 'mail to buyers',
                'verbose_name_plural': 'mails to buyers',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'language'), name='one_buyer_mail_of_a_language')],
            },
            bases=(afteraction.web.people.models.Traced, models.Model),
        ),
        migrations.CreateModel(
            name='ModelRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(max_length=300)),
                ('model', models.CharField(max_length=200)),
                ('sent', models.JSONField(default=list)),
                ('asked_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('done', 'Done'), ('failed', 'Failed')], default='waiting', max_length=10)),
                ('message', models.CharField(blank=True, max_length=500)),
                ('ended_at', models.DateTimeField(null=True)),
                ('coding', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='requests', to='buyers.coding')),
            ],
        ),
        migrations.CreateModel(
            name='Programme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_on', models.BooleanField(default=False, verbose_name='ask buyers')),
                ('since', models.DateTimeField(blank=True, null=True, verbose_name='deals closed from')),
                ('outcomes', models.JSONField(default=afteraction.web.buyers.models.programme.all_outcomes)),
                ('above', models.FloatField(blank=True, help_text='An amount; empty: of any amount.', null=True, verbose_name='deals from')),
                ('share', models.PositiveSmallIntegerField(default=100, help_text='In percent, drawn by chance.', verbose_name='share of them')),
                ('seed', models.CharField(max_length=40)),
                ('most_people', models.PositiveSmallIntegerField(default=2, verbose_name='people asked per deal')),
                ('company', models.CharField(blank=True, help_text="As buyers know it; empty: the organisation's.", max_length=200, verbose_name='name of your company')),
                ('sender', models.CharField(blank=True, help_text='A person or team that buyers may trust with criticism: never the rep of the deal.', max_length=200, verbose_name='who asks')),
                ('reply_to', models.EmailField(blank=True, max_length=254, verbose_name='answers by mail go to')),
                ('wait_days', models.PositiveSmallIntegerField(default=5, verbose_name='days after closing')),
                ('preview_hours', models.PositiveSmallIntegerField(default=48, verbose_name='hours of preview')),
                ('remind_days', models.PositiveSmallIntegerField(default=7, help_text='One reminder, never more; 0: none.', verbose_name='days until the reminder')),
                ('valid_days', models.PositiveSmallIntegerField(default=30, verbose_name='days that a link works')),
                ('languages', models.JSONField(default=afteraction.web.buyers.models.programme.english)),
                ('anonymous', models.BooleanField(default=True, verbose_name='buyers may answer anonymously')),
                ('asks_quote', models.BooleanField(default=True, verbose_name='ask whether we may quote them')),
                ('organisation', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='buyer_programme', to='people.organisation')),
            ],
            options={
                'verbose_name': 'buyer programme',
                'verbose_name_plural': 'buyer programmes',
            },
            bases=(afteraction.web.people.models.Traced, models.Model),
        ),
        migrations.CreateModel(
            name='Unsubscribed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address_hash', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='unsubscribed', to='people.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'address_hash'), name='an_address_unsubscribes_once')],
            },
        ),
        migrations.AddConstraint(
            model_name='coding',
            constraint=models.UniqueConstraint(fields=('interview', 'coder'), name='one_coding_of_a_coder'),
        ),
        migrations.AddIndex(
            model_name='buyeranswer',
            index=models.Index(fields=['organisation', '-answered_at', '-id'], name='buyer_answers_newest_first'),
        ),
    ]
