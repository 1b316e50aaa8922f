"""The first start: an organisation, an admin, and a link instead of a password."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from tests.cast import PASSWORD, Cast

from afteraction.web.people.bootstrap import FirstAdmin, first_admin, prepare_database
from afteraction.web.people.models import Organisation, User

NOW = timezone.now()


def _start(after: timedelta = timedelta(0)) -> FirstAdmin | None:
    return first_admin(organisation="Northwind", email="Ada@northwind.example", now=NOW + after)


def test_the_first_start_makes_an_admin_who_comes_in_by_a_link(db: None, client: Client) -> None:
    first = _start()
    assert first is not None
    client.get(first.link.removeprefix("http://localhost:8000"))
    client.post("/accounts/join/", {"password": PASSWORD, "again": PASSWORD})
    assert client.get("/settings/people/").status_code == 200
    assert Organisation.objects.get().folder == ""


def test_nobody_can_sign_in_with_a_default_password(db: None) -> None:
    _start()
    assert not User.objects.get().has_usable_password()


def test_a_second_start_before_the_link_was_used_gives_a_new_one(db: None, client: Client) -> None:
    first, second = _start(), _start(timedelta(days=30))
    assert first is not None
    assert second is not None
    assert User.objects.count() == 1
    assert client.get(first.link.removeprefix("http://localhost:8000"), follow=True).status_code == 410


def test_later_starts_make_nothing(cast: Cast) -> None:
    assert _start() is None
    assert Organisation.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_the_database_is_prepared_again_and_again_without_harm() -> None:
    prepare_database()
    prepare_database()
    cache.set("a", 1)
    assert cache.get("a") == 1
