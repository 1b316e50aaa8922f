"""Every address visited as everyone: who may not come in sees nothing, and nobody sees another organisation."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from inspect import getclosurevars
from operator import attrgetter
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse
from ninja.operation import PathView
from tests.cast import PASSWORD, make_cast
from tests.recorded import Record
from tests.web.addresses import PAGES
from tests.web.api_addresses import ROUTES, token_of
from tests.web.planted import SECRET, World, plant
from tests.web.visits import EVERYONE, Address, Answer

from afteraction.web.people.models import User

pytestmark = pytest.mark.django_db
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
ALL = (*PAGES, *ROUTES)
REFUSALS = (403, 404)
STRANGER, OUTSIDER = "stranger", "outsider"


@dataclass(frozen=True)
class Route:
    """An address as the resolver has it. `methods` are those of an operation of the API; pages tell theirs nowhere."""

    name: str
    path: str
    methods: frozenset[str]
    ours: bool


def routes(patterns: Iterable[Any], prefix: str = "", space: str = "") -> Iterator[Route]:
    """Everything that the resolver leads to."""
    for each in patterns:
        path = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from routes(each.url_patterns, path, space + (f"{each.namespace}:" if each.namespace else ""))
        elif isinstance(each, URLPattern):
            view = getclosurevars(each.callback).nonlocals.get("self")
            operations = view.operations if isinstance(view, PathView) else ()
            methods = {m for one in operations for m in one.methods if one.view_func.__name__ == each.name}
            ours = each.callback.__module__.startswith("afteraction.")
            yield Route(f"{space}{each.name}", path, frozenset(methods), ours)


@dataclass(frozen=True)
class Came:
    """What came of a visit: the answer, and the words of the first organisation that are in it."""

    answer: Answer
    words: tuple[str, ...]


@dataclass(frozen=True)
class Visits:
    """The world, and what each part of the cast shows when it comes in: a session, and a token for the API."""

    world: World
    sessions: dict[str, str]
    tokens: dict[str, str]

    def __call__(self, address: Address, part: str, method: str = "") -> "Came":
        """What comes of a visit, whose effects are undone."""
        client, headers = Client(raise_request_exception=False), {}
        if address in ROUTES and part in self.tokens:
            headers = {"authorization": f"Bearer {self.tokens[part]}"}
        elif part in self.sessions:
            client.cookies["sessionid"] = self.sessions[part]
        filled = {name: attrgetter(path)(self.world) for name, path in address.fill.items()}
        url = reverse(address.name, kwargs=filled) + address.query.format_map(vars(self.world))
        is_form = not isinstance(address.send, bytes)
        body = urlencode(address.send) if isinstance(address.send, Mapping) else address.send
        kind = "application/x-www-form-urlencoded" if is_form else "application/json"
        with transaction.atomic():
            answer = client.generic(method or address.method, url, body, kind, headers=headers)
            shown = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
            transaction.set_rollback(True)
        words = (SECRET, "northwind", *self.world.reps)
        return Came(_answer(answer), tuple(word for word in words if word.encode() in shown))


def _answer(response: HttpResponseBase) -> Answer:
    """The status, or the name of the URL that one is led to; leading out of the product, the status."""
    if response.status_code != 302:
        return response.status_code
    to = urlsplit(response["Location"])
    return response.status_code if to.netloc else resolve(to.path).view_name


@pytest.fixture(scope="module")
def visit(
    record: Record, tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any
) -> Iterator[Visits]:
    """Made once for all addresses, since every visit is undone."""
    hasher = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    home = tmp_path_factory.mktemp("isolation")
    with override_settings(PASSWORD_HASHERS=hasher, HOME=home), django_db_blocker.unblock(), transaction.atomic():
        cast = make_cast()
        people = {**cast.insiders(), OUTSIDER: cast.outsider}
        sessions = {part: signed_in(user) for part, user in people.items()}
        yield Visits(plant(cast, record), sessions, {part: token_of(user) for part, user in people.items()})
        transaction.set_rollback(True)


def signed_in(user: User) -> str:
    """The session of someone who has just typed their password, as the pages about it ask for."""
    client = Client()
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client.cookies["sessionid"].value


def test_the_table_has_every_address_and_no_other() -> None:
    found = list(routes(get_resolver().url_patterns))
    listed = {(each.name, each.method) for each in ALL}
    names = {name for name, _method in listed}
    missing = [
        f"{method} {route.path} is in no table: add Address({route.name!r}, WHO_MAY) to tests/web/{file}"
        for route in found
        for method, file in ([(m, "api_addresses.py") for m in route.methods] or [("", "addresses.py")])
        if (method and (route.name, method) not in listed) or route.name not in names
    ]
    operations = {(route.name, method) for route in found for method in route.methods}
    known = {route.name for route in found}
    gone = [
        f"{each} is in the table, but there is no such address: take its row out"
        for each in ALL
        if each.name not in known or (each in ROUTES and (each.name, each.method) not in operations)
    ]
    assert not missing + gone, "\n".join(missing + gone)


@pytest.mark.parametrize("address", ALL, ids=str)
def test_an_address_opens_to_those_who_may_alone(visit: Visits, address: Address) -> None:
    wrong = []
    for part in (*visit.sessions, STRANGER):
        came, wanted = visit(address, part), expected(address, part)
        if came.answer not in wanted:
            wrong.append(f"{part} gets {came.answer}, expected {' or '.join(map(str, wanted))}")
        inside = part in address.may or (address.refused and part in EVERYONE)
        if came.words and not inside:
            wrong.append(f"{part} gets to see {', '.join(came.words)} of the first organisation")
    assert not wrong, f"{address}: " + "; ".join(wrong)


def test_a_method_without_a_row_is_answered_to_nobody(visit: Visits) -> None:
    wrong, names = [], defaultdict(set)
    for route in routes(get_resolver().url_patterns):
        if route.ours or route.methods:  # forms of packages take PUT for POST, and are held to the same
            names[route.path].add(route.name)
    for path, known in names.items():
        rows = [each for each in ALL if each.name in known]
        others = [method for method in METHODS if rows and method not in {each.method for each in rows}]
        wrong += [
            f"{method} {path} gets {answer}: add a row for it, or have it refused with 405"
            for method in others
            if (answer := visit(rows[0], "admin", method).answer) != 405
        ]
    assert not wrong, "\n".join(wrong)


def expected(address: Address, part: str) -> tuple[Answer, ...]:
    """What someone may get, by the rules of the table."""
    if part == STRANGER:
        return (address.stranger,)
    if part == OUTSIDER:
        if address.outsider is not None:
            return (address.outsider,)
        if address.fill:
            return REFUSALS
        part = "admin"
    if part in address.may:
        return (address.answer,)
    return REFUSALS if address.refused is None else (address.refused,)
