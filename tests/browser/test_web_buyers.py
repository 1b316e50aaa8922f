"""A buyer on a phone, from the mail to the thanks; the pages of the organisation at both widths, light and dark."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect
from tests.browser.conftest import Visit
from tests.cast import Cast
from tests.web.buyers.made import asked, ended_deal, follow

from afteraction.web.buyers import limits
from afteraction.web.buyers.coding import begin_coding
from afteraction.web.buyers.figures import make_figures
from afteraction.web.buyers.interviewing import save_interview
from afteraction.web.buyers.models import Asking, BuyerAnswer, Draft, Interview
from afteraction.web.buyers.programme import change_programme
from afteraction.web.reviews.models import Review

LOOKS = [(1440, "light"), (390, "dark")]  # each width and each scheme once
Start = Callable[..., Visit]


@pytest.fixture(autouse=True)
def _forget_attempts(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    limits.WRONG.clear()
    limits.ALL.clear()


def problems(visit: Visit, width: int) -> Iterator[str]:
    """What is wrong with the page that is open: accessibility, width, console, requests to elsewhere."""
    found: dict[str, Any] = Axe().run(visit.page).response
    for violation in found["violations"]:
        for node in violation["nodes"]:
            yield f"{visit.page.url}: {violation['id']}: {node['html'][:160]}"
    if visit.page.evaluate("document.documentElement.scrollWidth") > width:
        yield f"{visit.page.url}: scrolls sideways"
    yield from visit.said
    visit.said.clear()


def score(page: Page, value: int) -> None:
    page.locator("input[type=range]").evaluate(
        "(slider, value) => { slider.value = value; slider.dispatchEvent(new Event('input', {bubbles: true})); }", value
    )


def test_a_buyer_on_a_phone_answers_from_the_mail_and_resumes(visit: Start, cast: Cast) -> None:
    invitation, path = asked(cast)
    phone = visit(width=390)
    assert phone.go(path) == 200
    page = phone.page
    expect(page.locator("h1")).to_have_text("Your view on Northwind")
    page.get_by_label("The price", exact=True).check()
    page.get_by_text("More", exact=True).click()
    for choice in page.locator("fieldset[data-most] label").all()[:3]:
        choice.click()
    expect(page.locator("fieldset[data-most] input:disabled").first).to_be_attached()
    score(page, -4)
    page.get_by_label("What could Northwind do better?").fill("Answer sooner")
    expect(page.locator(".state")).to_have_text("Kept")
    assert Draft.objects.get().content["better"] == "Answer sooner"
    page.context.close()

    again = visit(width=390)
    again.go(path)
    page = again.page
    expect(page.get_by_label("What could Northwind do better?")).to_have_value("Answer sooner")
    expect(page.locator("input[name=cause][value=price]")).to_be_checked()
    expect(page.locator("output")).to_have_text("−4")
    assert page.locator("fieldset[data-most] input:checked").count() == 3
    page.get_by_label("Partly").check()
    page.get_by_label("Yes, without my name").check()
    page.get_by_role("button", name="Send").click()
    expect(page.locator("h1")).to_have_text("Thank you")
    answer = BuyerAnswer.objects.get()
    assert (answer.cause, answer.score, answer.engaged, answer.better) == ("price", -4, "partly", "Answer sooner")
    assert (len(answer.drivers), answer.may_quote) == (3, "unnamed")
    page.get_by_role("link", name="Change my answers").click()
    page.get_by_label("What could Northwind do better?").fill("Answer much sooner")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("h1")).to_have_text("Thank you")
    assert BuyerAnswer.objects.get().better == "Answer much sooner"
    invitation.refresh_from_db()
    assert invitation.state == "answered"
    assert again.said == []


def test_a_buyer_answers_without_scripts_and_anonymously(visit: Start, cast: Cast) -> None:
    invitation, path = asked(cast)
    phone = visit(width=390)
    phone.page.route("**/*.js", lambda route: route.abort())
    phone.go(path)
    page = phone.page
    page.get_by_label("Beside the strongest alternative").select_option("3")
    page.get_by_label("What sets Northwind apart?").fill("Honest people")
    page.get_by_label("Send this anonymously").check()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Nobody can tell that they are yours")).to_be_visible()
    invitation.refresh_from_db()
    assert invitation.state == "anonymous"
    assert page.context.cookies() == []


def test_scripts_that_somebody_typed_do_not_run(visit: Start, cast: Cast) -> None:
    _invitation, path = asked(cast)
    phone = visit(width=390)
    phone.go(path)
    page = phone.page
    ran: list[str] = []
    page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    for label in ("What could Northwind do better?", "What sets Northwind apart?", "What would have changed"):
        page.get_by_label(label).fill("</textarea><script>alert(1)</script><img src=x onerror=alert(2)>")
    expect(page.locator(".state")).to_have_text("Kept")
    page.reload()
    expect(page.get_by_label("What sets Northwind apart?")).to_have_value(
        "</textarea><script>alert(1)</script><img src=x onerror=alert(2)>"
    )
    page.get_by_role("button", name="Send").click()
    expect(page.locator("h1")).to_have_text("Thank you")
    inside = visit(cast.operations)
    inside.page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    inside.go(f"/reviews/buyers/answers/{BuyerAnswer.objects.get().pk}/")
    expect(inside.page.get_by_text("onerror=alert(2)").first).to_be_visible()
    assert ran + phone.said + inside.said == []


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_nothing_is_wrong_with_what_buyers_see(visit: Start, cast: Cast, width: int, scheme: str) -> None:
    _invitation, path = asked(cast)
    change_programme(by=cast.operations, now=timezone.now(), languages=["en", "de", "fr", "es"])
    found = []
    opened = visit(width=width, scheme=scheme)
    for address in (path, f"{path}?l=de", f"{path}?l=fr", f"{path}?l=es", f"{path}unsubscribe/"):
        assert opened.go(address) == 200
        found += problems(opened, width)
    opened.go(path)
    opened.page.get_by_role("button", name="Send").click()
    expect(opened.page.get_by_role("alert")).to_be_visible()
    opened.said.clear()  # the browser itself notes the status
    found += problems(opened, width)
    opened.page.get_by_label("What sets Northwind apart?").fill("Honest people")
    opened.page.get_by_role("button", name="Send").click()
    expect(opened.page.locator("h1")).to_have_text("Thank you")
    found += problems(opened, width)
    stranger = visit(width=width, scheme=scheme)
    assert stranger.go(path) == 404
    stranger.said.clear()
    found += problems(stranger, width)
    assert found == []


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_nothing_is_wrong_with_the_pages_inside(visit: Start, cast: Cast, width: int, scheme: str) -> None:
    one, path = asked(cast, 1)
    visit().page.request.post(f"{visit().address}{path}", form={"better": "Listen", "cause": "story", "score": "2"})
    waiting = ended_deal(cast.organisation, 2)
    follow()
    review = Review.objects.get(pk=one.asking.review_id)
    interview = save_interview(
        by=cast.operations, review=review, now=timezone.now(), interviewer="Dana", held_on=timezone.now().date(),
        consent=Interview.Consent.QUOTE,
        transcript="Dana: Why?\nBuyer: It was too expensive. The price was far above our budget.\n",
    )  # fmt: skip
    begin_coding(by=cast.operations, interview=interview, now=timezone.now())
    make_figures(organisation=cast.organisation, now=timezone.now())
    answer, asking = BuyerAnswer.objects.get(invitation=one), Asking.objects.get(review=waiting)
    found = []
    opened = visit(cast.operations, width=width, scheme=scheme)
    for address in [
        "", "asked/", f"asked/{asking.pk}/", f"asked/{one.asking_id}/", "answers/", "answers/?of=anonymous",
        f"answers/{answer.pk}/", "interviews/", f"interviews/{interview.pk}/", f"interviews/about/{review.pk}/",
    ]:  # fmt: skip
        assert opened.go(f"/reviews/buyers/{address}") == 200, address
        found += problems(opened, width)
    for address in ("", "mail/en/", "words/de/", "sample/fr/"):
        assert opened.go(f"/settings/buyers/{address}") == 200, address
        found += problems(opened, width)
    assert found == []


def test_a_manager_withholds_with_a_reason_and_an_interview_is_coded(visit: Start, cast: Cast) -> None:
    one, _path = asked(cast, 1)
    ended_deal(cast.organisation, 2)
    follow()
    asking = Asking.objects.exclude(pk=one.asking_id).get()
    Asking.objects.filter(pk=asking.pk).update(state=Asking.State.PREVIEW)
    opened = visit(cast.manager)
    opened.go(f"/reviews/buyers/asked/{asking.pk}/")
    page = opened.page
    page.get_by_label("Reason").select_option("dispute")
    page.get_by_role("button", name="Do not ask").click()
    expect(page.get_by_text("is not asked. The reason is counted.")).to_be_visible()
    opened.go(f"/reviews/buyers/interviews/about/{asking.review_id}/")
    page.get_by_label("Transcript").fill("Buyer: The price was far above our budget. Your people were honest.")
    page.get_by_role("button", name="Keep the interview").click()
    page.get_by_role("button", name="Begin").click()
    while page.get_by_role("button", name="Confirm").count():
        page.get_by_role("button", name="Confirm").first.click()
    page.get_by_label("Driver").select_option(label="Trust in our people")
    page.get_by_role("button", name="Your people were honest.").click()
    page.get_by_role("button", name="I am done").click()
    expect(page.get_by_text("Finished")).to_be_visible()
    expect(page.get_by_role("link", name="What they answered")).to_be_visible()
    assert opened.said == []
