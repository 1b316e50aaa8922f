"""What tests of content stand on."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.cast import Cast

from afteraction.web.content import services
from afteraction.web.content.models import Piece
from afteraction.web.content.writing import Place, Words
from afteraction.web.deals.models import Deal
from afteraction.web.people.models import User

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def deal_of(cast: Cast, key: str = "D1", **fields: Any) -> Deal:
    """An open deal of the rep in the stage Propose."""
    told: dict[str, Any] = {
        "name": f"Deal {key}", "outcome": "open", "stage": "Propose", "segment": "Large", "amount": 9000.0,
        "owner": cast.rep.owner_name, "owner_name": cast.rep.name, "created_at": NOW - timedelta(days=30),
        "last_event_at": NOW - timedelta(days=9),
    }  # fmt: skip
    return Deal.objects.create(organisation=cast.organisation, deal_id=key, **told | fields)


def piece_of(cast: Cast, title: str = "Cost calculator", by: User | None = None, **fields: Any) -> Piece:
    """A piece in use, for the stage Propose unless said otherwise."""
    scope = {name: fields.pop(name) for name in ("kind", "stage", "segment", "buyer_role") if name in fields}
    place = {"address": f"https://content.example/{title.lower().replace(' ', '-')}"} | fields
    words = Words(title, **({"stage": "Propose"} | scope))
    return services.register(by=by or cast.marketer, words=words, place=Place(**place), now=NOW)
