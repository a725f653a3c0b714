from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from xueqiao.foundation.outbox.api import Event


@dataclass(frozen=True)
class ClassRunPublished(Event):
    """A class can be found and enrolled in. `capacity` is the number of its seats."""

    run_id: int
    code: str
    region: int
    capacity: int


@dataclass(frozen=True)
class ClassRunCancelled(Event):
    """The organiser took a class back; whoever paid gets the undelivered part back in full."""

    run_id: int
    code: str
    region: int
    reason: str


@dataclass(frozen=True)
class SessionCancelled(Event):
    """One meeting will not take place."""

    session_id: int
    run_id: int
    region: int
    starts_at: datetime
    reason: str


@dataclass(frozen=True)
class SessionHeld(Event):
    """One meeting took place: money held for it is earned, its teacher is owed her pay."""

    session_id: int
    run_id: int
    region: int


@dataclass(frozen=True)
class SessionReopened(Event):
    """A meeting that counted as held did not take place, or its record was wrong: what followed from it is reversed."""

    session_id: int
    run_id: int
    region: int
    reason: str


@dataclass(frozen=True)
class SessionTaughtByAnother(Event):
    """A meeting that has begun was taught by somebody else than planned: who taught is paid."""

    session_id: int
    run_id: int
    region: int
    planned_teacher_id: int
    teacher_id: int


@dataclass(frozen=True)
class PaySlipReleased(Event):
    """A teacher's pay of a month was given out by a second person."""

    slip_id: int
    teacher_id: int
    institution_id: int
    region: int
    net_fen: int


@dataclass(frozen=True)
class PaySlipTakenBack(Event):
    """A slip of pay does not count any more; was_released: its money went the other way again."""

    slip_id: int
    teacher_id: int
    institution_id: int
    region: int
    was_released: bool


@dataclass(frozen=True)
class SessionMoved(Event):
    """One meeting has another time, room or teacher."""

    session_id: int
    run_id: int
    region: int
    old_starts_at: datetime
    new_starts_at: datetime
    room_id: int
    teacher_id: int
    reason: str


@dataclass(frozen=True)
class SessionMadeUp(Event):
    """A new meeting makes up for a cancelled one."""

    session_id: int
    run_id: int
    region: int
    missed_session_id: int
    starts_at: datetime


@dataclass(frozen=True)
class SessionGivenBack(Event):
    """A cancelled meeting is not made up for: one of `sold` meetings' worth goes back to who was enrolled by then."""

    session_id: int
    run_id: int
    region: int
    starts_at: datetime
    sold: int
