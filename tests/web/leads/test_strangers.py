"""What nobody who knows the product would do: two at once, days of other centuries, texts that are formulas."""

import csv
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, connections
from django.test import Client
from tests.cast import Cast
from tests.web.leads.made import NOW, lead

from afteraction.errors import Refused
from afteraction.web.isolation.scope import within
from afteraction.web.leads import services
from afteraction.web.leads.export import csv_lines
from afteraction.web.leads.filters import LeadFilters
from afteraction.web.leads.forms import SnoozeForm
from afteraction.web.leads.life import S
from afteraction.web.leads.models import Lead, LeadEvent
from afteraction.web.people.models import User

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def test_a_lead_that_a_colleague_accepted_is_not_taken_from_them_not_even_by_the_manager(cast: Cast) -> None:
    found = services.accept(by=cast.rep, lead=lead(cast), now=NOW)
    with pytest.raises(Refused, match="a colleague has accepted"):
        services.accept(by=cast.manager, lead=found, now=NOW)
    assert Lead.objects.get().owner == cast.rep
    assert services.accept(by=cast.rep, lead=found, now=NOW + timedelta(minutes=1)).accepted_at == NOW


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one write after the other as it is")
@pytest.mark.django_db(transaction=True)
def test_of_two_who_accept_at_the_same_moment_one_has_the_lead_and_the_other_is_told(cast: Cast) -> None:
    found, together, told = lead(cast), Barrier(2), []

    def accept(person: User) -> None:
        together.wait()
        try:
            with within(person.organisation_id):  # threads begin with nobody's rows
                services.accept(by=person, lead=found, now=NOW)
        except Refused as refused:
            told.append(refused.found)
        finally:
            connections.close_all()

    threads = [Thread(target=accept, args=(person,)) for person in (cast.rep, cast.team_mate)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert told == ["a lead that is not yours"]
    kept = Lead.objects.get()
    assert (kept.state, LeadEvent.objects.filter(kind=LeadEvent.Kind.ACCEPTED).count()) == (S.ACCEPTED, 1)
    assert LeadEvent.objects.get().person == kept.owner


@pytest.mark.parametrize("day", ["2026-03-23", "1000-01-01", "0001-01-01", "2027-03-26", "9999-12-31"])
@pytest.mark.parametrize("zone", ["UTC", "Pacific/Auckland", "Pacific/Honolulu"])
def test_a_lead_is_put_off_to_a_day_from_tomorrow_within_a_year(cast: Cast, day: str, zone: str) -> None:
    found = services.accept(by=cast.rep, lead=lead(cast), now=NOW)
    before = found.next_at
    with pytest.raises(Refused, match="a next date of"):
        services.snooze(by=cast.rep, lead=found, until=SnoozeForm({"until": day}).moment(zone), now=NOW)
    found.refresh_from_db()
    assert found.next_at == before


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-02-30", "99999-01-01", "２０２６-０４-０１x"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="no day"):
        SnoozeForm({"until": text}).moment("UTC")


def test_the_last_allowed_day_is_kept(cast: Cast) -> None:
    found = services.accept(by=cast.rep, lead=lead(cast), now=NOW)
    until = datetime.combine(date(2027, 3, 25), datetime.min.time(), UTC) + timedelta(hours=8)
    assert services.snooze(by=cast.rep, lead=found, until=until, now=NOW).next_at == until


def test_no_cell_of_the_export_is_a_formula(cast: Cast) -> None:
    formulas = ("=1+1", "+cmd", "-2", "@SUM(A1)", "\t=1", " =1", "＝1", "a\n=1")
    for n, text in enumerate(formulas):
        lead(cast, f"={n}", source=text, campaign=text, person_name=text, account_name=text, reason=text, status=text)
    rows = list(csv.reader("".join(csv_lines(Lead.objects.all())).removeprefix("\ufeff").splitlines(keepends=True)))
    assert len(rows) == 1 + len(formulas)
    texts = [cell for row in rows[1:] for cell in row]
    assert not [each for each in texts if each.lstrip(" ")[:1] in ("=", "+", "-", "@", "\t", "\r", "＝")]
    assert {"'=1+1", "'=0", "' =1"} <= set(texts)


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("Muller", {"l1"}), ("müll hav", {"l1"}), ("HAVEN l1", {"l1"}), ("guide", {"l1", "l2"}), ("l2", {"l2"}),
        ("aven", set()), ("' OR 1=1 --", set()), ('"', {"l1", "l2"}), ("%", {"l1", "l2"}), ("x" * 200, set()),
    ],
)  # fmt: skip
def test_each_word_of_a_search_begins_a_word_of_the_lead(cast: Cast, search: str, found: set[str]) -> None:
    lead(cast, "l1", person_name="Zoë Müller", account_name="Haven & Sons")
    lead(cast, "l2", person_name="Jo Park", account_name="Maven")
    filters, _form = LeadFilters.read({"q": search})
    narrowed = filters.narrow(Lead.objects.all(), cast.admin, NOW)
    assert set(narrowed.values_list("lead_id", flat=True)) == found


def test_of_very_many_returned_the_ones_that_are_due_first_are_shown(cast: Cast, client: Client) -> None:
    client.force_login(cast.marketer, backend=BACKEND)
    for n in range(32):
        found = lead(cast, f"r{n}", owner=cast.rep, campaign=f"Campaign {n:02d}")
        services.give_back(by=cast.rep, lead=found, reason="no need" if n else "no budget", now=NOW)
    page = client.get("/leads/returned/").content.decode()
    assert page.count("back-group") == 30
    assert "2 more groups of 2 leads wait after these" in page
    page = client.get("/leads/returned/?reason=no+budget").content.decode()
    assert (page.count("back-group"), "more group" in page) == (1, False)
    assert client.get("/leads/returned/?reason=none").status_code == 200


@pytest.mark.parametrize("path", ["lead/0", "lead/9223372036854775808", "lead/99999999999999999999999", "lead/-1"])
def test_odd_ids_are_no_leads(cast: Cast, client: Client, path: str) -> None:
    client.force_login(cast.admin, backend=BACKEND)
    assert client.get(f"/leads/{path.removeprefix('lead/')}/").status_code == 404
