"""Pages of the buyer's voice: who may open which, and what they find there."""

import pytest
from django.test import Client
from tests.cast import Cast
from tests.web.buyers.made import asked, ended_deal, follow

from afteraction.web.buyers.figures import make_figures
from afteraction.web.buyers.models import Asking, Programme
from afteraction.web.people.models import User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


@pytest.mark.parametrize("on", [False, True])
def test_everyone_of_the_organisation_opens_every_page_they_may(cast: Cast, on: bool) -> None:
    if on:
        _invitation, path = asked(cast, 1)
        Client().post(path, {"better": "Listen more", "cause": "story", "score": "4", "may_quote": "unnamed"})
        asked(cast, 2)
        ended_deal(cast.organisation, 3)
        follow()
        from django.utils import timezone

        make_figures(organisation=cast.organisation, now=timezone.now())
    for user in cast.insiders().values():
        client = as_(user)
        for page in ("", "asked/", "asked/?state=preview", "answers/", "answers/?of=anonymous"):
            assert client.get(f"/reviews/buyers/{page}").status_code == 200, (user, page)
        for page in ("", "mail/de/", "words/fr/", "sample/es/"):
            wanted = 200 if user in (cast.operations, cast.admin) else 403
            assert client.get(f"/settings/buyers/{page}").status_code == wanted, (user, page)


def test_asking_is_off_until_someone_turns_it_on(cast: Cast) -> None:
    ended_deal(cast.organisation)
    follow()
    assert not Asking.objects.exists()
    client = as_(cast.operations)
    form = {
        "is_on": "on", "outcomes": ["won", "lost"], "share": 100, "most_people": 2, "sender": "Dana", "wait_days": 5,
        "preview_hours": 48, "remind_days": 7, "valid_days": 30, "languages": ["en", "de"], "anonymous": "on",
    }  # fmt: skip
    assert client.post("/settings/buyers/", form | {"sender": ""}).status_code == 422
    assert not Programme.objects.get(organisation=cast.organisation).is_on
    assert client.post("/settings/buyers/", form | {"preview_hours": 12}).status_code == 422
    assert client.post("/settings/buyers/", form).status_code == 302
    programme = Programme.objects.get(organisation=cast.organisation)
    assert (programme.is_on, programme.outcomes, programme.languages) == (True, ["won", "lost"], ["en", "de"])
    assert programme.since is not None
    follow()
    assert not Asking.objects.exists()  # it closed before


def test_the_home_page_tells_managers_and_reps_who_is_asked_soon(cast: Cast) -> None:
    asked(cast, 1)
    ended_deal(cast.organisation, 2)
    follow()
    Asking.objects.filter(review__deal_id="D-2").update(state=Asking.State.PREVIEW)
    told = {
        part: "Buyers who are asked soon" in as_(user).get("/").content.decode()
        for part, user in cast.insiders().items()
    }
    assert {part for part, is_told in told.items() if is_told} == {"rep", "manager"}
