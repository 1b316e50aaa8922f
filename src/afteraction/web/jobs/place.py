"""Which process is alive, as far as this one can know."""

import os
from pathlib import Path


def this_place() -> str:
    """What the processes that can see each other have in common: the start of the machine and the process namespace.

    Empty where the system does not tell; then only the heartbeat counts.
    """
    try:
        return f"{Path('/proc/sys/kernel/random/boot_id').read_text().strip()} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return ""


def is_gone(place: str, pid: int) -> bool:
    """Whether it is certain that a process has ended: it was here, and there is none of its number any more."""
    if not place or place != this_place():
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return _is_zombie(pid)


def _is_zombie(pid: int) -> bool:
    """Whether it has ended, and only its parent has not been told yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (OSError, IndexError):
        return False
