"""Log lines that machines can read: one JSON object a line."""

import json
import logging
from datetime import UTC, datetime
from typing import Any


class JsonFormatter(logging.Formatter):
    """Time, level, logger, message, and the traceback where there is one. Nothing that people wrote is logged."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class AccessFormatter(JsonFormatter):
    """A line for each request, from what granian tells of it. The query is left out: people search for names."""

    def format(self, record: logging.LogRecord) -> str:
        told = record.args if isinstance(record.args, dict) else {}
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": "info",
            "logger": "access",
            **{key: told.get(key) for key in ("method", "path", "status")},
            "ms": round(float(told.get("dt_ms", 0.0)), 1),
        }
        return json.dumps(line, ensure_ascii=False)
