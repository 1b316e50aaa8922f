"""What the database shows of another organisation where a filter in the code was forgotten: nothing."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import Error, connection, transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path
from tests.cast import Cast
from tests.django_home import DATABASE
from tests.recorded import Record
from tests.web.planted import SECRET, World, plant

from afteraction.web.deals.models import Deal
from afteraction.web.isolation import policies, scope
from afteraction.web.isolation.belonging import belonging
from afteraction.web.people.models import Organisation, Team, User
from afteraction.web.urls import urlpatterns as addresses

pytestmark = [pytest.mark.django_db, pytest.mark.skipif(not DATABASE, reason="SQLite has no policies")]
_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def world(cast: Cast, record: Record) -> World:
    """Something of nearly every kind in the first organisation."""
    return plant(cast, record)


def guarded() -> Iterator[type[Model]]:
    """Every model whose rows belong to an organisation."""
    for model in apps.get_models(include_auto_created=True):
        if not belonging(model).is_shared:
            yield model


def everything(model: type[Model]) -> set[Any]:
    """The keys of all rows that can be seen, as if every filter had been forgotten."""
    return set(model._base_manager.values_list("pk", flat=True))


def test_the_policies_are_in_force_for_the_role_that_connects() -> None:
    assert policies.spares_us(connection) == ""
    assert list(policies.gaps(connection)) == []
    assert policies.install(connection) == []


def refuses_writing(world: World) -> None:
    """Rows of another organisation are neither changed nor added, in any table that has one."""
    examples = [example for model in guarded() if (example := model._base_manager.first()) is not None]
    added, changed = [], []
    with scope.nothing_visible(), scope.within(world.cast.other.pk):
        for example in examples:
            model = type(example)
            if model._base_manager.filter(pk=example.pk).exists():
                continue  # one of theirs
            if model._base_manager.filter(pk=example.pk).update(**{model._meta.pk.name: example.pk}):
                changed.append(model._meta.label)
            if model._base_manager.filter(pk=example.pk)._raw_delete(using="default"):  # type: ignore[attr-defined]
                changed.append(model._meta.label)
            example.pk = None if model._meta.pk.get_internal_type() != "UUIDField" else example.pk
            example._state.adding = True
            try:
                with transaction.atomic():
                    example.save_base(raw=True, force_insert=True)
            except Error as refused:
                assert "row-level security" in str(refused)  # noqa: PT017 - each of many
            else:
                added.append(model._meta.label)
    assert (added, changed) == ([], [])


def test_without_filters_an_organisation_sees_and_writes_its_own_rows_and_not_one_of_another(world: World) -> None:
    every = {model: everything(model) for model in guarded()}
    with scope.nothing_visible(), scope.within(world.cast.other.pk):
        theirs = {model: everything(model) for model in guarded()}
        secret = [model for model in guarded() if SECRET in repr(list(model._base_manager.values()))]
    with scope.nothing_visible(), scope.within(world.cast.organisation.pk):
        ours = {model: everything(model) for model in guarded()}
    with scope.nothing_visible():
        nobodys = {model: everything(model) for model in guarded()}
    assert not secret
    assert not any(nobodys.values())
    assert {model for model in every if theirs[model] & ours[model]} == set()
    assert {model for model in every if theirs[model] | ours[model] != every[model]} == set()
    planted = {model for model in every if ours[model]}
    assert len(planted) > 100  # of some 150; the policies of the others are made by the same function
    assert theirs[User] == {world.cast.outsider.pk}
    refuses_writing(world)  # here, since planting takes longer than all of this


def test_own_rows_are_not_given_to_another_organisation(cast: Cast) -> None:
    Team.objects.create(organisation=cast.other, name="South")
    with scope.nothing_visible(), scope.within(cast.other.pk):
        with pytest.raises(Error, match="row-level security"), transaction.atomic():
            Team.objects.filter(name="South").update(organisation=cast.organisation)
        with pytest.raises(Error, match="row-level security"), transaction.atomic():
            User.objects.bulk_create([User(email="spy@contoso.example", name="Spy", organisation=cast.organisation)])


def test_raw_sql_sees_no_more(cast: Cast) -> None:
    with scope.nothing_visible():
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM people_user")
            assert cursor.fetchone() == (0,)
            scope.bind(cast.other.pk)  # the cursor is open, and is told all the same
            cursor.execute("SELECT array_agg(email) FROM people_user")
            assert cursor.fetchone() == ([cast.outsider.email],)
            with cursor.copy("COPY (SELECT name FROM people_organisation) TO STDOUT") as copy:
                assert b"".join(copy).decode().split() == [cast.other.name]
        assert [each.pk for each in Organisation.objects.raw("SELECT * FROM people_organisation")] == [cast.other.pk]


def forgetful(request: HttpRequest) -> HttpResponse:
    """A view without any filter."""
    if "fail" in request.GET:
        list(User.objects.all())
        raise PermissionDenied
    if "across" in request.GET:
        with scope.across_organisations("a mistake"):
            return HttpResponse(str(User.objects.count()))
    return HttpResponse(" ".join(User.objects.order_by("email").values_list("email", flat=True)))


urlpatterns = [path("forgetful/", forgetful), path("b/forgetful/", forgetful), *addresses]


@override_settings(ROOT_URLCONF=__name__)
def test_a_request_sees_one_organisation_and_leaves_nothing_for_the_next(cast: Cast) -> None:
    ours, theirs, nobody = Client(), Client(), Client()
    ours.force_login(cast.rep, backend=_BACKEND)
    theirs.force_login(cast.outsider, backend=_BACKEND)
    everyone = [user.email for user in cast.insiders().values()]
    for _twice in range(2):
        assert ours.get("/forgetful/").content.decode().split() == sorted(everyone)
        assert ours.get("/forgetful/?fail=1").status_code == 403
        assert nobody.get("/b/forgetful/").content == b""
        assert theirs.get("/forgetful/").content.decode() == cast.outsider.email


@override_settings(ROOT_URLCONF=__name__)
def test_after_sign_in_nobody_gets_across(cast: Cast) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(cast.admin, backend=_BACKEND)
    assert client.get("/forgetful/?across=1").status_code == 500


def test_a_rollback_does_not_bring_back_who_was_seen_before(cast: Cast) -> None:
    with scope.nothing_visible():
        with scope.within(cast.organisation.pk):
            assert Organisation.objects.get() == cast.organisation
        with suppress(ZeroDivisionError), transaction.atomic(), scope.within(cast.other.pk):
            assert Organisation.objects.get() == cast.other
            raise ZeroDivisionError
        assert not Organisation.objects.exists()
        with scope.within(cast.other.pk):
            assert Organisation.objects.get() == cast.other


@pytest.mark.django_db(transaction=True)
def test_threads_begin_with_nothing_and_do_not_see_what_others_do(cast: Cast) -> None:
    def seen(key: int | None) -> list[str]:
        try:
            if key is None:
                return list(Organisation.objects.values_list("name", flat=True))
            with scope.within(key):
                return list(Organisation.objects.values_list("name", flat=True))
        finally:
            connection.close()

    keys = [None, cast.organisation.pk, None, cast.other.pk] * 5
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(seen, keys))
    assert found == [[], [cast.organisation.name], [], [cast.other.name]] * 5


def test_a_table_whose_policy_was_changed_by_hand_is_found_and_put_right() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER POLICY {policies.NAME} ON deals_deal USING (true)")
        cursor.execute("CREATE POLICY backdoor ON buyers_link USING (true)")
        cursor.execute("ALTER TABLE content_rating NO FORCE ROW LEVEL SECURITY")
    assert {gap.table for gap in policies.gaps(connection)} == {"deals_deal", "buyers_link", "content_rating"}
    assert set(policies.install(connection)) == {"deals_deal", "buyers_link", "content_rating"}
    assert list(policies.gaps(connection)) == []


def test_the_planner_still_finds_deals_by_their_index(cast: Cast) -> None:
    with scope.nothing_visible(), scope.within(cast.organisation.pk), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        told = Deal.objects.filter(organisation=cast.organisation, deal_id="D1").explain()
    assert re.search(r"Index Cond: \(+organisation_id", told), told  # the policy is held against what the index found
