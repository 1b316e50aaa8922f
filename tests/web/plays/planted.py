"""What addresses of plays name, in the first organisation, with the secret word in every text of theirs."""

from django.utils import timezone
from tests.cast import Cast
from tests.web.plays.made import leading

from afteraction.web.plays import services
from afteraction.web.plays.body import Body, Move, Piece


def plant_plays(cast: Cast, secret: str) -> None:
    """A draft of the rep without a move, a published play of the manager, and the weeks of three reps."""
    now = timezone.now()
    services.make_play(by=cast.rep, title=f"{secret} draft", deal_ids=(), now=now)
    play = services.make_play(by=cast.manager, title=f"{secret} play", deal_ids=(), now=now)
    body = Body(
        f"{secret} play",
        what=f"{secret} is what it is.",
        when=f"When {secret} calls",
        moves=(Move(f"Call {secret}", "", f"{secret} days"),),
        questions=(f"Why {secret}?",),
        content=(Piece(f"{secret} plan"),),
    )
    services.save_play(by=cast.manager, play=play, body=body, lessons=(), now=now)
    services.publish(by=cast.manager, play=play, note=f"{secret} is new", now=now)
    leading(cast, {cast.rep.owner_name: 3, cast.team_mate.owner_name: 5, f"{secret} rep": 7})
