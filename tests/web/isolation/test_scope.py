"""Whose rows may be seen, on every database: what is refused there on PostgreSQL is a mistake here already."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.db import connection, models
from django.test import Client, override_settings
from django.urls import path
from django_tasks_db.models import DBTaskResult
from tests.cast import Cast

from afteraction import web
from afteraction.web.deals.models import SavedView
from afteraction.web.isolation import scope
from afteraction.web.isolation.belonging import SHARED, SHARED_TABLES, BelongsNowhere, belonging, every_table
from afteraction.web.isolation.scope import CrossesOrganisations
from afteraction.web.jobs.services import enqueue, scope_of
from afteraction.web.people.tasks import mail_new_password
from afteraction.web.plays.tasks import keep_leading, measure_play
from afteraction.web.urls import urlpatterns as addresses

ACROSS = 11
"""Places that look across organisations. One more needs a reason as good as theirs, and this number changed."""


def test_every_table_belongs_to_an_organisation_or_is_shared_with_a_reason() -> None:
    rows = list(every_table())
    assert {row.label for row in rows if row.is_shared} == set(SHARED)
    assert all(SHARED.values())
    assert all(SHARED_TABLES.values())


@pytest.mark.django_db
def test_every_table_of_the_database_is_declared() -> None:
    made_for_search = re.compile(r"\w+_search(_\w+)?$")  # of SQLite alone
    there = {name for name in connection.introspection.table_names() if not made_for_search.match(name)}
    assert there - {row.table for row in every_table()} <= set(SHARED_TABLES)


def test_a_model_that_leads_nowhere_is_refused_with_what_to_do() -> None:
    class Stray(models.Model):
        """Of nobody."""

        permission = models.ForeignKey(Permission, on_delete=models.CASCADE)

        class Meta:
            app_label = "people"

        def __str__(self) -> str:
            return ""

    try:
        with pytest.raises(BelongsNowhere, match="leads to no organisation"):
            belonging(Stray)
    finally:
        del apps.all_models["people"]["stray"]
        apps.clear_cache()
    assert belonging(SavedView).parent == "people_user"


def test_whoever_works_for_one_organisation_gets_to_no_other() -> None:
    with scope.nothing_visible():
        assert scope.current() == scope.NOTHING
        with scope.across_organisations("a test"), scope.within(7):
            assert scope.organisation() == 7
            with scope.within(7):
                assert scope.organisation() == 7
            for refused in (scope.across_organisations("a mistake"), scope.within(8)):
                with pytest.raises(CrossesOrganisations, match="inside organisation 7"), refused:
                    pass
        scope.bind(7)
        with pytest.raises(CrossesOrganisations):
            scope.bind(8)
        with pytest.raises(CrossesOrganisations, match="rows start at 1"):
            scope.bind(0)
    assert scope.current() == scope.EVERYTHING  # as tests begin


def test_what_looks_across_organisations_is_known_by_number_and_has_a_reason() -> None:
    folder = Path(web.__file__).parent
    texts = {file: file.read_text(encoding="utf-8") for file in folder.rglob("*.py") if file.name != "scope.py"}
    uses = [
        found for text in texts.values() for found in re.findall(r"(?:across_organisations|work_across)\((.*)", text)
    ]
    assert all(re.match(r'f?"[\w ]{5,}', use) for use in uses), uses
    assert len(uses) == ACROSS
    views = [file for file, text in texts.items() if file.name.endswith("views.py") and "across_organisations" in text]
    assert views == []


@pytest.mark.django_db
def test_a_job_sees_the_organisation_that_it_was_queued_for(cast: Cast) -> None:
    enqueue(keep_leading, organisation_id=cast.other.pk)
    with scope.within(cast.organisation.pk):
        enqueue(measure_play, play_id=1)
    enqueue(mail_new_password, user_id=1)
    seen = []
    for job in DBTaskResult.objects.order_by("enqueued_at"):
        with scope_of(job):
            seen.append(scope.current())
    assert seen == [str(cast.other.pk), str(cast.organisation.pk), scope.EVERYTHING]


def boom(_request: object) -> None:
    raise ZeroDivisionError(scope.current())


urlpatterns = [path("b/boom/", boom), *addresses]


@override_settings(ROOT_URLCONF=__name__)
@pytest.mark.django_db
def test_a_request_begins_with_nothing_and_leaves_nothing_behind() -> None:
    with pytest.raises(ZeroDivisionError) as raised:
        Client().get("/b/boom/")
    assert raised.value.args == (scope.NOTHING,)
    assert scope.current() == scope.EVERYTHING
