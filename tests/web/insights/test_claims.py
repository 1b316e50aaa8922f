"""Claims: stated, judged by the record, withdrawn by whoever stated them."""

import pytest
from django.test import Client
from tests.cast import Cast

from afteraction.errors import Refused
from afteraction.web.insights import claiming, tasks
from afteraction.web.insights.forms import ClaimForm
from afteraction.web.insights.models import Analysis, Claim
from afteraction.web.insights.results import Saved

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def signed_in(client: Client, cast: Cast, part: str = "rep") -> Client:
    client.force_login(getattr(cast, part), backend=BACKEND)
    return client


def state(cast: Cast, **others: str) -> Claim:
    content = {"sentence": "Demos win", "kind": "step", "name": "demo", "direction": "helps"} | others
    return claiming.state_claim(by=cast.rep, **content)


def test_a_claim_is_stated_on_the_page_and_judged_in_a_job(shown: Saved, cast: Cast, client: Client) -> None:
    page = signed_in(client, cast)
    form = ClaimForm(None, shown.figures)
    place = next(n for n, one in enumerate(form.subjects) if (one.kind, one.name) == ("step", "demo"))
    answer = page.post(
        "/claims/", {"sentence": "Demos win deals here", "subject": place, "direction": "helps", "segment": ""}
    )
    assert answer.status_code == 302
    claim = Claim.objects.get()
    assert (claim.stated_by, claim.kind, claim.name, claim.verdict) == (cast.rep, "step", "demo", "")
    assert "Being judged" in page.get("/claims/").content.decode()
    tasks.judge_claims.func(cast.organisation.pk)
    claim.refresh_from_db()
    assert claim.verdict in ("fact", "fiction", "cant_tell")
    assert claim.judged_by == shown.analysis
    text = page.get("/claims/").content.decode()
    assert "Demos win deals here" in text
    assert "Stated by Noor Haddad" in text
    assert "Being judged" not in text


def test_claims_are_judged_again_by_newer_results_only(
    shown: Saved, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = state(cast)
    Claim.objects.update(judged_by=shown.analysis, verdict="fact")
    opened: list[object] = []
    monkeypatch.setattr(claiming, "open_version", lambda *a: opened.append(a))
    claiming.judge(organisation=cast.organisation)
    assert opened == []
    assert claim.organisation == cast.organisation


def test_a_claim_about_what_is_not_on_record_cannot_be_told(shown: Saved, cast: Cast) -> None:
    claim = state(cast, name="singing", sentence="Singing wins")
    claiming.judge(organisation=cast.organisation)
    claim.refresh_from_db()
    assert claim.verdict == "cant_tell"
    assert claim.judgement is not None
    assert "singing" in claim.judgement["reason"]


def test_what_cannot_be_judged_says_why(shown: Saved, cast: Cast) -> None:
    claim = state(cast)
    Analysis.objects.filter(pk=shown.analysis.pk).update(data_version=99)
    claiming.judge(organisation=cast.organisation)
    claim.refresh_from_db()
    assert "no data version 99" in claim.message


def test_the_same_claim_is_stated_once(shown: Saved, cast: Cast) -> None:
    state(cast)
    with pytest.raises(Refused, match="says the same"):
        state(cast, sentence="In other words")


def test_a_form_that_is_wrong_is_shown_again(shown: Saved, cast: Cast, client: Client) -> None:
    answer = signed_in(client, cast).post("/claims/", {"sentence": "", "subject": "99999", "direction": "up"})
    assert answer.status_code == 422
    assert not Claim.objects.exists()


def test_only_whoever_stated_a_claim_or_an_admin_takes_it_off_the_list(shown: Saved, cast: Cast) -> None:
    claim = state(cast)
    for part in ("team_mate", "executive"):
        signed_in(Client(), cast, part).post(f"/claims/{claim.pk}/withdraw/")
        assert Claim.objects.exists()
    assert signed_in(Client(), cast, "outsider").post(f"/claims/{claim.pk}/withdraw/").status_code == 404
    signed_in(Client(), cast, "admin").post(f"/claims/{claim.pk}/withdraw/")
    assert not Claim.objects.exists()
