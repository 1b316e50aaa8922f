"""Changes in a real browser: a rep proposes one on the phone, a colleague supports it, its owner answers."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import Visit
from tests.browser.test_web_people import LOOKS, problems
from tests.cast import Cast
from tests.web.proposals.made import NOW, evidence, on_paper, proposed, question

from afteraction.web.proposals import answering
from afteraction.web.proposals.models import Proposal

Start = Callable[..., Visit]


def test_a_rep_proposes_on_the_phone_a_colleague_supports_and_the_owner_adopts(visit: Start, cast: Cast) -> None:
    on_paper(cast)
    rep = visit(cast.rep, width=390)
    page = rep.page
    rep.go("/changes/")
    page.get_by_role("link", name="Propose a change").first.click()
    page.locator("#step-call summary").first.click()
    page.locator("#step-call").get_by_label("Due within").fill("7")
    expect(page.locator("#preview")).to_contain_text("must now be done within 7 days instead of 14")
    page.get_by_label("Why it would be better").fill("They have forgotten us by then.")
    page.get_by_role("button", name="Propose it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Step “First call” must now be done within 7 days instead of 14"
    )
    made = Proposal.objects.get()
    mate = visit(cast.team_mate, width=390)
    mate.go(f"/changes/{made.pk}/")
    mate.page.get_by_role("button", name="I support this").click()
    expect(mate.page.get_by_role("button", name="You support it")).to_be_visible()
    owner = visit(cast.operations)
    owner.go("/")
    owner.page.get_by_role("link", name="Step “First call” must now be done").click()
    expect(owner.page.locator("#support")).to_contain_text("1 colleague supports it: Tom Reyes")
    owner.page.get_by_text("Adopt it at once").click()
    owner.page.get_by_role("button", name="Adopt it", exact=True).click()
    expect(owner.page.get_by_text("Version 2 is the process now.")).to_be_visible()
    rep.go("/")
    expect(page.get_by_text("What became of changes")).to_be_visible()
    assert rep.said == mate.said == owner.said == []


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_changes_are_readable(visit: Start, cast: Cast, width: int, scheme: str) -> None:
    made, late, other = proposed(cast), question(cast, cast.team_mate), question(cast)
    Proposal.objects.filter(pk=late.pk).update(origin="analysis", evidence=evidence().as_document(), author=None)
    answering.decline(by=cast.manager, proposal=other, reason="No.", now=NOW)
    on_paper(cast, made.text.replace("within: 7 days", "within: 3 days"), 2)
    rep = visit(cast.rep, width=width, scheme=scheme)
    owner = visit(cast.operations, width=width, scheme=scheme)
    visits = [(rep, "/changes/?state=all"), (rep, "/changes/new/"), (rep, f"/changes/{made.pk}/")]
    visits += [(owner, f"/changes/{late.pk}/"), (owner, "/changes/new/?as=text")]
    for inside, path in visits:
        assert inside.go(path) == 200
        assert list(problems(inside, width)) == []
