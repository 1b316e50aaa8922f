"""How often one address may try: counted in the memory of each process, so that refusing costs next to nothing.

An attacker who sends a thousand requests a minute must not make the database slow for others; a count that is shared
by all processes would write to it for each. So with P processes an address has P times as many tries, which of 2**256
tokens are none.
"""

import time
from collections import OrderedDict
from threading import Lock
from typing import Final

from django.conf import settings
from django.http import HttpRequest

WRONG_A_MINUTE: Final = 20
"""Links that lead nowhere: a person opens one or two of them."""
ALL_A_MINUTE: Final = 600
"""Everything: an office behind one address in which several people type at once."""
_MOST_KEPT: Final = 20_000


class Counter:
    """Counts by key within the minute that runs; the oldest keys are forgotten first."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._counts: OrderedDict[str, tuple[int, int]] = OrderedDict()
        self._lock = Lock()

    def add(self, key: str) -> None:
        """One more."""
        minute = int(time.monotonic() // 60)
        with self._lock:
            since, count = self._counts.pop(key, (minute, 0))
            self._counts[key] = (minute, count + 1 if since == minute else 1)
            while len(self._counts) > _MOST_KEPT:
                self._counts.popitem(last=False)

    def is_over(self, key: str) -> bool:
        """Whether there were more than allowed."""
        since, count = self._counts.get(key, (0, 0))
        return since == int(time.monotonic() // 60) and count >= self.most

    def clear(self) -> None:
        self._counts.clear()


WRONG: Final = Counter(WRONG_A_MINUTE)
ALL: Final = Counter(ALL_A_MINUTE)


def address_of(request: HttpRequest) -> str:
    """Where a request comes from: the last address that the proxy in front added, if there is one.

    Of IPv6 the network of a customer (64 bits) counts as one address.
    """
    address = str(request.META.get("REMOTE_ADDR", ""))
    if settings.ALLAUTH_TRUSTED_PROXY_COUNT:
        address = str(request.META.get("HTTP_X_FORWARDED_FOR", address)).rpartition(",")[2].strip()
    return ":".join(address.split(":")[:4]) if address.count(":") > 1 else address
