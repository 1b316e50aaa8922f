"""Addresses of sources of news: `addresses.py` says what a row means."""

from typing import Final

from tests.web.visits import EVERYONE, Address, post

OWNERS: Final = frozenset({"marketer", "operations", "admin"})
"""Who says where is listened. Everyone else sees the list, without addresses."""
SOURCE: Final = {"key": "listening.source.pk"}
"""Files that were handed in."""
OF_SOURCES: Final = (
    Address("listening-sources", EVERYONE),
    Address("listening-source-add", OWNERS),
    post("listening-source-add", OWNERS, 422, send={"what": "feed", "feed-address": "javascript:alert(1)"}),
    post("listening-source-files", OWNERS, "listening-source-add"),
    Address("listening-sources-export", OWNERS),
    Address("listening-source", OWNERS, fill=SOURCE),
    post("listening-source", OWNERS, 422, fill=SOURCE, send={"name": "x", "every": "7"}),
    post("listening-source-switch", OWNERS, "listening-source", fill=SOURCE),
    post("listening-source-look", OWNERS, "listening-source", fill=SOURCE),
    post("listening-source-token", frozenset(), 404, fill=SOURCE),
    post("listening-source-remove", OWNERS, "listening-sources", fill=SOURCE),
    post("listening-hook", EVERYONE, 401, fill=SOURCE, send=b"[]", stranger=401, outsider=401),
)
