"""Whatever happens to deals in the record, each that has ended has exactly one review that stands, and none is lost."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.cast import Cast
from tests.web.deals.conftest import deal_row, put_rows

from afteraction.web.data import services as data
from afteraction.web.data import tasks
from afteraction.web.deals.index import refresh_index
from afteraction.web.deals.models import Deal
from afteraction.web.people.models import Organisation
from afteraction.web.reviews import services
from afteraction.web.reviews.models import Answer, Review, ReviewRules

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
ENDS = ("won", "lost", "no_decision")
NUMBERS = range(1, 5)
_folders = count()

number = st.sampled_from(NUMBERS)
change = st.one_of(
    st.tuples(st.just("close"), number, st.sampled_from(ENDS)),
    st.tuples(st.just("reopen"), number, st.just("open")),
    st.tuples(st.just("hand over"), number, st.sampled_from(("Noor Haddad", "Tom Reyes", "Nobody Here"))),
    st.tuples(st.just("merge away"), number, st.just("")),
    st.tuples(st.just("bulk edit"), st.just(0), st.sampled_from((*ENDS, "open"))),
    st.tuples(st.just("no date"), number, st.sampled_from(ENDS)),
    st.tuples(st.just("answer"), number, st.just("")),
    st.tuples(st.just("import again"), st.just(0), st.just("")),
)


@dataclass
class History:
    """A record that changes; after each change the mirror follows it, then the reviews, as after an import."""

    organisation: Organisation
    rows: dict[int, dict[str, Any]] = field(default_factory=dict)
    at: datetime = NOW

    def follow(self, kind: str, number: int, value: str) -> None:
        """One change, taken over by everything."""
        self.at += timedelta(hours=7)
        if kind == "answer":
            self._answer(number)
        elif kind == "merge away":
            self.rows.pop(number, None)
            # The lake only adds and changes; what a merge in the CRM takes away is gone from a lake that is made anew.
            shutil.rmtree(self.organisation.home.lake, ignore_errors=True)
        elif kind == "bulk edit":
            for each in self.rows:
                self.rows[each] |= self._end(value)
        elif kind == "hand over" and number in self.rows:
            self.rows[number]["owner"] = value
        elif kind in ("close", "reopen", "no date"):
            end = self._end(value) if kind != "no date" else {"outcome": value, "closed_at": None}
            self.rows[number] = self.rows.get(number, deal_row(number)) | end
        if self.rows:
            put_rows(self.organisation, {"deals": list(self.rows.values())})
            refresh_index(organisation=self.organisation)
        services.follow_deals(organisation=self.organisation, now=self.at)

    def _end(self, outcome: str) -> dict[str, Any]:
        return {"outcome": outcome, "closed_at": None if outcome == "open" else self.at}

    def _answer(self, number: int) -> None:
        due = Review.objects.filter(organisation=self.organisation, deal_id=f"D-{number:04d}", state="due").first()
        if due is not None and due.person is not None:
            services.save_answer(by=due.person, review=due, now=self.at, fields={"unknown": True, "happened": "So."})
            services.finish(by=due.person, review=due, now=self.at)

    def check(self) -> None:
        """Each deal that has ended has one standing review that speaks of that end; no other deal has any."""
        ended = {d.deal_id: d.outcome for d in Deal.objects.filter(organisation=self.organisation, outcome__in=ENDS)}
        standing = Review.objects.filter(organisation=self.organisation, ended_at=None)
        assert sorted((each.deal_id, each.outcome) for each in standing) == sorted(ended.items())
        assert not standing.filter(state=Review.State.WITHDRAWN).exists()
        closings = list(Review.objects.filter(organisation=self.organisation).values_list("deal_id", "closing"))
        assert len(closings) == len(set(closings))


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(changes=st.lists(change, min_size=1, max_size=7), share=st.sampled_from((100, 40)))
def test_every_deal_that_ended_has_exactly_one_standing_review(
    cast: Cast, changes: list[tuple[str, int, str]], share: int
) -> None:
    with transaction.atomic():
        cast.organisation.folder = f"history-{next(_folders)}"
        cast.organisation.save()
        ReviewRules.objects.create(
            organisation=cast.organisation, since=datetime(2020, 1, 1, tzinfo=UTC), seed="s", share=share
        )
        history, reviews, answers = History(cast.organisation), 0, 0
        for kind, number, value in changes:
            history.follow(kind, number, value)
            history.check()
            now = Review.objects.count(), Answer.objects.exclude(done_at=None).count()
            assert now >= (reviews, answers)  # none is lost, and neither is what was said
            assert now[1] >= answers
            reviews, answers = now
        transaction.set_rollback(True)


def test_a_deal_that_ends_again_is_reviewed_again_and_what_was_said_stays(cast: Cast) -> None:
    ReviewRules.objects.create(organisation=cast.organisation, since=datetime(2020, 1, 1, tzinfo=UTC), seed="s")
    history = History(cast.organisation)
    for kind, value in (("close", "lost"), ("answer", ""), ("reopen", "open"), ("close", "won")):
        history.follow(kind, 1, value)
        history.check()
    first, second = Review.objects.order_by("closing")
    assert (first.outcome, first.state, first.closing) == ("lost", "done", 1)
    assert first.ended_at is not None
    assert first.answers.get().happened == "So."
    assert (second.outcome, second.state, second.closing) == ("won", "due", 2)


def csv(outcome: str) -> str:
    closed = "" if outcome == "open" else "2025-02-01T10:00:00Z"
    return (
        f"deal_id,name,owner,outcome,created_at,closed_at\nD1,One,Noor Haddad,{outcome},2025-01-01T10:00:00Z,{closed}\n"
    )


@pytest.fixture
def import_csv(cast: Cast) -> Callable[[str], None]:
    """Imports a file as the page does, and does the job that follows every import."""

    def bring(text: str) -> None:
        made = data.begin(by=cast.operations)
        data.add_file(import_=made, name="deals.csv", chunks=[text.encode()])
        data.look(import_=made)
        tasks.look_at_files.call(import_id=made.pk)
        made.refresh_from_db()
        data.start(import_=made)
        tasks.import_files.call(import_id=made.pk)
        made.refresh_from_db()
        assert made.state == "done", made.message
        tasks.follow_record.call(organisation_id=cast.organisation.pk)

    return bring


def test_a_csv_that_closes_a_deal_opens_its_review(cast: Cast, import_csv: Callable[[str], None]) -> None:
    import_csv(csv("open"))
    assert not Review.objects.exists()
    import_csv(csv("lost"))
    review = Review.objects.get()
    assert (review.deal_id, review.outcome, review.person, review.state) == ("D1", "lost", cast.rep, "due")
    assert (review.due_on - timezone.now().date()).days in (6, 7)
    import_csv(csv("lost"))
    assert Review.objects.get() == review
