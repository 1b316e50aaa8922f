"""The jobs of leads. Each may run twice and does the same again."""

from django.utils import timezone
from django_tasks import task

from afteraction.web.isolation.scope import within
from afteraction.web.jobs.services import enqueue
from afteraction.web.people.models import Organisation, User


@task()
def follow_leads(organisation_id: int) -> None:
    """Brings leads up to the newest data version, then their figures, then what the analysis says of them."""
    from afteraction.web.leads.figures import keep_figures
    from afteraction.web.leads.index import refresh_leads
    from afteraction.web.leads.keeping import follow_deals, keep_leads, owners_came

    organisation, now = Organisation.objects.filter(pk=organisation_id).first(), timezone.now()
    if organisation is None:
        return
    followed = refresh_leads(organisation=organisation, now=now)
    owners_came(organisation=organisation, now=now)
    follow_deals(organisation=organisation, now=now)
    keep_leads(organisation=organisation, now=now)
    if followed.leads:
        keep_figures(organisation=organisation, now=now)
        enqueue(analyse_leads, organisation_id=organisation_id)


@task()
def analyse_leads(organisation_id: int) -> None:
    """Works out what became of leads, attribution and the score, unless that is done for the newest data version."""
    from afteraction.web.leads.results import keep_results

    organisation = Organisation.objects.filter(pk=organisation_id).first()
    if organisation is not None:
        keep_results(organisation=organisation, now=timezone.now())


@task()
def keep_all_leads() -> None:
    """Looks at the clocks, the owners and the deals of every organisation that has leads."""
    from afteraction.web.leads.keeping import keep_leads

    for organisation in Organisation.objects.filter(lead_index__version__gt=0).order_by("pk"):
        with within(organisation.pk):
            keep_leads(organisation=organisation, now=timezone.now())


@task()
def follow_all_leads() -> None:
    """Has the leads of every organisation followed: a day that passes changes what is owed, and people come and go."""
    for organisation in Organisation.objects.order_by("pk"):
        enqueue(follow_leads, organisation_id=organisation.pk)


@task()
def tell_of_leads() -> None:
    """Finds whom to mail what is owed, each in a job of its own."""
    from afteraction.web.leads.digest import people_to_tell

    now = timezone.now()
    for organisation in Organisation.objects.filter(lead_index__version__gt=0).order_by("pk"):
        with within(organisation.pk):
            for person in people_to_tell(organisation, now=now):
                enqueue(mail_about_leads, person_id=person)


@task()
def mail_about_leads(person_id: int) -> None:
    """Mails someone what is owed, unless they got their mail of the day."""
    from afteraction.web.leads.digest import send_digest

    person = User.objects.select_related("organisation", "team").filter(pk=person_id).first()
    if person is not None:
        send_digest(person=person, now=timezone.now())
