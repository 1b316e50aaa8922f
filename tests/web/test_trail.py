"""The audit trail: who changed what when, before and after, and of nobody else."""

from auditlog.context import set_actor
from django.test import Client
from django.utils import timezone
from tests.cast import PASSWORD, Cast

from afteraction.web.people import services
from afteraction.web.people.invitations import link
from afteraction.web.people.trail import PER_PAGE, Change, trail


def test_a_change_is_kept_with_who_what_before_and_after(as_admin: Client, cast: Cast) -> None:
    form = {"name": "Noor Haddad", "role": "manager", "team": "Enterprise South", "owner_name": "Noor Haddad"}
    as_admin.post(f"/settings/people/{cast.rep.pk}/", form)
    newest = trail(cast.organisation).entries[0]
    assert (newest.who, newest.what, newest.kind, newest.done) == ("Ada Winter", "Noor Haddad", "Person", "changed")
    assert set(newest.changes) == {
        Change("Role", "Rep", "Manager"),
        Change("Team", "Enterprise North", "Enterprise South"),
    }


def test_passwords_and_links_are_not_in_it(cast: Cast) -> None:
    invitation = services.invite(by=cast.admin, email="n@x.example", name="Nina", role="rep", now=timezone.now())
    token = link(invitation).rstrip("/").rsplit("/", 1)[-1]
    services.accept(token=token, password=PASSWORD, now=timezone.now())
    told = str(trail(cast.organisation))
    assert "Nina" in told
    assert invitation.nonce not in told
    assert "scrypt" not in told
    assert "md5$" not in told


def test_whoever_accepts_an_invitation_is_named(cast: Cast) -> None:
    invitation = services.invite(by=cast.admin, email="n@x.example", name="Nina", role="rep", now=timezone.now())
    token = link(invitation).rstrip("/").rsplit("/", 1)[-1]
    services.accept(token=token, password=PASSWORD, now=timezone.now())
    assert trail(cast.organisation).entries[0].who == "Nina"


def test_other_organisations_see_nothing_of_it(cast: Cast) -> None:
    with set_actor(cast.admin):
        services.rename_organisation(by=cast.admin, name="Northwind International")
    told = str(trail(cast.other))
    assert "Northwind" not in told
    assert "Contoso" in told


def test_it_is_read_in_pages_from_the_newest(cast: Cast) -> None:
    for n in range(PER_PAGE + 20):
        services.rename_organisation(by=cast.admin, name=f"Northwind {n}")
    first = trail(cast.organisation)
    assert len(first.entries) == PER_PAGE
    assert first.entries[0].what == f"Northwind {PER_PAGE + 19}"
    second = trail(cast.organisation, before=first.earlier)
    assert second.entries[0].key == first.entries[-1].key - 1
    assert not {each.key for each in first.entries} & {each.key for each in second.entries}


def test_it_can_be_narrowed_to_a_person_and_a_kind(as_admin: Client, cast: Cast) -> None:
    as_admin.post(f"/settings/people/{cast.rep.pk}/deactivate/")
    page = as_admin.get("/settings/trail/", {"who": cast.admin.email.upper()}).content.decode()
    assert "May come in" in page
    assert "No changes" in as_admin.get("/settings/trail/", {"who": cast.rep.email}).content.decode()
    assert "No changes" in as_admin.get("/settings/trail/", {"who": cast.outsider.email}).content.decode()


def test_someone_who_is_gone_is_found_by_the_address_that_is_shown(as_admin: Client, cast: Cast) -> None:
    with set_actor(cast.rep):
        services.rename_organisation(by=cast.admin, name="Northwind International")
    address = cast.rep.email
    cast.rep.delete()
    assert "Northwind International" in as_admin.get("/settings/trail/", {"who": address}).content.decode()


def test_a_filter_that_is_no_filter_shows_its_error_and_nothing_else(as_admin: Client, cast: Cast) -> None:
    services.rename_organisation(by=cast.admin, name="Northwind International")
    page = as_admin.get("/settings/trail/", {"who": "x" * 201}).content.decode()
    assert "at most 200 characters" in page
    assert "No changes" in page


def test_what_someone_deleted_is_still_told(cast: Cast) -> None:
    invitation = services.invite(by=cast.admin, email="n@x.example", name="Nina", role="rep", now=timezone.now())
    services.withdraw(by=cast.admin, user=invitation.user)
    assert ("Nina", "deleted") in {(each.what, each.done) for each in trail(cast.organisation).entries}
