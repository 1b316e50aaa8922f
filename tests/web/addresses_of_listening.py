"""Addresses of listening: `addresses.py` says what a row means."""

from typing import Final

from tests.web.visits import EVENT, EVERYONE, WATCH, Address, post

OWN: Final = frozenset({"rep"})
"""Whose watch it is: nobody else finds it."""
OF_LISTENING: Final = (
    Address("listening", EVERYONE),
    post("listening-say", EVERYONE, "listening", send={"account": "zanzibar-1", "said": "call"}),
    Address("listening-account", EVERYONE, query="?account={account}", outsider=404),
    Address("listening-wall", EVERYONE),
    Address("listening-pays", EVERYONE),
    Address("listening-events", EVERYONE),
    Address("listening-event", EVERYONE, fill=EVENT),
    post("listening-event-say", EVERYONE, "listening-event", fill=EVENT, send={"said": "call"}),
    post("listening-correct", EVERYONE, "listening-event", fill=EVENT, send={"kind": "funding"}),
    post("listening-lead", EVERYONE - {"executive"}, "listening-event", fill=EVENT),
    post("listening-deal", EVERYONE, 422, fill=EVENT, send={"deal": "of nobody"}),
    post("listening-name", EVERYONE, "listening-events", send={"text": "Zanzibar Group", "account": "none of ours"}),
    Address("listening-watches", EVERYONE),
    Address("listening-watch-new", EVERYONE),
    post("listening-watch-new", EVERYONE, 422),
    post("listening-watch-try", EVERYONE, 200, send={"kinds": "funding"}),
    Address("listening-watch", OWN, fill=WATCH),
    post("listening-watch", OWN, 422, fill=WATCH),
    post("listening-watch-remove", OWN, "listening-watches", fill=WATCH),
)
"""Addresses of trigger events, accounts to call and watches."""
