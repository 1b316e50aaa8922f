"""Every operation of the API, as `tests.web.addresses` has the pages.

Write a row into `ROUTES` for each method of each route: its name is that of the URL with the API's namespace
("api-1:list_deals"), `send` is the body as JSON in bytes, `stranger` is 401. Whoever is visited as shows a token of
their own with every scope, which `token_of` makes.
"""

from typing import Final

from tests.web.addresses import Address

from afteraction.web.people.models import User

ROUTES: Final[tuple[Address, ...]] = ()


def token_of(user: User) -> str:
    """A token with all scopes; there are none as long as there is no API."""
    return ""
