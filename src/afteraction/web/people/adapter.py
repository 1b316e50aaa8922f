"""How accounts come about: by invitation alone; single sign-on signs in those who are known already."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect

from afteraction.web.isolation.scope import within
from afteraction.web.jobs.services import enqueue
from afteraction.web.people import tasks
from afteraction.web.people.models import User


class InvitedOnly(DefaultAccountAdapter):  # type: ignore[misc]
    """No one opens an account of their own."""

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        return False

    def send_password_reset_mail(self, user: User, _email: str, _context: dict[str, Any]) -> None:
        """In the background: the page answers as fast for an address that nobody has, and whatever the server does."""
        with within(user.organisation_id):
            enqueue(tasks.mail_new_password, user_id=user.pk)


class KnownAddressOnly(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Single sign-on is for people whose verified address an admin has entered."""

    def is_open_for_signup(self, _request: HttpRequest, _sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Connects the account that the provider vouches for with the user of that address, on its first use."""
        if sociallogin.is_existing:
            return
        addresses = [each.email.lower() for each in sociallogin.email_addresses if each.verified]
        user = User.objects.filter(email__in=addresses, is_active=True).first()
        if user is None:
            messages.error(request, "Nobody here has this address. An admin can invite you.")
            raise ImmediateHttpResponse(redirect("account_login"))
        sociallogin.connect(request, user)
