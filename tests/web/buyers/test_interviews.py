"""Interviews: typed in, pasted, coded by two who do not see each other, with suggestions that a person confirms."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.cast import Cast
from tests.web.buyers.made import ended_deal

from afteraction.analysis.agreement import Agreement
from afteraction.errors import NotEnoughData, Refused
from afteraction.web.buyers import language_model, tasks
from afteraction.web.buyers.coders import agreement_of_coders
from afteraction.web.buyers.coding import add_code, begin_coding, decide, finish_coding
from afteraction.web.buyers.interviewing import save_interview
from afteraction.web.buyers.models import Code, Coding, Interview, ModelRequest
from afteraction.web.buyers.questions import Given
from afteraction.web.people.models import User
from afteraction.web.reviews.models import Driver

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
TEXT = (
    "Dana: What decided it?\n"
    "Robin: It was too expensive. The price was far above our budget.\n"
    "Robin: We had trust in your people, they were honest.\n"
)


def interview_of(cast: Cast, number: int = 1, text: str = TEXT, **fields: Any) -> Interview:
    values: dict[str, Any] = {"consent": "quote", "interviewer": "Dana", "interviewee": "Robin Lee"} | fields
    return save_interview(
        by=cast.operations, review=ended_deal(cast.organisation, number), now=timezone.now(),
        held_on=timezone.now().date(), transcript=text, **values,
    )  # fmt: skip


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def code_all(cast: Cast, interview: Interview, by: User, keys: tuple[str, ...] = ("price",)) -> Coding:
    """Rejects what is suggested, and codes every turn of the buyer with these drivers."""
    now = timezone.now()
    coding = begin_coding(by=by, interview=interview, now=now)
    for code in coding.codes.all():
        decide(by=by, code=code, confirmed=False, now=now)
    start = interview.transcript.index("It was")
    for key in keys:
        driver = Driver.objects.get(organisation=cast.organisation, key=key)
        add_code(by=by, coding=coding, driver=driver, start=start, end=start + 10, now=now)
    finish_coding(by=by, coding=coding, now=now)
    return coding


def test_the_guided_form_gives_an_answer_with_the_consent_as_what_may_be_quoted(cast: Cast) -> None:
    interview = interview_of(cast, text="", given=Given(cause="story", better="Listen", score=4), consent="named")
    answer = interview.answer
    assert answer is not None
    assert (answer.source, answer.cause, answer.score, answer.may_quote) == ("interview", "story", 4, "named")
    with pytest.raises(Refused, match="nothing that was said"):
        interview_of(cast, 2, text="")


def test_suggestions_count_only_when_a_person_has_confirmed_them(cast: Cast) -> None:
    interview, now = interview_of(cast), timezone.now()
    coding = begin_coding(by=cast.operations, interview=interview, now=now)
    suggested = list(coding.codes.all())
    assert "price" in {code.driver.key for code in suggested}
    assert {code.state for code in suggested} == {Code.State.SUGGESTED}
    with pytest.raises(Refused, match="not decided on"):
        finish_coding(by=cast.operations, coding=coding, now=now)
    for code in suggested:
        decide(by=cast.operations, code=code, confirmed=code.driver.key == "price", now=now)
    finish_coding(by=cast.operations, coding=coding, now=now)
    interview.refresh_from_db()
    price = Driver.objects.get(organisation=cast.organisation, key="price")
    assert interview.answer is not None
    assert interview.answer.drivers == [price.pk]
    quotes = [interview.transcript[code.start : code.end] for code in coding.codes.filter(state="confirmed")]
    assert all(quote in TEXT for quote in quotes)


def test_a_second_coder_sees_nothing_of_the_first_until_done(cast: Cast) -> None:
    interview = interview_of(cast)
    code_all(cast, interview, cast.operations, ("no_consensus",))
    second, address = signed_in(cast.admin), f"/reviews/buyers/interviews/{interview.pk}/"
    assert "Coded without seeing others" not in second.get(address).content.decode()
    second.post(f"{address}begin/")
    assert "Coded without seeing others" not in second.get(address).content.decode()
    for code in Code.objects.filter(coding__coder=cast.admin):
        second.post(f"{address}code/", {"reject": code.pk})
    second.post(f"{address}code/", {"finish": "yes"})
    assert "Coded without seeing others" in second.get(address).content.decode()


def test_nobody_changes_the_coding_of_another_or_one_that_is_finished(cast: Cast) -> None:
    interview = interview_of(cast)
    coding = code_all(cast, interview, cast.operations)
    code = coding.codes.filter(state="confirmed")[0]
    for who in (cast.operations, cast.admin, cast.outsider):
        with pytest.raises(Refused):
            decide(by=who, code=code, confirmed=False, now=timezone.now())
    with pytest.raises(Refused):
        begin_coding(by=cast.rep, interview=interview, now=timezone.now())  # the rep of the deal
    assert signed_in(cast.outsider).get(f"/reviews/buyers/interviews/{interview.pk}/").status_code == 404


def test_agreement_of_coders_has_an_interval_or_says_what_is_missing(cast: Cast) -> None:
    assert isinstance(agreement_of_coders(cast.organisation), NotEnoughData)
    for number in range(1, 25):
        interview = interview_of(cast, number)
        first = ("price",) if number % 2 else ("trust",)
        code_all(cast, interview, cast.operations, first)
        code_all(cast, interview, cast.admin, first if number % 6 else ("price", "trust"))
    found = agreement_of_coders(cast.organisation)
    assert isinstance(found, Agreement)
    assert 0.5 < found.low < found.value < found.high <= 1
    assert found.deals == 24
    page = signed_in(cast.operations).get("/reviews/buyers/interviews/").content.decode()
    assert f"{found.value:.2f}" in page


@dataclass
class Model:
    """A server that speaks as OpenAI's does: what it was asked, and what it answers."""

    status: int = 200
    content: str = "[]"
    location: str = ""
    asked: list[tuple[str, str, Any]] = field(default_factory=list)

    def answer(self) -> bytes:
        return json.dumps({"choices": [{"message": {"content": self.content}}]}).encode()


@pytest.fixture
def model(settings: Any) -> Iterator[Model]:
    made = Model()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            made.asked.append((self.path, self.headers.get("Authorization", ""), body))
            self.send_response(made.status)
            if made.location:
                self.send_header("Location", made.location)
            self.send_header("Content-Length", str(len(made.answer())))
            self.end_headers()
            self.wfile.write(made.answer())

        def log_message(self, *_args: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.LLM_URL = f"http://127.0.0.1:{server.server_port}/v1"
    settings.LLM_KEY, settings.LLM_MODEL = "a key", "small"
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


def test_without_an_address_there_is_no_model(cast: Cast) -> None:
    interview = interview_of(cast)
    begin_coding(by=cast.operations, interview=interview, now=timezone.now())
    client, address = signed_in(cast.operations), f"/reviews/buyers/interviews/{interview.pk}/"
    assert "anguage model" not in client.get(address).content.decode()
    assert client.get(f"{address}ask/").status_code == 404
    assert client.post(f"{address}ask/").status_code == 404


def test_the_text_is_shown_confirmed_and_sent_as_shown(cast: Cast, model: Model) -> None:
    interview = interview_of(cast)
    coding = begin_coding(by=cast.operations, interview=interview, now=timezone.now())
    coding.codes.all().delete()
    found = [
        {"driver": "price", "quote": "The price was far above our budget."},
        {"driver": "price", "quote": "We hated the price."},  # never said
        {"driver": "nothing", "quote": "they were honest"},
    ]
    model.content = f"Here you are:\n```json\n{json.dumps(found)}\n```"
    client, address = signed_in(cast.operations), f"/reviews/buyers/interviews/{interview.pk}/ask/"
    page = client.get(address)
    assert "The price was far above our budget." in page.content.decode()
    assert model.asked == []
    assert client.post(address, {"seal": "of another text"}).status_code == 422
    assert client.post(address, {"seal": page.context["seal"]}).status_code == 302
    assert model.asked == []  # a job sends it
    request = ModelRequest.objects.get()
    tasks.ask_model.call(request_id=request.pk)
    tasks.ask_model.call(request_id=request.pk)
    [(path, key, body)] = model.asked
    assert (path, key, body["messages"]) == ("/v1/chat/completions", "Bearer a key", request.sent)
    [code] = coding.codes.all()
    assert (code.state, code.origin, code.driver.key) == ("suggested", "model", "price")
    request.refresh_from_db()
    assert (request.state, request.message) == ("done", "1 of 3 suggestions stand in the transcript.")


@pytest.mark.parametrize(
    ("content", "status", "said"),
    [("I would rather chat", 200, "no list"), ("[]", 401, "status 401"), ("{" * 10, 200, "no list")],
)
def test_what_a_model_answers_wrongly_is_told(cast: Cast, model: Model, content: str, status: int, said: str) -> None:
    coding = begin_coding(by=cast.operations, interview=interview_of(cast), now=timezone.now())
    drivers = list(Driver.objects.filter(organisation=cast.organisation, retired_at=None, merged_into=None))
    seal = language_model.seal(language_model.messages_for(coding, drivers))
    made = language_model.confirm_sending(by=cast.operations, coding=coding, seal_shown=seal, now=timezone.now())
    model.content, model.status = content, status
    tasks.ask_model.call(request_id=made.pk)
    made.refresh_from_db()
    assert made.state == "failed"
    assert said in made.message


def test_a_redirect_leads_the_text_nowhere_else(cast: Cast, model: Model) -> None:
    coding = begin_coding(by=cast.operations, interview=interview_of(cast), now=timezone.now())
    drivers = list(Driver.objects.filter(organisation=cast.organisation, retired_at=None, merged_into=None))
    seal = language_model.seal(language_model.messages_for(coding, drivers))
    made = language_model.confirm_sending(by=cast.operations, coding=coding, seal_shown=seal, now=timezone.now())
    model.status, model.location = 302, "/elsewhere"
    tasks.ask_model.call(request_id=made.pk)
    assert [path for path, _key, _body in model.asked] == ["/v1/chat/completions"]
    made.refresh_from_db()
    assert made.state == "failed"
