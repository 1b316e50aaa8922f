"""The pages under /settings/: for admins of the organisation, and nobody else."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from tests.cast import Cast
from tests.waiting_jobs import run_what_waits

from afteraction.web.people import services
from afteraction.web.people.models import Organisation, User

PAGES = ["", "people/", "people/invite/", "roles/", "mail/", "trail/"]
ACTIONS = ["invite-again", "withdraw", "deactivate", "activate"]
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.mark.parametrize("page", PAGES)
def test_pages_open_to_admins_alone(cast: Cast, page: str) -> None:
    for part, user in cast.insiders().items():
        client = Client()
        client.force_login(user, backend=BACKEND)
        assert client.get(f"/settings/{page}").status_code == (200 if part == "admin" else 403), part
    assert Client().get(f"/settings/{page}").status_code == 302


@pytest.mark.parametrize("action", ["", *[f"{action}/" for action in ACTIONS]])
def test_people_of_another_organisation_do_not_exist(cast: Cast, action: str) -> None:
    client = Client()
    client.force_login(cast.outsider, backend=BACKEND)
    assert client.post(f"/settings/people/{cast.rep.pk}/{action}").status_code == 404
    assert User.objects.get(pk=cast.rep.pk).is_active


@pytest.mark.parametrize("action", ACTIONS)
def test_actions_are_done_by_admins_and_by_sending_a_form(cast: Cast, action: str) -> None:
    client = Client()
    client.force_login(cast.manager, backend=BACKEND)
    assert client.post(f"/settings/people/{cast.rep.pk}/{action}/").status_code == 403
    client.force_login(cast.admin, backend=BACKEND)
    assert client.get(f"/settings/people/{cast.rep.pk}/{action}/").status_code == 405


def test_a_form_from_elsewhere_is_not_taken(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.admin, backend=BACKEND)
    answer = client.post(f"/settings/people/{cast.rep.pk}/deactivate/")
    assert answer.status_code == 403
    assert "too old" in answer.content.decode()


def test_the_list_shows_everyone_of_the_organisation_and_nobody_else(as_admin: Client, cast: Cast) -> None:
    page = as_admin.get("/settings/people/").content.decode()
    for user in cast.insiders().values():
        assert user.email in page
    assert cast.outsider.email not in page


def test_the_list_can_be_searched_and_narrowed(as_admin: Client, cast: Cast) -> None:
    assert cast.manager.email not in as_admin.get("/settings/people/?role=rep").content.decode()
    page = as_admin.get("/settings/people/?search=HADDAD").content.decode()
    assert cast.rep.email in page
    assert cast.team_mate.email not in page
    assert "Nobody found" in as_admin.get("/settings/people/?search=zzz").content.decode()


def test_the_list_asks_the_database_the_same_however_many_there_are(
    as_admin: Client, cast: Cast, django_assert_num_queries: object
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(
        connection,
    ) as few:
        as_admin.get("/settings/people/")
    for n in range(30):
        services.invite(by=cast.admin, email=f"p{n}@northwind.example", name=f"P {n}", role="rep", now=timezone.now())
    with CaptureQueriesContext(connection) as many:
        as_admin.get("/settings/people/")
    assert len(many) == len(few)


def test_inviting_sends_a_mail_and_shows_the_person(as_admin: Client, cast: Cast) -> None:
    form = {"email": "nina@northwind.example", "name": "Nina Novak", "role": "rep", "team": "", "owner_name": ""}
    answer = as_admin.post("/settings/people/invite/", form, follow=True)
    assert "is on its way to nina@northwind.example" in answer.content.decode()
    assert "mail on its way" in answer.content.decode()
    run_what_waits()
    assert mail.outbox[0].to == ["nina@northwind.example"]


def test_without_a_mail_server_the_page_of_the_person_has_the_link(
    as_admin: Client, cast: Cast, settings: object
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"  # type: ignore[attr-defined]
    form = {"email": "nina@northwind.example", "name": "Nina Novak", "role": "rep", "team": "", "owner_name": ""}
    answer = as_admin.post("/settings/people/invite/", form, follow=True)
    assert "/accounts/join/" in answer.content.decode()


def test_what_is_wrong_stands_beside_the_field(as_admin: Client, cast: Cast) -> None:
    form = {"email": cast.rep.email, "name": "", "role": "rep"}
    answer = as_admin.post("/settings/people/invite/", form)
    assert answer.status_code == 422
    assert "This field is required" in answer.content.decode()
    answer = as_admin.post("/settings/people/invite/", {**form, "name": "X"})
    assert "an account with the address rep@northwind.example" in answer.content.decode()


def test_a_person_is_changed_deactivated_and_activated(as_admin: Client, cast: Cast) -> None:
    page = f"/settings/people/{cast.rep.pk}/"
    as_admin.post(page, {"name": "Noor H.", "role": "manager", "team": "East", "owner_name": "NH"})
    as_admin.post(f"{page}deactivate/")
    changed = User.objects.get(pk=cast.rep.pk)
    assert (changed.name, changed.role, str(changed.team), changed.is_active) == ("Noor H.", "manager", "East", False)
    as_admin.post(f"{page}activate/")
    assert User.objects.get(pk=cast.rep.pk).is_active


def test_a_refusal_says_what_to_do(as_admin: Client, cast: Cast) -> None:
    page = f"/settings/people/{cast.admin.pk}/"
    answer = as_admin.post(page, {"name": "Ada", "role": "rep", "team": "", "owner_name": ""})
    assert "make someone else an admin first" in answer.content.decode()
    answer = as_admin.post(f"{page}deactivate/", follow=True)
    assert "ask another admin" in answer.content.decode()


def test_an_invitation_is_sent_again_and_withdrawn(as_admin: Client, cast: Cast) -> None:
    long_ago = timezone.now() - timedelta(days=30)
    invited = services.invite(by=cast.admin, email="nina@northwind.example", name="Nina", role="rep", now=long_ago)
    page = f"/settings/people/{invited.user.pk}/"
    assert "Invitation expired" in as_admin.get(page).content.decode()
    as_admin.post(f"{page}invite-again/")
    assert "Invited" in as_admin.get(page).content.decode()
    as_admin.post(f"{page}withdraw/")
    assert as_admin.get(page).status_code == 404


def test_the_organisation_is_renamed_and_no_other(as_admin: Client, cast: Cast) -> None:
    as_admin.post("/settings/", {"name": "Northwind International"})
    names = sorted(Organisation.objects.values_list("name", flat=True))
    assert names == ["Contoso", "Northwind International"]
    assert as_admin.post("/settings/", {"name": ""}).status_code == 422


def test_the_roles_page_has_every_right(as_admin: Client) -> None:
    from afteraction.web.people.roles import Right

    page = as_admin.get("/settings/roles/").content.decode()
    assert [right for right in Right if right.value.capitalize() not in page] == []


def test_a_test_mail_goes_to_whoever_asks(as_admin: Client, cast: Cast) -> None:
    as_admin.post("/settings/mail/")
    assert mail.outbox[0].to == [cast.admin.email]


def test_no_secret_of_the_mail_server_is_shown(as_admin: Client, settings: object) -> None:
    settings.EMAIL_HOST_PASSWORD = "very secret"  # type: ignore[attr-defined]
    assert "very secret" not in as_admin.get("/settings/mail/").content.decode()


def test_the_home_page_tells_an_admin_what_is_left_to_set_up(as_admin: Client) -> None:
    page = as_admin.get("/").content.decode()
    assert "Hello, Ada" in page
    assert "1 of 3 done" in page


def test_the_home_page_tells_others_that_nothing_needs_them(client: Client, cast: Cast) -> None:
    client.force_login(cast.marketer, backend=BACKEND)
    assert "Set up" not in client.get("/").content.decode()


def test_data_that_was_made_up_is_called_so_on_every_page(as_admin: Client, cast: Cast) -> None:
    folder = cast.organisation.home.folder
    folder.mkdir(parents=True, exist_ok=True)
    note = folder / "simulated.txt"
    note.write_text("Nobody is real.", encoding="utf-8")
    try:
        assert "Nobody is real." in as_admin.get("/settings/roles/").content.decode()
    finally:
        note.unlink()
    assert "Simulated data" not in as_admin.get("/settings/roles/").content.decode()


@pytest.mark.parametrize("path", ["/nothing/", "/settings/people/999999/"])
def test_what_is_not_there_has_a_page_that_says_so(as_admin: Client, path: str) -> None:
    answer = as_admin.get(path)
    assert answer.status_code == 404
    assert "There is nothing here" in answer.content.decode()
