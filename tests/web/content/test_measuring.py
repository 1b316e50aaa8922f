"""Uses of the record, and what pieces do to winning, on a simulated record whose truth is known."""

import pytest
from tests.cast import Cast
from tests.recorded import Record, give_data, give_results
from tests.web.content.made import NOW, piece_of

from afteraction.web.content import selectors
from afteraction.web.content.findings import effect_of, in_short
from afteraction.web.content.matching import match_uses
from afteraction.web.content.measuring import measure_content
from afteraction.web.content.models import ContentState, DealRoles, EffectDeals, Piece, PieceUse
from afteraction.web.deals.index import refresh_index


def test_the_record_is_read_for_uses_and_each_piece_is_measured_or_refused(cast: Cast, record: Record) -> None:
    give_data(cast, record)
    give_results(cast, record)
    refresh_index(organisation=cast.organisation)
    mine = piece_of(cast, "cost Calculator")  # the record has it, too
    step = piece_of(cast, "Qualification call", stage="")  # as a subject line of the record has it
    assert selectors.to_follow(cast.organisation, taps_before=NOW) == (True, False)
    found = match_uses(organisation=cast.organisation, now=NOW)
    uses = PieceUse.objects.count()
    assert match_uses(organisation=cast.organisation, now=NOW) == found == uses
    assert selectors.to_follow(cast.organisation, taps_before=NOW) == (False, True)
    mine.refresh_from_db()
    step.refresh_from_db()
    assert mine.record_id
    assert mine.deals > 0
    assert set(step.uses.values_list("source", flat=True)) == {"touch"}
    assert Piece.objects.filter(state="draft").count() == 9
    assert {"Head of Operations", "IT Manager"} <= set(ContentState.objects.get().roles)
    assert all(each.roles for each in DealRoles.objects.all())
    measure_content(organisation=cast.organisation, now=NOW)
    assert selectors.to_follow(cast.organisation, taps_before=NOW) == (False, False)
    overview = Piece.objects.get(title="Company overview")
    effect = effect_of(overview.effect)
    assert overview.data_version == 1
    assert effect is not None
    if effect.refused is None:
        assert overview.effect["low"] <= 0 <= overview.effect["high"]  # of the overview the truth is nothing
        assert effect.n == len(
            EffectDeals.objects.get(piece=overview).had + EffectDeals.objects.get(piece=overview).had_not
        )
    else:
        assert "cannot be told" in in_short(overview.effect)
    assert overview.figures["days"] == selectors.LATELY_DAYS
    assert 0 < overview.figures["used"] < overview.figures["fits"]


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({}, "Not measured yet"),
        ({"verdict": "cant_tell", "refused": {"reason": "few deals", "needed": "more"}, "leak": ""}, "few deals"),
        ({"verdict": "leak", "refused": {"reason": "x", "needed": "y"}, "leak": "late"}, "no cause of it"),
    ],
)
def test_what_is_not_known_is_said_so(document: dict[str, object], said: str) -> None:
    assert said in in_short(document)
