"""Practice of the first organisation: cards, a path and answers with a word that nobody elsewhere may see."""

from django.utils import timezone
from tests.cast import Cast
from tests.web.practice.made import answered

from afteraction.web.lessons.models import Lesson
from afteraction.web.practice.making import make_cards
from afteraction.web.practice.models import PracticeCard
from afteraction.web.practice.services import change_plan


def plant_practice(cast: Cast, secret: str) -> None:
    """A lesson in use with its cards, on the path of the rep, who has answered one."""
    now = timezone.now()
    Lesson.objects.create(
        organisation=cast.organisation, title=f"{secret} lesson", text=f"{secret} text", reason=f"{secret} reason",
        state=Lesson.State.IN_USE, made_at=now, changed_at=now,
    )  # fmt: skip
    make_cards(organisation=cast.organisation, now=now)
    answered(cast.rep, PracticeCard.objects.filter(organisation=cast.organisation, kind="recall")[0], now)
    change_plan(by=cast.rep, retention=0.9, minutes=5, new_a_day=5)
