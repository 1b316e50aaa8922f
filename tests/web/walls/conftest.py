"""What tests of the walls need: a home of their own, and someone who signs in."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from afteraction.web.people.models import User


@pytest.fixture(autouse=True)
def _home_of_the_test(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path


@pytest.fixture
def enter() -> Callable[[User], Client]:
    """`enter(user)` is a browser in which someone has signed in."""

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return signed_in
