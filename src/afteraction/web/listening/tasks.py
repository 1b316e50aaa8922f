"""The jobs of listening. Each may run twice and does the same again."""

from django.utils import timezone
from django_tasks import task

from afteraction.web.isolation.scope import within
from afteraction.web.jobs.services import enqueue
from afteraction.web.people.models import Organisation, User


@task()
def understand(organisation_id: int) -> None:
    """Makes stories of the items that are new, and trigger events of the stories; then ranks the accounts."""
    from afteraction.web.listening.pipeline import understand_items

    organisation = Organisation.objects.filter(pk=organisation_id).first()
    if organisation is not None and understand_items(organisation=organisation, now=timezone.now()):
        enqueue(rank_accounts, organisation_id=organisation_id)


@task()
def read_again(organisation_id: int, text: str) -> None:
    """Reads what was heard under a name once it is known which account it means; then ranks the accounts."""
    from afteraction.web.listening.pipeline import understand_name

    organisation = Organisation.objects.filter(pk=organisation_id).first()
    if organisation is not None and understand_name(organisation=organisation, text=text, now=timezone.now()):
        enqueue(rank_accounts, organisation_id=organisation_id)


@task()
def rank_accounts(organisation_id: int) -> None:
    """Ranks the accounts with fresh trigger events, and asks whether acting on events has paid."""
    from afteraction.web.listening.ranking import keep_ranking

    organisation = Organisation.objects.filter(pk=organisation_id).first()
    if organisation is not None:
        keep_ranking(organisation=organisation, now=timezone.now())


@task()
def rank_all_accounts() -> None:
    """Has the accounts of every organisation with trigger events ranked: events age, and deals come."""
    for organisation in Organisation.objects.filter(trigger_events__isnull=False).distinct().order_by("pk"):
        enqueue(rank_accounts, organisation_id=organisation.pk)


@task()
def tell_of_events() -> None:
    """Finds whom to mail what was heard, each in a job of its own."""
    from afteraction.web.listening.digest import people_to_tell

    now = timezone.now()
    for organisation in Organisation.objects.filter(trigger_events__isnull=False).distinct().order_by("pk"):
        with within(organisation.pk):
            for person in people_to_tell(organisation, now=now):
                enqueue(mail_about_events, person_id=person)


@task()
def mail_about_events(person_id: int) -> None:
    """Mails someone what was heard, unless they got their mail of the day."""
    from afteraction.web.listening.digest import send_digest

    person = User.objects.select_related("organisation", "team").filter(pk=person_id).first()
    if person is not None:
        send_digest(person=person, now=timezone.now())
