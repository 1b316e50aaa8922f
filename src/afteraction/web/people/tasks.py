"""The jobs of people. Each may run twice and does nothing the second time."""

from django.utils import timezone
from django_tasks import task


@task()
def mail_invitation(invitation_id: int, nonce: str) -> None:
    """Mails the link of an invitation, once."""
    from afteraction.web.people import mailing  # which names this job

    mailing.mail_invitation(invitation_id=invitation_id, nonce=nonce, now=timezone.now())


@task()
def mail_new_password(user_id: int) -> None:
    """Mails the link for a new password. The link is made here, so that it stands in no table of jobs."""
    from afteraction.web.people import mailing  # which names this job

    mailing.mail_new_password(user_id=user_id)
