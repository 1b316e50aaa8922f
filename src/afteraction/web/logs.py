"""Log lines that machines can read: one JSON object a line."""

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any, Final

SECRET_PATHS: Final = ("/accounts/join/", "/accounts/password/reset/key/", "/b/")
"""What follows these in a path lets someone in, or answer for a buyer."""
_SECRETS: Final = re.compile("(" + "|".join(map(re.escape, SECRET_PATHS)) + r")[^\s/]+")
"""Django warns of refused requests with their path."""


class JsonFormatter(logging.Formatter):
    """Time, level, logger, message, and the traceback where there is one. Nothing that people wrote is logged."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _SECRETS.sub(r"\1…", record.getMessage()),
        }
        if record.exc_info and not _is_refusal(record):
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def _is_refusal(record: logging.LogRecord) -> bool:
    """Whether Django says that a request was refused: that is what was meant to happen, and where says nothing."""
    status = getattr(record, "status_code", None)
    return record.name.startswith("django.") and isinstance(status, int) and status < 500


class AccessFormatter(JsonFormatter):
    """A line for each request, from what granian tells of it. The query is left out: people search for names."""

    def format(self, record: logging.LogRecord) -> str:
        told = record.args if isinstance(record.args, dict) else {}
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": "info",
            "logger": "access",
            "method": told.get("method"),
            "path": without_secrets(str(told.get("path"))),
            "status": told.get("status"),
            "ms": round(float(told.get("dt_ms", 0.0)), 1),
        }
        return json.dumps(line, ensure_ascii=False)


class OnlyNews(logging.Filter):
    """Granian warns of more threads than processors: it cannot know that all but a few of them only wait."""

    def filter(self, record: logging.LogRecord) -> bool:
        return "Python threads" not in record.getMessage()


def without_secrets(path: str) -> str:
    """A path as it may be logged."""
    found = next((start for start in SECRET_PATHS if path.startswith(start)), None)
    return f"{found}…" if found else path
