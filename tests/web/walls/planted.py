"""What addresses of the walls name, in the first organisation, with the secret word in every text of theirs."""

from dataclasses import dataclass

from django.utils import timezone
from tests.cast import Cast

from afteraction.web.deals.models import Deal
from afteraction.web.reviews.models import Review
from afteraction.web.walls.models import DealRisk, Entry, Recognition, RiskFigures, Screen
from afteraction.web.walls.screens import make_screen
from afteraction.web.walls.sharing import share_review
from afteraction.web.walls.thanking import recognise, thank


@dataclass(frozen=True)
class WallsWorld:
    """An entry of the rep, a note of the manager to the rep, a screen."""

    entry: Entry
    recognition: Recognition
    screen: Screen


def plant_walls(cast: Cast, review: Review, deal: Deal, secret: str) -> WallsWorld:
    """The rep shared a lesson, for which somebody thanked; the deal was a good risk."""
    now = timezone.now()
    review.answers.filter(person=cast.rep).update(lesson=f"{secret} teaches us to ask who signs")
    entry = share_review(by=cast.rep, review=review, now=now)
    thank(by=cast.marketer, entry=entry, note=f"{secret}, thank you", now=now)
    text = f"{secret} was useful to them"
    note = recognise(by=cast.manager, to=cast.rep, useful=text, repeatable=f"{text} and is again", now=now)
    screen, _link = make_screen(by=cast.operations, name=f"{secret} hall", now=now)
    DealRisk.objects.create(
        organisation=cast.organisation, deal_id=deal.deal_id, owner=cast.rep.owner_name, verdict="good",
        signs=[["new_market", f"Country {secret}: none of 400 earlier deals"]], chance=0.2, usual_chance=0.3,
    )  # fmt: skip
    content = {
        "reps": {cast.rep.owner_name: [20, 6, 2, 0]}, "verdicts": {"good": 1}, "judged": {}, "deals": 20, "undated": 0,
        "refused": [["new_line", f"{secret} has no products", "products"]],
    }  # fmt: skip
    RiskFigures.objects.create(organisation=cast.organisation, data_version=1, analysis=1, content=content, made_at=now)
    return WallsWorld(entry, note, screen)
