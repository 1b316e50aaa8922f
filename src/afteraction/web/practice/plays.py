"""Cards of plays: what is done in which order, and what the customer is asked."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from afteraction.report.wording import capital
from afteraction.web.people.models import Organisation
from afteraction.web.plays.body import Body, read
from afteraction.web.plays.models import Play, PlayVersion
from afteraction.web.practice.content import MOST_ITEMS, Text
from afteraction.web.practice.models import PracticeCard

_FEWEST_IN_ORDER: Final = 3


def plays_of(organisation: Organisation) -> list[tuple[Play, Body]]:
    """The published plays with the version that colleagues follow: never what is still being worked on."""
    published = Play.objects.filter(organisation=organisation, state=Play.State.PUBLISHED).order_by("pk")
    versions = PlayVersion.objects.filter(play__in=published).order_by("play", "number")
    newest = {each.play_id: each for each in versions}
    return [(play, read(newest[play.pk].body)) for play in published if play.pk in newest]


def of_plays(plays: Iterable[tuple[Play, Body]]) -> Iterator[Text]:
    """Of each play: what it is for, the order of its moves, and its questions."""
    for play, body in plays:
        link, where = f"/plays/{play.pk}/", "; ".join(f"{name.lower()} {value}" for name, value in body.scope)
        common: dict[str, Any] = {
            "source": PracticeCard.Source.PLAY,
            "link": link,
            "topic": "A play of ours",
            "about": str(play.pk),
        }
        when = body.when or capital(where)
        if body.what and when:
            yield Text(
                key=f"{play.pk} when", kind=PracticeCard.Kind.RECALL, question=f"When do you use “{body.title}”?",
                answer=when, why=body.what, **common,
            )  # fmt: skip
        moves = tuple(dict.fromkeys(move.text for move in body.moves))
        if _FEWEST_IN_ORDER <= len(moves) <= MOST_ITEMS:
            yield Text(
                key=f"{play.pk} moves", kind=PracticeCard.Kind.ORDER,
                question=f"“{body.title}”: which move comes when?", items=moves, why=body.what, **common,
            )  # fmt: skip
        if body.questions:
            situation = f" {capital(when)}." if when else ""
            yield Text(
                key=f"{play.pk} ask", kind=PracticeCard.Kind.ASK,
                question=f"“{body.title}”.{situation} What would you ask the customer?".replace("..", "."),
                answer="\n".join(body.questions), **common,
            )  # fmt: skip
