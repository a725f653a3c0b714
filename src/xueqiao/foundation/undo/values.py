"""What crosses the door of undo."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class UndoView:
    """A step that may be taken back until `undo_until` (not including it). undone_at: None while it stands."""

    uuid: UUID
    what: str
    object_kind: str
    object_id: int
    person_id: int
    done_at: datetime
    undo_until: datetime
    undone_at: datetime | None = None
