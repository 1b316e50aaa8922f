"""Processes that end with the one that started them, even when that is killed and can tell nobody."""

import os
import signal
import threading
import time
from typing import Final

_EVERY: Final = 1.0
_PATIENCE: Final = 20.0


def end_with_parent() -> None:
    """Watches in the background whether the parent is still there. When it is gone this process stops as on SIGTERM,
    and at once when it has not stopped after a while.
    """
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_EVERY)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(_PATIENCE)
        os._exit(1)

    threading.Thread(target=watch, name="parent watch", daemon=True).start()
