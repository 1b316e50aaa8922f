import pytest

from afteraction.analysis.evidence_grade import (
    Grade,
    Graded,
    OnRecord,
    RecordSays,
    Statement,
    Voice,
    grade,
    grade_deal,
    grades_of_drivers,
    overlooked,
)
from afteraction.analysis.intervals import rate

PRICE = frozenset({"price"})
NOTHING = frozenset()


def rep(named=PRICE, denied=NOTHING):
    return Statement(Voice.REP, "Ana", frozenset(named), frozenset(denied))


def manager(named=PRICE, denied=NOTHING):
    return Statement(Voice.MANAGER, "Ben", frozenset(named), frozenset(denied))


def buyer(named=PRICE, denied=NOTHING, person="Cleo"):
    return Statement(Voice.BUYER, person, frozenset(named), frozenset(denied))


SHOWN, CONTRARY, ABSENT, UNKNOWN = (RecordSays(each, "a reason") for each in OnRecord)


@pytest.mark.parametrize(
    ("statements", "record", "expected"),
    [
        pytest.param([rep()], SHOWN, Grade.PROVEN, id="the record shows what the rep names"),
        pytest.param([rep(), buyer(NOTHING)], SHOWN, Grade.PROVEN, id="a buyer who does not mention it denies nothing"),
        pytest.param([rep(), manager(NOTHING, PRICE)], SHOWN, Grade.PROVEN, id="the record settles a seller's dispute"),
        pytest.param([rep(), buyer()], CONTRARY, Grade.CONTRADICTED, id="the record outweighs voices"),
        pytest.param([rep(), buyer(NOTHING, PRICE)], UNKNOWN, Grade.CONTRADICTED, id="the buyer says it was not so"),
        pytest.param([rep(), buyer(NOTHING, PRICE)], SHOWN, Grade.CONTRADICTED, id="being there is not deciding"),
        pytest.param([rep(), buyer()], UNKNOWN, Grade.CORROBORATED, id="seller and buyer"),
        pytest.param([buyer(), buyer(person="Dan")], ABSENT, Grade.CORROBORATED, id="two buyers who answered alone"),
        pytest.param(
            [rep(), manager(), buyer(NOTHING)], UNKNOWN, Grade.ONE_VOICE, id="rep and manager are one witness"
        ),
        pytest.param([buyer(), rep(NOTHING)], UNKNOWN, Grade.ONE_VOICE, id="the buyer alone, the rep silent on it"),
        pytest.param([buyer(), rep(NOTHING, PRICE)], UNKNOWN, Grade.ONE_VOICE, id="a rep's denial refutes no buyer"),
        pytest.param(
            [rep(), buyer(), buyer(NOTHING, PRICE, "Dan")], UNKNOWN, Grade.ONE_VOICE, id="buyers who are divided"
        ),
        pytest.param([rep()], ABSENT, Grade.ONE_VOICE, id="the record would show it and does not"),
        pytest.param([rep(), manager()], UNKNOWN, Grade.NOT_TESTABLE, id="one side, and nothing to test it by"),
        pytest.param([buyer()], UNKNOWN, Grade.NOT_TESTABLE, id="one buyer, and nothing to test it by"),
    ],
)
def test_a_claim_is_graded_by_who_says_so_and_what_the_record_holds(statements, record, expected):
    assert grade("price", statements, record).grade is expected


def test_the_reasons_are_said_in_words():
    found = grade("price", [rep(), manager(), buyer(NOTHING)], RecordSays(OnRecord.ABSENT, "no discount is logged"))
    assert found.reasons == (
        "named by the rep and the manager, whose side is one witness",
        "the record, which would show it, does not: no discount is logged",
        "the others do not mention it",
    )
    assert found.settled_by == "an answer of another person of the buyer's"


def test_everyone_who_named_it_and_denied_it_is_listed():
    found = grade("price", [rep(), manager(), buyer(), buyer(NOTHING, PRICE, "Dan")], RecordSays(OnRecord.UNKNOWN))
    assert found.reasons[:3] == (
        "named by the rep, the manager and the buyer",
        "denied by the buyer",
        "the record cannot tell",
    )


def test_more_voices_for_a_claim_never_lower_its_grade():
    order = [Grade.CONTRADICTED, Grade.NOT_TESTABLE, Grade.ONE_VOICE, Grade.CORROBORATED, Grade.PROVEN]
    for record in (SHOWN, CONTRARY, ABSENT, UNKNOWN):
        for before in ([rep()], [buyer()], [rep(), buyer(NOTHING)], [rep(), buyer(NOTHING, PRICE)]):
            less, more = (grade("price", each, record).grade for each in (before, [*before, buyer(person="Eve")]))
            assert order.index(more) >= order.index(less)


def test_each_driver_that_someone_names_is_graded_and_no_other():
    found = grade_deal([rep({"price", "timing"}), buyer({"story"}, {"price"})], {"timing": SHOWN, "budget": SHOWN})
    assert [(each.driver, each.grade) for each in found] == [
        ("price", Grade.CONTRADICTED),
        ("story", Grade.ONE_VOICE),
        ("timing", Grade.PROVEN),
    ]


def test_a_deal_of_which_nobody_spoke_has_no_claims():
    assert grade_deal([], {"price": SHOWN}) == ()


def test_what_the_record_shows_and_nobody_mentions_is_pointed_out():
    record = {"price": SHOWN, "timing": SHOWN, "budget": SHOWN, "story": ABSENT}
    assert overlooked([rep({"price"}), buyer(NOTHING, {"budget"})], record) == ("timing",)


def test_a_driver_that_nobody_names_cannot_be_graded():
    with pytest.raises(ValueError, match="found nobody who names story"):
        grade("story", [rep()], UNKNOWN)


def test_across_deals_every_driver_has_its_grades_with_intervals():
    price, story = Graded("price", Grade.CONTRADICTED, ()), Graded("story", Grade.PROVEN, ())
    found = grades_of_drivers([[price], [price, story], [], [Graded("price", Grade.PROVEN, ())]])
    assert [each.driver for each in found] == ["price", "story"]
    assert found[0].claimed == rate(3, 4)
    assert found[0].grades[Grade.CONTRADICTED] == rate(2, 3)
    assert found[1].grades[Grade.ONE_VOICE] == rate(0, 1)


def test_without_any_claim_there_is_nothing_to_count():
    assert grades_of_drivers([[], []]) == ()
