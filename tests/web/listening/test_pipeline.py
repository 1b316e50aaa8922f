"""From item to story to trigger event, and what corrections do to the next item."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.cast import Cast
from tests.web.listening.test_trigger_events import deal

from afteraction.web.listening import acting, correcting
from afteraction.web.listening.models import AccountName, Item, Source, Story, TriggerEvent
from afteraction.web.listening.pipeline import understand_items, understand_name

NOW = datetime(2026, 3, 24, 10, tzinfo=UTC)
RAISES = "Wolmarin Foods raised 20 million euros in a Series B round led by Northgate Capital."


def item(cast: Cast, title: str, text: str = "", *, source: str = "Ledger", hours: int = 1, **fields: Any) -> Item:
    made, _new = Source.objects.get_or_create(
        organisation=cast.organisation, name=source, kind=Source.Kind.FILES, defaults={"made_at": NOW}
    )
    at = NOW - timedelta(hours=hours)
    content: dict[str, Any] = {"published_at": at, "heard_at": at, "key": f"{source} {title} {hours}"[:64]}
    return Item.objects.create(organisation=cast.organisation, source=made, title=title, text=text, **content | fields)


@pytest.fixture(autouse=True)
def _accounts(cast: Cast) -> None:
    deal(cast, "A1", "Wolmarin Foods GmbH")
    deal(cast, "A2", "Tessaly Logistics")


def understood(cast: Cast, now: datetime = NOW) -> list[TriggerEvent]:
    understand_items(organisation=cast.organisation, now=now)
    return list(TriggerEvent.objects.order_by("pk"))


def test_an_item_becomes_a_story_and_an_event_with_the_sentence_that_shows_it(cast: Cast) -> None:
    item(cast, "Wolmarin Foods raises 20 million euros", f"{RAISES} The money is for new markets.")
    [event] = understood(cast)
    assert (event.account_id, event.account, event.kind, event.kind_found) == (
        "A1",
        "Wolmarin Foods GmbH",
        "funding",
        "funding",
    )
    assert "20 million" in event.sentence
    assert event.at == NOW - timedelta(hours=1)
    assert Item.objects.get().story == event.story


def test_a_story_that_several_tell_is_one_event_at_its_first_time(cast: Cast) -> None:
    text = f"{RAISES} The money is for new markets in the north, where the company wants to open three sites by spring."
    item(cast, "Wolmarin Foods raises 20 million euros", text, hours=2)
    item(cast, "Wolmarin Foods raises 20 million euros", text, source="Gazette", hours=5)
    [event] = understood(cast)
    assert (event.story.told, event.story.at) == (2, NOW - timedelta(hours=5))
    item(cast, "Wolmarin Foods raises 20 million euros", text, source="Monitor", hours=0)
    assert len(understood(cast)) == 1
    assert Story.objects.get().told == 3


def test_what_is_run_twice_is_done_once(cast: Cast) -> None:
    item(cast, "Wolmarin Foods raises 20 million euros", RAISES)
    item(cast, "Rain in the north", "It rained.")
    assert understand_items(organisation=cast.organisation, now=NOW) == 1
    assert understand_items(organisation=cast.organisation, now=NOW) == 0
    assert (Story.objects.count(), TriggerEvent.objects.count()) == (2, 1)


def test_a_name_that_was_said_to_be_none_of_ours_makes_no_event(cast: Cast) -> None:
    item(cast, "Wolmarin Foods raises 20 million euros", RAISES)
    [event] = understood(cast)
    correcting.not_ours(by=cast.rep, event=event, now=NOW)
    item(cast, "Wolmarin Foods opens a plant", "Wolmarin Foods will open a new plant in Lyon and hire 120 people.")
    assert len(understood(cast)) == 1


def test_a_name_that_was_corrected_means_the_other_account_from_then_on(cast: Cast) -> None:
    item(cast, "Wolmarin Foods raises 20 million euros", RAISES)
    [event] = understood(cast)
    correcting.correct_account(by=cast.rep, event=event, account_id="A2", now=NOW)
    item(cast, "Wolmarin Foods acquires a rival", "Wolmarin Foods has agreed to acquire Brightwell Data.", hours=0)
    assert {each.account_id for each in understood(cast)} == {"A2"}


def test_a_name_of_two_accounts_is_asked_once_and_what_was_heard_is_read_again(cast: Cast) -> None:
    deal(cast, "A3", "Quillbrook")
    deal(cast, "A4", "Quillbrook")
    for hours in (1, 2):
        item(cast, f"Quillbrook raises {hours}5 million", f"Quillbrook raised {hours}5 million euros.", hours=hours)
    assert not understood(cast)
    [question] = correcting.questions_of(cast.organisation)
    assert {key for key, _name in question.accounts} == {"A3", "A4"}
    correcting.answer_name(by=cast.rep, text=question.text, account_id="A4", now=NOW)
    understand_name(organisation=cast.organisation, text=question.text, now=NOW)
    assert {each.account_id for each in TriggerEvent.objects.all()} == {"A4"}
    assert not AccountName.objects.filter(asked=True).exists()


def test_what_was_corrected_is_not_undone_by_the_next_item_of_the_story(cast: Cast) -> None:
    text = f"{RAISES} The money is for new markets in the north, where the company wants to open three sites by spring."
    item(cast, "Wolmarin Foods raises 20 million euros", text)
    [event] = understood(cast)
    correcting.correct_kind(by=cast.rep, event=event, kind="expansion")
    acting.say(by=cast.rep, event=event, said="call", now=NOW)
    item(cast, "Wolmarin Foods raises 20 million euros", text, source="Gazette", hours=0)
    [again] = understood(cast)
    assert (again.kind, again.said) == ("expansion", "call")


def test_a_date_in_the_future_is_not_believed(cast: Cast) -> None:
    item(cast, "Wolmarin Foods raises 20 million euros", RAISES, published_at=NOW + timedelta(days=300))
    [event] = understood(cast)
    assert event.at == NOW - timedelta(hours=1)


def test_items_of_another_organisation_are_not_read(cast: Cast) -> None:
    made = item(cast, "Wolmarin Foods raises 20 million euros", RAISES)
    made.organisation = made.source.organisation = cast.other
    made.source.save()
    made.save()
    assert not understood(cast)
    understand_items(organisation=cast.other, now=NOW)
    assert not TriggerEvent.objects.exists(), "the account is not theirs"


def test_notices_of_one_form_about_two_accounts_are_two_stories(cast: Cast) -> None:
    form = (
        "{0} announced on Tuesday that it will lay off ninety employees at its largest site, a tenth of its staff. "
        "The works council was informed in the morning, and talks about terms begin next week in the presence of both."
    )
    item(cast, "Wolmarin Foods cuts ninety jobs", form.format("Wolmarin Foods"), hours=2)
    item(cast, "Tessaly Logistics cuts ninety jobs", form.format("Tessaly Logistics"))
    assert [each.account_id for each in understood(cast)] == ["A1", "A2"]
    assert Story.objects.count() == 2
