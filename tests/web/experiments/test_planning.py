"""Planning a trial: what the record says, what it takes, when it cannot be answered, and two signatures."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.cast import PASSWORD, Cast
from tests.recorded import Record, give_data

from afteraction.analysis.experiment_planning import Estimate
from afteraction.analysis.experiment_power import NotAnswerable, Size
from afteraction.errors import Refused
from afteraction.web.deals.index import refresh_index
from afteraction.web.experiments.answers import answers_of
from afteraction.web.experiments.document import read_document
from afteraction.web.experiments.history import History, history_of, keep_history
from afteraction.web.experiments.models import Experiment
from afteraction.web.experiments.planning import Planning
from afteraction.web.experiments.selectors import protocol_in_draft
from afteraction.web.experiments.services import draft, new_version, save_plan, withdraw
from afteraction.web.experiments.signing import sign
from afteraction.web.insights.models import ProcessVersion

NOW = datetime(2026, 3, 3, 9, tzinfo=UTC)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
FILLED: dict[str, Any] = {
    "title": "Mutual plans", "question": "Do plans win?", "hypothesis": "A plan wins.", "old_name": "As today",
    "new_name": "With a plan", "new_instructions": "Send a plan.", "unit": "deal", "kind": "stratified",
    "measure": "won", "horizon": "60", "effect": "12", "weeks": "200", "starts_on": "2026-04-06", "adjusted": "on",
    "futile": "on",
}  # fmt: skip


@pytest.fixture
def trial(cast: Cast, record: Record) -> Experiment:
    give_data(cast, record)
    refresh_index(organisation=cast.organisation)
    ProcessVersion.objects.create(organisation=cast.organisation, number=1, text=record.process)
    keep_history(cast.organisation)
    return draft(by=cast.manager, title="Mutual plans", now=NOW)


def history(cast: Cast) -> History:
    found = history_of(cast.organisation)
    assert found is not None
    return found


def filled(cast: Cast, **others: Any) -> dict[str, Any]:
    """The form as it is sent."""
    return FILLED | {"sponsor": str(cast.executive.pk)} | others


def planned(cast: Cast, trial: Experiment, **others: Any) -> Any:
    protocol = protocol_in_draft(trial)
    assert protocol is not None
    planning = Planning(cast.manager, trial, protocol, NOW)
    form = planning.form(filled(cast, **others))
    assert form.is_valid(), form.errors
    return planning.planned(form)


def test_the_history_has_what_the_record_has(cast: Cast, trial: Experiment) -> None:
    found = history(cast)
    deals = cast.organisation.deals
    assert len(found) == deals.count()
    assert int(found.won.sum()) == deals.filter(outcome="won").count()
    assert any(name.startswith("stage: ") for name in found.first)
    for days in found.first.values():
        assert ((days >= 0) | (days != days)).all()
    first = deals.order_by("deal_id")[0]
    assert found.began[0] == pytest.approx((found.until - first.created_at).total_seconds() / 86_400)


def test_every_figure_stands_with_its_interval_and_n(cast: Cast, trial: Experiment) -> None:
    found = planned(cast, trial, effect="25")
    for figure in found.figures:
        assert figure.refused is not None or (figure.value and figure.interval and figure.n)
    record = found.size.record
    known = history(cast)
    ended = (known.began >= 60) & (known.began <= 60 + 540)
    assert isinstance(record.base, Estimate)
    assert record.base.n == int(ended.sum())
    assert record.base.value == pytest.approx(((known.began - known.closed <= 60) & known.won)[ended].mean())


def test_a_plan_that_is_whole_can_be_made_from_itself_again(cast: Cast, trial: Experiment) -> None:
    for design in ({}, {"unit": "rep", "effect": "30"}, {"unit": "rep", "kind": "pairs", "effect": "30"},
                   {"unit": "rep", "kind": "switchback", "period": "28", "effect": "60", "weeks": "400"},
                   {"measure": "days_to_won", "effect": "8"}):  # fmt: skip
        found = planned(cast, trial, **design)
        if found.document is None and design.get("kind") == "pairs":
            continue  # of an odd number of reps no pairs can be made
        assert found.document is not None, (design, found.answer, found.missing)
        again = answers_of(read_document(found.document.model_dump(mode="json")))
        sent = {name: value for name, value in again.items() if value not in (None, False, [])}
        form = (
            filled(cast)
            | {name: value for name, value in sent.items() if value is not True}
            | {name: "on" for name, value in sent.items() if value is True}
        )
        form["kind"] = form["kind"] if form["unit"] != "deal" else "stratified"
        assert planned(cast, trial, **form).document == found.document


def test_what_cannot_be_answered_is_said_with_what_would_do(cast: Cast, trial: Experiment) -> None:
    found = planned(cast, trial, effect="8", weeks="30", horizon="90")
    assert isinstance(found.size.answer, NotAnswerable)
    assert found.document is None
    assert not found.answer.answerable
    assert "in the time there is" in found.answer.words
    assert any("weeks instead of 30" in each for each in found.answer.instead)
    assert any("an effect of" in each for each in found.answer.instead)
    assert found.answer.leading
    choice, _name, words = found.answer.leading[0]
    assert choice.split("|")[0] in ("stage", "step")
    assert "n = " in words


def test_what_would_take_longer_than_anyone_waits_is_said_without_its_weeks(cast: Cast, trial: Experiment) -> None:
    found = planned(cast, trial, effect="0.01", weeks="30", horizon="90")
    assert "in any sensible time" in found.answer.words
    assert not any("weeks" in each for each in found.answer.instead)
    assert "more than 10 years" in found.size.answer.reason


def test_a_leading_measure_is_computed_like_any_other(cast: Cast, trial: Experiment) -> None:
    found = planned(cast, trial, effect="10", weeks="40", horizon="90")
    choice, _, horizon = found.answer.leading[0][0].rpartition("@")
    taken = planned(cast, trial, effect="10", weeks="40", measure=choice, horizon=horizon)
    if isinstance(taken.size.answer, Size):
        assert f"{taken.size.answer.deals:,} deals" in found.answer.leading[0][2]


def test_few_reps_cost_power_and_it_says_so(cast: Cast, trial: Experiment) -> None:
    names = [name for name, _n in history(cast).listed("owner")][:10]
    found = planned(cast, trial, unit="rep", units=names, effect="40")
    assert found.size.clusters == 10
    assert found.size.few > 1
    assert "Only 10 reps are drawn" in found.few
    six = planned(cast, trial, unit="rep", units=names[:6], effect="40")
    assert "could ever be beyond chance" in six.few


def test_without_a_record_it_says_what_to_do(cast: Cast, client: Client) -> None:
    made = draft(by=cast.manager, title="Early", now=NOW)
    client.force_login(cast.manager, backend=BACKEND)
    page = client.get(f"/experiments/{made.pk}/plan/").content.decode()
    assert "No record yet" in page


@pytest.fixture
def as_manager(cast: Cast, client: Client) -> Client:
    client.force_login(cast.manager, backend=BACKEND)
    return client


def test_the_size_is_shown_while_it_is_filled_in_and_nothing_is_saved(
    cast: Cast, trial: Experiment, as_manager: Client
) -> None:
    answer = as_manager.post(f"/experiments/{trial.pk}/plan/size/", filled(cast))
    assert "Can be answered" in answer.content.decode()
    assert as_manager.post(f"/experiments/{trial.pk}/plan/size/", filled(cast, effect="")).status_code == 200
    assert protocol_in_draft(trial).document == {}  # type: ignore[union-attr]


def test_an_unfinished_plan_is_kept_and_says_what_is_missing(cast: Cast, trial: Experiment, as_manager: Client) -> None:
    sent = filled(cast, hypothesis="", sponsor="")
    assert as_manager.post(f"/experiments/{trial.pk}/plan/", sent).status_code == 302
    page = as_manager.get(f"/experiments/{trial.pk}/plan/").content.decode()
    assert "what you expect, and why" in page
    assert "Send a plan." in page
    with pytest.raises(Refused, match="no protocol that can be signed"):
        sign(by=cast.manager, experiment=trial, digest="", now=NOW)


def test_owner_and_sponsor_sign_with_their_passwords_and_then_it_runs(
    cast: Cast, trial: Experiment, client: Client, mailoutbox: list[Any]
) -> None:
    client.force_login(cast.manager, backend=BACKEND)
    first_day = (timezone.now() + timedelta(days=7)).date().isoformat()
    client.post(f"/experiments/{trial.pk}/plan/", filled(cast, starts_on=first_day))
    digest = protocol_in_draft(trial).digest  # type: ignore[union-attr]
    address = f"/experiments/{trial.pk}/sign/"
    assert client.post(address, {"digest": digest, "password": "not mine"}).status_code == 422
    assert client.post(address, {"digest": "0" * 64, "password": PASSWORD}).status_code == 422
    assert client.post(address, {"digest": digest, "password": PASSWORD}).status_code == 302
    client.force_login(cast.operations, backend=BACKEND)
    assert client.post(address, {"digest": digest, "password": PASSWORD}).status_code == 422
    client.force_login(cast.executive, backend=BACKEND)
    assert "Protocols to sign" in client.get("/").content.decode()
    assert client.post(address, {"digest": digest, "password": PASSWORD}).status_code == 302
    trial.refresh_from_db()
    assert trial.state == Experiment.State.RUNNING
    page = client.get(f"/experiments/{trial.pk}/").content.decode()
    assert digest in page
    assert client.get(f"/experiments/{trial.pk}/protocols/1/").status_code == 200


def test_who_signs_must_be_two_and_the_text_the_one_they_saw(cast: Cast, trial: Experiment) -> None:
    found = planned(cast, trial)
    with pytest.raises(Refused, match="two different people"):
        save_plan(by=cast.manager, experiment=trial, answers={}, document=found.document, sponsor=cast.manager, now=NOW)
    with pytest.raises(Refused, match="may not sponsor"):
        save_plan(by=cast.manager, experiment=trial, answers={}, document=found.document, sponsor=cast.rep, now=NOW)
    with pytest.raises(Refused, match="may not sponsor"):
        save_plan(
            by=cast.manager, experiment=trial, answers={}, document=found.document, sponsor=cast.outsider, now=NOW
        )
    made = save_plan(by=cast.manager, experiment=trial, answers={}, document=found.document, now=NOW)
    with pytest.raises(Refused, match="no sponsor"):
        sign(by=cast.manager, experiment=trial, digest=made.digest, now=NOW)
    save_plan(by=cast.manager, experiment=trial, answers={}, document=found.document, sponsor=cast.executive, now=NOW)
    with pytest.raises(Refused, match="changed meanwhile"):
        sign(by=cast.manager, experiment=trial, digest="0" * 64, now=NOW)
    with pytest.raises(Refused, match="that has passed"):
        sign(by=cast.manager, experiment=trial, digest=made.digest, now=NOW + timedelta(days=60))
    with pytest.raises(Refused, match="who does not answer"):
        withdraw(by=cast.operations, experiment=trial, why="No", now=NOW)
    with pytest.raises(Refused, match="may not own"):
        draft(by=cast.rep, title="Mine", now=NOW)
    with pytest.raises(Refused, match="one that runs"):
        new_version(by=cast.manager, experiment=trial, why="Too soon", now=NOW)


def test_a_receipt_is_mailed_and_its_seal_is_found_on_the_ledger(
    cast: Cast, trial: Experiment, client: Client, mailoutbox: list[Any]
) -> None:
    from afteraction.web.experiments.ledger_tasks import mail_receipt

    withdraw(by=cast.manager, experiment=trial, why="Another is better", now=NOW)
    entry = trial.ledger.get()
    mail_receipt.call(entry_id=entry.pk, person_id=cast.manager.pk)
    mail_receipt.call(entry_id=entry.pk, person_id=cast.rep.pk)
    [mail] = mailoutbox
    assert entry.digest in mail.body
    client.force_login(cast.rep, backend=BACKEND)
    assert "The ledger has it" in client.get(f"/experiments/{trial.pk}/ledger/?receipt={entry.digest}").content.decode()
    assert "does not have it" in client.get(f"/experiments/{trial.pk}/ledger/?receipt={'0' * 64}").content.decode()
