"""What addresses of proposals name, in the first organisation, with the secret word in every text of theirs."""

from django.utils import timezone
from tests.cast import Cast

from afteraction.web.proposals import services
from afteraction.web.proposals.writing import Wish


def plant_proposal(cast: Cast, secret: str) -> None:
    """An edit of the process by the rep, which a team-mate supports and a manager has a word to."""
    now = timezone.now()
    newest = cast.organisation.process_versions.get()
    text = f"{newest.text}notes: {secret}\n"
    wish = Wish(title=f"{secret} first", reason=f"{secret} says so.", text=text, base=newest.number)
    made = services.propose(by=cast.rep, wish=wish, now=now)
    services.support(by=cast.manager, proposal=made, on=True, now=now)
    services.comment(by=cast.manager, proposal=made, text=f"What of {secret}?", now=now)
