"""Trigger events as tests need them."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from tests.cast import Cast

from afteraction.web.listening.models import Item, Source, Story, TriggerEvent


def heard(
    cast: Cast,
    *,
    account_id: str,
    account: str,
    title: str,
    sentence: str = "",
    kind: str = "funding",
    source: str = "Ledger",
    now: datetime,
    days: int = 3,
    **fields: Any,
) -> TriggerEvent:
    """An event of so many days ago, told by one item."""
    at = now - timedelta(days=days)
    made, _new = Source.objects.get_or_create(
        organisation=cast.organisation, name=source, kind=Source.Kind.FILES, defaults={"made_at": at, "is_on": False}
    )
    story = Story.objects.create(organisation=cast.organisation, title=title, at=at)
    Item.objects.create(
        organisation=cast.organisation, source=made, story=story, title=title, text=sentence, heard_at=at,
        key=hashlib.sha256(title.encode()).hexdigest(), published_at=at, url="https://news.example/1",
    )  # fmt: skip
    content: dict[str, Any] = {
        "account_id": account_id, "account": account, "account_found": account_id, "name_found": account,
        "kind": kind, "kind_found": kind, "confidence": 0.9, "sentence": sentence, "at": at,
    }  # fmt: skip
    return TriggerEvent.objects.create(organisation=cast.organisation, story=story, **content | fields)
