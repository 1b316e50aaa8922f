"""A write that is sent twice is done once."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from tests.cast import Cast
from tests.web.api.conftest import As, Caller, problem
from tests.web.leads.made import lead as handed_over

from afteraction.web.api.models import KeptAnswer
from afteraction.web.api.tasks import forget_kept_answers
from afteraction.web.api.v1 import api
from afteraction.web.connectors.models import Connector, Run
from afteraction.web.connectors.sealing import seal
from afteraction.web.data import services as data
from afteraction.web.data.models import Import
from afteraction.web.data.tasks import look_at_files
from afteraction.web.deals.models import Deal, SavedView
from afteraction.web.insights.models import Analysis, Claim, ProcessVersion
from afteraction.web.leads.models import LeadAttempt, Returned
from afteraction.web.lessons.models import Lesson
from afteraction.web.listening.models import Watch
from afteraction.web.people import services as people
from afteraction.web.people.models import Invitation, User
from afteraction.web.proposals.models import Proposal, ProposalComment
from afteraction.web.proposals.services import propose
from afteraction.web.proposals.writing import Wish
from afteraction.web.reviews.models import Expectation

PROCESS = "process: Sale\nversion: 1\nstages: [Qualify]\nsteps:\n  - id: call\n    stage: Qualify\n    activity: Call\n"
QUESTION = {"kind": "question", "title": "Early", "what": "Who decides?", "reason": "We find out too late."}


@dataclass(frozen=True)
class Write:
    """An operation that takes a key: where, what is sent, and what counts how often it was done."""

    name: str
    path: str
    content: Any
    status: int
    count: Any


def jobs() -> int:
    return DBTaskResult.objects.count()


WRITES = (
    Write("save_deal_view", "/deal-views", {"name": "Mine"}, 201, SavedView.objects.count),
    Write(
        "note_expectation",
        "/expectations",
        {"chance": 40},
        201,
        Expectation.objects.count,
    ),
    Write("save_process_version", "/process/versions", {"text": PROCESS}, 201, ProcessVersion.objects.count),
    Write("start_analysis", "/analyses", None, 202, Analysis.objects.count),
    Write("state_claim", "/claims", "a claim", 201, Claim.objects.count),
    Write("send_rows", "/data/rows", {"deals": [{"deal_id": "D", "outcome": "won"}]}, 202, Import.objects.count),
    Write("compact_data", "/data/compact", None, 202, jobs),
    Write("begin_import", "/data/imports", None, 201, Import.objects.count),
    Write("look_at_import", "/data/imports/{adding}/look", None, 202, jobs),
    Write("start_import", "/data/imports/{ready}/start", None, 202, jobs),
    Write(
        "invite_person",
        "/people",
        {"name": "Ida", "role": "rep", "email": "ida@example.com"},
        201,
        User.objects.count,
    ),
    Write(
        "invite_person_again",
        "/people/{invited}/invite-again",
        None,
        200,
        lambda: Invitation.objects.values_list("nonce", flat=True).get(),
    ),
    Write("write_lesson", "/lessons", {"title": "Ask", "text": "Ask who signs."}, 201, Lesson.objects.count),
    Write(
        "make_proposal", "/proposals", QUESTION | {"title": "Sooner", "what": "Who signs?"}, 201, Proposal.objects.count
    ),
    Write(
        "comment_on_proposal", "/proposals/{proposal}/comments", {"text": "Why?"}, 201, ProposalComment.objects.count
    ),
    Write("log_lead_attempt", "/leads/{lead}/attempts", {"way": "mail"}, 201, LeadAttempt.objects.count),
    Write("return_lead", "/leads/{lead}/returns", {"reason": "no need"}, 201, Returned.objects.count),
    Write(
        "make_watch", "/listening/watches", {"name": "Money", "terms": {"kinds": ["funding"]}}, 201, Watch.objects.count
    ),
    Write("begin_connector_run", "/connectors/hubspot/runs", None, 201, Run.objects.count),
    Write("test_connector", "/connectors/hubspot/test", None, 200, lambda: Connector.objects.get().tested.get("at")),
)


@pytest.fixture
def there(recorded: Cast) -> dict[str, Any]:
    """What the addresses name."""
    made = {}
    for name in ("adding", "ready"):
        import_ = data.begin(by=recorded.operations)
        data.add_file(import_=import_, name="deals.csv", chunks=[b"deal_id,outcome\nD1,won\n"])
        made[name] = import_.pk
    Connector.objects.create(
        organisation=recorded.organisation, kind=Connector.Kind.HUBSPOT, address="https://crm.invalid",
        secret=seal("hidden"), secret_given_at=timezone.now(),
    )  # fmt: skip
    data.look(import_=import_)
    look_at_files.call(import_id=import_.pk)
    invited = people.prepare_invitation(
        organisation=recorded.organisation, made_by=recorded.admin, email="new@example.com", name="New", role="rep",
        now=timezone.now(),
    )  # fmt: skip
    deal = Deal.objects.filter(organisation=recorded.organisation, outcome="open")[0]
    recorded.admin.owner_name = deal.owner
    recorded.admin.save()
    proposal = propose(by=recorded.rep, wish=Wish(**QUESTION), now=timezone.now())
    lead = handed_over(recorded, "L1", recorded.admin)
    return made | {"invited": invited.user_id, "deal": deal.deal_id, "proposal": proposal.pk, "lead": lead.pk}


def sent(call: Caller, write: Write, there: dict[str, Any], key: str) -> Any:
    content = write.content
    if content == "a claim":
        subject = call("GET", "/claim-subjects").json()["items"][0]
        content = {name: subject[name] for name in ("kind", "name", "level")}
        content |= {"sentence": "It wins", "direction": "helps"}
    if write.name == "note_expectation":
        content = content | {"deal_id": there["deal"]}
    return call("POST", write.path.format(**there), content, Idempotency_Key=key)


def test_the_table_has_every_operation_that_takes_a_key() -> None:
    paths = api.get_openapi_schema()["paths"].values()
    keyed = {
        operation["operationId"]
        for path in paths
        for operation in path.values()
        if any(each["name"] == "Idempotency-Key" for each in operation["parameters"])
    }
    assert keyed == {write.name for write in WRITES}


@pytest.mark.parametrize("write", WRITES, ids=lambda write: write.name)
def test_a_write_that_is_sent_twice_is_done_once(recorded: Cast, as_: As, there: dict[str, Any], write: Write) -> None:
    call = as_(recorded.admin)
    before = write.count()
    first = sent(call, write, there, "k")
    assert first.status_code == write.status, first.content
    done = write.count()
    assert done != before or write.name == "start_analysis"  # that one is there already
    queued = jobs()
    again = sent(call, write, there, "k")
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.get("Location") == first.get("Location")
    assert again["Idempotent-Replay"] == "true"
    assert "Idempotent-Replay" not in first
    assert (write.count(), jobs()) == (done, queued)


def test_a_key_is_for_one_request(cast: Cast, as_: As) -> None:
    call = as_(cast.rep)
    call("POST", "/deal-views", {"name": "One"}, Idempotency_Key="k")
    problem(call("POST", "/deal-views", {"name": "Two"}, Idempotency_Key="k"), 409)
    assert call("POST", "/deal-views", {"name": "Two"}, Idempotency_Key="l").status_code == 201
    assert set(SavedView.objects.values_list("name", flat=True)) == {"One", "Two"}


def test_keys_of_others_are_not_ours(cast: Cast, as_: As) -> None:
    for user in (cast.rep, cast.team_mate):
        answer = as_(user)("POST", "/deal-views", {"name": "One"}, Idempotency_Key="k")
        assert (answer.status_code, answer.get("Idempotent-Replay")) == (201, None)
    assert SavedView.objects.count() == 2


def test_what_was_refused_may_be_sent_again_with_the_same_key(cast: Cast, as_: As) -> None:
    call = as_(cast.admin)
    about = {"name": "Ida", "role": "rep", "email": cast.rep.email}
    problem(call("POST", "/people", about, Idempotency_Key="k"), 409)
    assert not KeptAnswer.objects.exists()
    assert call("POST", "/people", about | {"email": "ida@x.example"}, Idempotency_Key="k").status_code == 201


def test_a_write_that_died_is_not_half_done(cast: Cast, as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    call = as_(cast.rep)

    def dies(_self: KeptAnswer, **_kwargs: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(KeptAnswer, "save", dies, raising=True)
        broken.setattr(KeptAnswer.objects, "get_or_create", lambda **about: (KeptAnswer(), True))
        problem(call("POST", "/deal-views", {"name": "One"}, Idempotency_Key="k"), 500)
    assert not SavedView.objects.exists()
    assert call("POST", "/deal-views", {"name": "One"}, Idempotency_Key="k").status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 201, "a b"])
def test_a_key_that_is_none_is_refused(cast: Cast, as_: As, key: str) -> None:
    told = problem(as_(cast.rep)("POST", "/deal-views", {"name": "One"}, Idempotency_Key=key), 422)
    assert told["errors"][0]["field"] == "header.Idempotency-Key"
    assert not SavedView.objects.exists()


def test_answers_are_kept_for_two_days_as_clocks_may_be_set_by_one(cast: Cast, as_: As) -> None:
    call = as_(cast.operations)
    first = call("POST", "/data/imports", Idempotency_Key="k").json()["id"]
    KeptAnswer.objects.update(made_at=timezone.now() - timedelta(hours=47))
    assert call("POST", "/data/imports", Idempotency_Key="k").json()["id"] == first
    KeptAnswer.objects.update(made_at=timezone.now() - timedelta(hours=48, seconds=1))
    assert call("POST", "/data/imports", Idempotency_Key="k").json()["id"] != first


def test_old_answers_are_forgotten(cast: Cast, as_: As) -> None:
    call = as_(cast.operations)
    for key in ("old", "new"):
        call("POST", "/data/imports", Idempotency_Key=key)
    KeptAnswer.objects.filter(key="old").update(made_at=timezone.now() - timedelta(hours=49))
    forget_kept_answers.call()
    assert [each.key for each in KeptAnswer.objects.all()] == ["new"]


def test_no_link_of_an_invitation_is_kept(cast: Cast, as_: As) -> None:
    call = as_(cast.admin)
    about = {"name": "Ida", "role": "rep", "email": "ida@example.com"}
    key = call("POST", "/people", about, Idempotency_Key="k").json()["id"]
    link = call("GET", f"/people/{key}").json()["link"]
    assert link.rsplit("/", 2)[1] not in KeptAnswer.objects.get().body
    assert as_(cast.admin, "people:read")("GET", f"/people/{key}").json()["link"] is None
