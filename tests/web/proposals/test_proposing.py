import pytest
from tests.cast import Cast
from tests.web.proposals.made import DAY, NOW, TEXT, due, on_paper, process, proposed, question, without

from afteraction.errors import Refused
from afteraction.process.editing import with_step
from afteraction.process.model import Step
from afteraction.process.rewriting import rewritten
from afteraction.web.people.models import Role, User
from afteraction.web.proposals import services
from afteraction.web.proposals.models import Proposal
from afteraction.web.proposals.writing import Wish


def test_an_edit_of_the_process_is_told_in_words(cast: Cast) -> None:
    made = proposed(cast)
    sentence = "Step “First call” must now be done within 7 days instead of 14."
    assert (made.kind, made.title, made.what) == ("timing", sentence.rstrip("."), sentence)
    assert made.events.get().changes == [sentence]
    assert "# Before anything else." in made.text


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (due("call", 7), "timing"),
        (without("demo"), "step"),
        (TEXT.replace("activity: Demo", "activity: Demo\n    before: [offer]"), "order"),
        (rewritten(TEXT, with_step(process(), Step("plan", "Propose", ("Plan",)))), "step"),
    ],
    ids=["due", "out", "order", "in"],
)
def test_what_kind_of_change_it_is_follows_from_the_edit(cast: Cast, text: str, kind: str) -> None:
    assert proposed(cast, text=text).kind == kind


def test_a_question_is_proposed_in_words(cast: Cast) -> None:
    made = question(cast)
    assert (made.kind, made.text, made.base, made.what) == ("question", "", None, "Who else decides?")


def test_everything_that_is_wrong_is_told_at_once(cast: Cast) -> None:
    on_paper(cast)
    with pytest.raises(Refused) as refused:
        services.propose(by=cast.rep, wish=Wish(text="process: Sale", base=1, expected_points=300), now=NOW)
    found = refused.value.found
    assert "no reason" in found
    assert "300 points" in found
    assert "nothing that a deal could follow" in found
    assert not Proposal.objects.exists()


@pytest.mark.parametrize(
    ("wish", "found"),
    [
        (Wish(text=TEXT, base=1, reason="Because"), "the process as version 1 says it already"),
        (Wish(text=without("demo"), base=9, reason="Because"), "an edit of no version of the process"),
        (Wish(reason="Because"), "no change of the process, and neither a script nor a question"),
        (Wish(kind="script", title="A", reason="Because"), "nothing that would be done or said differently"),
        (Wish(kind="script", what="Say this", reason="Because"), "no title"),
        (Wish(kind="script", title="A" * 161, what="Say", reason="Because"), "a title of 161 characters"),
    ],
)
def test_what_changes_nothing_is_no_proposal(cast: Cast, wish: Wish, found: str) -> None:
    on_paper(cast)
    with pytest.raises(Refused, match=found):
        services.propose(by=cast.rep, wish=wish, now=NOW)


def test_what_is_proposed_already_is_to_be_supported(cast: Cast) -> None:
    first = proposed(cast)
    with pytest.raises(Refused, match=f"what proposal {first.pk} asks for"):
        proposed(cast, cast.team_mate, text=due("call", 7).replace("# Before anything else.", "# First."))


def test_an_answer_is_due_in_two_weeks_by_operations(cast: Cast) -> None:
    made = proposed(cast)
    assert (made.owner, made.answer_by) == (cast.operations, NOW + 14 * DAY)


def test_nobody_answers_their_own_where_another_can(cast: Cast) -> None:
    assert question(cast, cast.operations).owner == cast.manager


def test_the_manager_of_the_team_is_asked_where_there_are_no_operations(cast: Cast) -> None:
    cast.operations.is_active = False
    cast.operations.save()
    other = User.objects.create_user(
        "boss@northwind.example", name="A", role=Role.MANAGER, organisation=cast.organisation
    )
    assert question(cast).owner == cast.manager
    assert question(cast, cast.marketer).owner in (cast.manager, other)


def test_who_has_least_to_answer_is_asked(cast: Cast) -> None:
    second = User.objects.create_user(
        "o@northwind.example", name="O", role="operations", organisation=cast.organisation
    )
    assert [question(cast).owner, question(cast).owner, question(cast).owner] == [
        cast.operations,
        second,
        cast.operations,
    ]


def test_support_is_one_tap_and_back(cast: Cast) -> None:
    made = proposed(cast)
    for on in (True, True):
        services.support(by=cast.team_mate, proposal=made, on=on, now=NOW)
    assert [each.person for each in made.supports.all()] == [cast.team_mate]
    services.support(by=cast.team_mate, proposal=made, on=False, now=NOW)
    assert not made.supports.exists()


def test_nobody_supports_their_own(cast: Cast) -> None:
    with pytest.raises(Refused, match="one's own proposal"):
        services.support(by=cast.rep, proposal=proposed(cast), on=True, now=NOW)


def test_people_of_other_organisations_have_no_part_in_it(cast: Cast) -> None:
    made = proposed(cast)
    for does in (
        lambda: services.support(by=cast.outsider, proposal=made, on=True, now=NOW),
        lambda: services.comment(by=cast.outsider, proposal=made, text="Hello", now=NOW),
        lambda: services.hand_over(by=cast.outsider, proposal=made, to=cast.outsider, now=NOW),
        lambda: services.hand_over(by=cast.operations, proposal=made, to=cast.outsider, now=NOW),
    ):
        with pytest.raises(Refused):
            does()
    assert not made.supports.exists()
    assert not made.comments.exists()


def test_a_comment_has_words(cast: Cast) -> None:
    made = proposed(cast)
    assert services.comment(by=cast.marketer, proposal=made, text="  Why not 5?  ", now=NOW).text == "Why not 5?"
    with pytest.raises(Refused, match="no words"):
        services.comment(by=cast.marketer, proposal=made, text="  ", now=NOW)


def test_its_author_may_change_it_while_it_waits(cast: Cast) -> None:
    made = proposed(cast)
    wish = Wish(text=due("call", 5), base=1, reason="Sooner is better.")
    changed = services.change(by=cast.rep, proposal=made, wish=wish, now=NOW + DAY)
    assert (changed.revision, changed.title) == (2, "Step “First call” must now be done within 5 days instead of 14")
    assert [each.kind for each in made.events.all()] == ["made", "changed"]
    with pytest.raises(Refused, match="a proposal of somebody else"):
        services.change(by=cast.manager, proposal=made, wish=wish, now=NOW)


def test_its_author_may_take_it_back(cast: Cast) -> None:
    made = proposed(cast)
    with pytest.raises(Refused):
        services.withdraw(by=cast.manager, proposal=made, now=NOW)
    services.withdraw(by=cast.rep, proposal=made, reason="I was wrong.", now=NOW)
    made.refresh_from_db()
    assert (made.state, made.answer) == ("withdrawn", "I was wrong.")
    with pytest.raises(Refused, match="withdrawn"):
        services.withdraw(by=cast.rep, proposal=made, now=NOW)


def test_another_may_be_asked_to_answer(cast: Cast) -> None:
    made = proposed(cast)
    services.hand_over(by=cast.operations, proposal=made, to=cast.manager, now=NOW + 3 * DAY)
    made.refresh_from_db()
    assert (made.owner, made.answer_by) == (cast.manager, NOW + 17 * DAY)
    for to in (cast.manager, cast.team_mate):
        with pytest.raises(Refused):
            services.hand_over(by=cast.operations, proposal=made, to=to, now=NOW)


def test_what_waits_for_somebody_who_left_goes_to_another(cast: Cast) -> None:
    made = proposed(cast)
    assert services.hand_on(now=NOW + 20 * DAY) == 0
    cast.operations.is_active = False
    cast.operations.save()
    assert services.hand_on(now=NOW + 20 * DAY) == 1
    made.refresh_from_db()
    assert (made.owner, made.answer_by) == (cast.manager, NOW + 34 * DAY)


def test_the_same_words_sent_twice_are_one_proposal(cast: Cast) -> None:
    wish = Wish(kind="question", title="Before a demo", what="Who else decides?", reason="We find out too late.")
    services.propose(by=cast.rep, wish=wish, now=NOW)
    with pytest.raises(Refused, match="what proposal"):
        services.propose(by=cast.manager, wish=wish, now=NOW)
    assert Proposal.objects.count() == 1
