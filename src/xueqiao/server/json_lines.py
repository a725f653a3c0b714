"""Log lines as JSON, one object each, without people's data.

Paths may hold tokens (/enter/TOKEN/) and exceptions quote values (a phone number in an IntegrityError). So a request is
named by its route, and an exception by its kind and the places it passed, never by its text.
"""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest

FRAMES_MAX = 30


class JsonLines(logging.Formatter):
    """Formats a record as {"at", "level", "logger", "message", ...}; `at` is UTC."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest):
            # Django's own message holds the path.
            line["message"] = str(record.msg).partition(":")[0]
            line["method"] = request.method
            line["route"] = request.resolver_match.route if request.resolver_match else "unknown"
            line["status"] = getattr(record, "status_code", None)
        if record.exc_info and record.exc_info[0] is not None:
            kind, _, trace = record.exc_info
            line["exception"] = f"{kind.__module__}.{kind.__qualname__}"
            frames = traceback.extract_tb(trace)[-FRAMES_MAX:]
            line["frames"] = [f"{frame.filename.rpartition('/xueqiao/')[2]}:{frame.lineno}" for frame in frames]
        return json.dumps(line, ensure_ascii=False)
