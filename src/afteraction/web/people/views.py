"""Home by role, coming in for the first time, and the settings that are about people."""

from typing import Final

from django.contrib import messages
from django.contrib.auth import login
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from afteraction.errors import Refused
from afteraction.web.people import mailing, selectors, services
from afteraction.web.people.access import needs, signed_in
from afteraction.web.people.forms import (
    InviteForm,
    JoinForm,
    OrganisationForm,
    PeopleFilter,
    PersonForm,
    TrailFilter,
)
from afteraction.web.people.home import cards_for
from afteraction.web.people.invitations import invitation_of, link
from afteraction.web.people.models import Invitation, Role, User
from afteraction.web.people.roles import Right
from afteraction.web.people.trail import TrailPage, kinds, trail

PER_PAGE: Final = 50
SETTINGS: Final = (
    ("settings", "Organisation"),
    ("people", "People"),
    ("roles", "Roles"),
    ("review-rules", "Reviews"),
    ("buyer-programme", "Buyer's voice"),
    ("connectors", "Connectors"),
    ("mail", "Mail"),
    ("trail", "Audit trail"),
)
"""The pages under /settings/; those of systems that are not there are left out."""
_FOLLOWED: Final = "followed_invitation"
_BACKEND: Final = "allauth.account.auth_backends.AuthenticationBackend"


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What needs this person now."""
    user = signed_in(request)
    return render(request, "people/home.html", {"cards": cards_for(user), "first_name": user.name.split(" ")[0]})


@require_GET
@never_cache
def follow_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Takes the link out of the address, so that it is in no history, log or referrer, and goes on without it."""
    request.session[_FOLLOWED] = token
    return redirect("join")


@require_http_methods(["GET", "POST"])
@never_cache
def join(request: HttpRequest) -> HttpResponse:
    """Someone who followed an invitation chooses a password and is signed in."""
    now, token = timezone.now(), request.session.get(_FOLLOWED, "")
    try:
        user = invitation_of(token, now=now).user
        form = JoinForm(request.POST or None, user=user)
        if request.method == "POST" and form.is_valid():
            user = services.accept(token=token, password=form.cleaned_data["password"], now=now)
            login(request, user, backend=_BACKEND)
            request.session.pop(_FOLLOWED, None)
            return redirect("home")
    except Refused as refused:
        return render(request, "people/join_refused.html", {"refused": refused}, status=410)
    status = 422 if form.is_bound else 200
    return render(request, "people/join.html", {"form": form, "person": user}, status=status)


@needs(Right.MANAGE_PEOPLE)
@require_http_methods(["GET", "POST"])
def organisation(request: HttpRequest) -> HttpResponse:
    """The name of the organisation."""
    user = signed_in(request)
    form = OrganisationForm(request.POST or None, instance=user.organisation)
    if request.method == "POST" and form.is_valid():
        services.rename_organisation(by=user, name=form.cleaned_data["name"])
        messages.success(request, "The name has been changed.")
        return redirect("settings")
    return _settings(request, "people/organisation.html", {"form": form}, status=422 if form.is_bound else 200)


@needs(Right.MANAGE_PEOPLE)
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Everyone of the organisation."""
    asked = PeopleFilter(request.GET)
    search, role = (asked.cleaned_data["search"], asked.cleaned_data["role"]) if asked.is_valid() else ("", "")
    found = selectors.people_of(signed_in(request).organisation, search, role)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    now = timezone.now()
    rows = [(person, selectors.state_of(person, now=now)) for person in page]
    about = {"rows": rows, "page": page, "filter": asked, "narrowed": bool(search or role)}
    return _settings(request, "people/people.html", about)


@needs(Right.MANAGE_PEOPLE)
@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """Invites someone by mail."""
    user = signed_in(request)
    known = _known(user)
    form = InviteForm(request.POST or None, **known)
    if request.method == "POST" and form.is_valid():
        try:
            invitation = services.invite(by=user, now=timezone.now(), **form.cleaned_data)
        except Refused as refused:
            form.add_error("email", f"Found {refused.found}: {refused.next_step}.")
        else:
            return _invited(request, invitation)
    return _settings(request, "people/invite.html", {"form": form}, status=422 if form.is_bound else 200)


@needs(Right.MANAGE_PEOPLE)
@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, key: int) -> HttpResponse:
    """One person: who they are here, and whether they may come in."""
    user, other = signed_in(request), _person(request, key)
    initial = {"name": other.name, "role": other.role, "team": other.team or "", "owner_name": other.owner_name}
    form = PersonForm(request.POST or None, initial=initial, **_known(user))
    if request.method == "POST" and form.is_valid():
        try:
            services.change_person(by=user, user=other, **form.cleaned_data)
        except Refused as refused:
            form.add_error("role", f"Found {refused.found}: {refused.next_step}.")
        else:
            messages.success(request, f"{other} has been changed.")
            return redirect("people")
    state = selectors.state_of(other, now=timezone.now())
    waiting = state in ("invited", "expired")
    about = {
        "form": form,
        "person": other,
        "state": state,
        "waiting": waiting,
        "link": link(other.invitation) if state == "invited" else "",
        "mail": mailing.mail_server(),
    }
    return _settings(request, "people/person.html", about, status=422 if form.is_bound else 200)


@needs(Right.MANAGE_PEOPLE)
@require_POST
def invite_again(request: HttpRequest, key: int) -> HttpResponse:
    """Has a new link mailed."""
    try:
        invitation = services.invite_again(by=signed_in(request), user=_person(request, key), now=timezone.now())
    except Refused as refused:
        return _refused(request, refused, "person", key)
    return _invited(request, invitation)


@needs(Right.MANAGE_PEOPLE)
@require_POST
def withdraw(request: HttpRequest, key: int) -> HttpResponse:
    """Takes an invitation back."""
    other = _person(request, key)
    try:
        services.withdraw(by=signed_in(request), user=other)
    except Refused as refused:
        return _refused(request, refused, "person", key)
    messages.success(request, f"The invitation of {other} has been withdrawn; its link no longer works.")
    return redirect("people")


@needs(Right.MANAGE_PEOPLE)
@require_POST
def deactivate(request: HttpRequest, key: int) -> HttpResponse:
    """Lets someone in no longer."""
    try:
        other = services.deactivate(by=signed_in(request), user=_person(request, key))
    except Refused as refused:
        return _refused(request, refused, "person", key)
    messages.success(request, f"{other} can no longer come in. What they wrote is kept.")
    return redirect("people")


@needs(Right.MANAGE_PEOPLE)
@require_POST
def activate(request: HttpRequest, key: int) -> HttpResponse:
    """Lets someone in again."""
    other = services.activate(by=signed_in(request), user=_person(request, key))
    messages.success(request, f"{other} can come in again.")
    return redirect("people")


@needs(Right.MANAGE_PEOPLE)
@require_GET
def roles(request: HttpRequest) -> HttpResponse:
    """What each role may do."""
    return _settings(request, "people/roles.html", {"roles": Role, "rows": selectors.roles_table()})


@needs(Right.MANAGE_PEOPLE)
@require_http_methods(["GET", "POST"])
def mail(request: HttpRequest) -> HttpResponse:
    """Whether mail can leave; a POST sends a test to oneself."""
    user = signed_in(request)
    if request.method == "POST":
        try:
            mailing.send_test(to=user)
        except Refused as refused:
            return _settings(request, "people/mail.html", {"mail": mailing.mail_server(), "refused": refused}, 422)
        messages.success(request, f"The test has left for {user.email}.")
        return redirect("mail")
    return _settings(request, "people/mail.html", {"mail": mailing.mail_server()})


@needs(Right.MANAGE_PEOPLE)
@require_GET
def changes(request: HttpRequest) -> HttpResponse:
    """Who changed what when."""
    user = signed_in(request)
    asked = TrailFilter(request.GET, kinds=kinds())
    page = trail(user.organisation, **asked.cleaned_data) if asked.is_valid() else TrailPage((), None)
    query = request.GET.copy()
    query["before"] = str(page.earlier)
    earlier = f"?{query.urlencode()}" if page.earlier else ""
    return _settings(request, "people/trail.html", {"page": page, "filter": asked, "earlier": earlier})


def _settings(request: HttpRequest, template: str, about: dict[str, object], status: int = 200) -> HttpResponse:
    return render(request, template, {"settings_tabs": SETTINGS, **about}, status=status)


def _person(request: HttpRequest, key: int) -> User:
    return get_object_or_404(selectors.people_of(signed_in(request).organisation), pk=key)


def _known(user: User) -> dict[str, list[str]]:
    teams = [team.name for team in selectors.teams_of(user.organisation)]
    return {"teams": teams, "owners": selectors.owners_without_account(user.organisation)}


def _invited(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Says that the mail is on its way; where there is no mail, the page of the person has the link."""
    who = invitation.user
    if mailing.mail_server().set_up:
        messages.success(request, f"The invitation of {who} is on its way to {who.email}.")
        return redirect("people")
    messages.warning(request, f"{who} is invited. Mail is not set up here, so hand over the link below.")
    return redirect("person", who.pk)


def _refused(request: HttpRequest, refused: Refused, url: str, key: int) -> HttpResponse:
    messages.error(request, f"Found {refused.found}, expected {refused.expected}: {refused.next_step}.")
    return redirect(url, key)
