"""Settings from the environment: each value is read, converted and, where it is wrong, refused with its name."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from afteraction.errors import Refused

_YES: Final = frozenset({"1", "true", "yes", "on"})
_NO: Final = frozenset({"", "0", "false", "no", "off"})


def text(name: str, default: str) -> str:
    """The value of a variable, or `default` where it is not set.

    A secret may come from a file instead, which `NAME_FILE` names: an environment is easily shown to others.
    """
    path = os.environ.get(f"{name}_FILE", "")
    if name in os.environ or not path:
        return os.environ.get(name, default).strip()
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(
            f"{name}_FILE={path}, which cannot be read ({error})",
            f"a file that holds the value of {name}",
            "correct the path, or give this user the right to read it",
        ) from error


def listed(name: str, default: str) -> list[str]:
    """A value with commas, as a list."""
    return [each.strip() for each in text(name, default).split(",") if each.strip()]


def boolean(name: str) -> bool:
    """A yes or no, which is no where it is not set."""
    value = text(name, "").lower()
    if value not in _YES | _NO:
        raise Refused(f"{name}={value}", "yes or no", f"set {name} to one of them, or leave it out")
    return value in _YES


def whole(name: str, default: int) -> int:
    """A whole number above 0."""
    value = text(name, str(default))
    if not value.isdecimal() or int(value) < 1:
        raise Refused(f"{name}={value}", "a whole number above 0", f"correct {name}, or leave it out")
    return int(value)


def origins(name: str) -> list[str]:
    """The origin of an address, as content security policies name it; none where it is not set."""
    parts = urlsplit(text(name, ""))
    return [f"{parts.scheme}://{parts.netloc}"] if parts.netloc else []


def database(name: str, home: Path) -> dict[str, Any]:
    """The database that a URL names, as Django has it; without one an SQLite file in the home."""
    url = text(name, "")
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": home / "database.sqlite3",
            "OPTIONS": {
                # Writers wait for each other instead of failing; readers never wait.
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                # Synced at every commit: what somebody was told is there when the machine fails the moment after.
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
                # Indexes of a large record are read where they lie, without copying each page of them.
                "PRAGMA mmap_size=4294967296; PRAGMA cache_size=-16000;",
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        expected = "postgresql://USER:PASSWORD@HOST:PORT/NAME"
        raise Refused(f"{name} that starts with {parts.scheme or 'nothing'}://", expected, f"correct {name}")
    return {
        "ENGINE": "afteraction.web.isolation.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": parts.port or "",
        "CONN_HEALTH_CHECKS": True,
        **_kept_connections(),
    }


def _kept_connections() -> dict[str, Any]:
    """How connections to PostgreSQL are kept: by each thread, in a pool of the process, or by a pooler in front."""
    pooler = boolean("AFTERACTION_POOLER")  # whether one (PgBouncer) hands connections on after every transaction
    if pooler and text("AFTERACTION_POOL", ""):
        raise Refused("AFTERACTION_POOL and AFTERACTION_POOLER", "one of them", "leave AFTERACTION_POOL to the pooler")
    if pooler:
        return {"CONN_MAX_AGE": 60, "DISABLE_SERVER_SIDE_CURSORS": True, "BY_TRANSACTION": True}
    if not text("AFTERACTION_POOL", ""):
        return {"CONN_MAX_AGE": 60}
    most = whole("AFTERACTION_POOL", 4)  # connections that one process has at most, whatever its threads
    # Whoever waits longer than this for one is told to come back: pages have given up by then.
    pool = {"min_size": 1, "max_size": most, "timeout": 5.0, "max_idle": 300.0, "max_lifetime": 3600.0}
    return {"CONN_MAX_AGE": 0, "OPTIONS": {"pool": pool}}


@dataclass(frozen=True)
class Mail:
    """How mail leaves: printed to the console, or by a server."""

    backend: str
    host: str = ""
    port: int = 25
    user: str = ""
    password: str = ""
    starttls: bool = False
    tls: bool = False


def mail(name: str) -> Mail:
    """The mail server that a URL names (`smtp://`, `smtp+starttls://`, `smtps://`); the console without one."""
    url = text(name, "")
    if not url:
        return Mail("django.core.mail.backends.console.EmailBackend")
    parts = urlsplit(url)
    ports = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
    if parts.scheme not in ports or not parts.hostname:
        expected = "smtp://, smtp+starttls:// or smtps:// with USER:PASSWORD@HOST:PORT"
        raise Refused(f"{name} that starts with {parts.scheme or 'nothing'}://", expected, f"correct {name}")
    return Mail(
        "django.core.mail.backends.smtp.EmailBackend",
        parts.hostname,
        parts.port or ports[parts.scheme],
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        starttls=parts.scheme == "smtp+starttls",
        tls=parts.scheme == "smtps",
    )
