"""What clients tried and what they were told: an append-only file, outside the disk of the database."""

from __future__ import annotations

import json
import os
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

INVOKE, OK, REFUSED, UNKNOWN = "invoke", "ok", "refused", "unknown"


class History:
    """One line of JSON per happening, written by one system call each. `counts`: kinds by phase."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.counts: Counter[tuple[str, str]] = Counter()
        self._handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._lock = threading.Lock()
        self._told = 0

    def note(self, phase: str, kind: str, **what: Any) -> None:
        line = json.dumps({"at": round(time.time(), 4), "phase": phase, "kind": kind} | what, default=str) + "\n"
        with self._lock:
            os.write(self._handle, line.encode())
            self.counts[kind, phase] += 1
            self._told += phase == OK and what.get("by") != "desk"

    def told(self) -> int:
        """How many answers clients believed so far; the desk's own deeds do not ask the web process."""
        with self._lock:
            return self._told

    def read(self) -> Iterator[dict[str, Any]]:
        with self.file.open() as lines:
            for line in lines:
                yield json.loads(line)

    def close(self) -> None:
        os.close(self._handle)
