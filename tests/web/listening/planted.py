"""What addresses of listening name, in the first organisation, with the secret word in every text of theirs."""

from dataclasses import dataclass

from django.utils import timezone
from tests.cast import Cast
from tests.web.listening.made import heard

from afteraction.web.listening.models import AccountName, ListeningResult, RankedAccount, Source, TriggerEvent, Watch
from afteraction.web.listening.watching import Terms, save_watch


@dataclass(frozen=True)
class ListeningWorld:
    """A trigger event that waits, the source that told it, and a watch of the rep."""

    event: TriggerEvent
    watch: Watch
    source: Source


def plant_listening(cast: Cast, secret: str) -> ListeningWorld:
    """An event at an account, ranked; a name that is asked about; figures over it."""
    now = timezone.now()
    event = heard(
        cast, account_id=f"{secret.lower()}-1", account=f"{secret} Foods", title=f"{secret} raises money",
        sentence=f"{secret} Foods raised 20 million.", source=f"{secret} Ledger", now=now,
    )  # fmt: skip
    watch = save_watch(by=cast.rep, name=f"{secret} watch", terms=Terms(words=(secret,)), now=now)
    RankedAccount.objects.create(
        organisation=cast.organisation, account_id=event.account_id, account=event.account, owner=cast.rep.owner_name,
        segment=secret, place=1, chance=0.2, low=0.1, high=0.3, n=400, reasons=[f"{secret} raised money 3 days ago"],
    )  # fmt: skip
    AccountName.objects.create(
        organisation=cast.organisation, text=f"{secret} Group", kind="name", account_id=event.account_id, asked=True,
        at=now,
    )  # fmt: skip
    words = {"opinion": True, "words": f"{secret} has too few wins", "weights": []}
    refused = {"refused": {"reason": f"{secret} has acted on nothing", "needed": "events"}, "taken_on": 0}
    for kind, figures in (("ranking", words), ("pays", refused)):
        ListeningResult.objects.create(
            organisation=cast.organisation, kind=kind, data_version=1, figures=figures, made_at=now
        )
    source = event.story.items.get().source
    return ListeningWorld(event, watch, source)
