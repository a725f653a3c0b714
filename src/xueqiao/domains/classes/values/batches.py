"""What crosses the door when many classes are planned at once. Times aware, dates local."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from xueqiao.foundation.reasons import Refused

ROOM, TEACHER = "room", "teacher"
Meetings = tuple[tuple[datetime, datetime], ...]


@dataclass(frozen=True)
class Use:
    """A stretch of time in which a room or a person has something. kind: room or teacher; title: what it is.

    key: the class of the same batch it belongs to, "" for what stands in the calendar already.
    """

    kind: str
    id: int
    starts_at: datetime
    ends_at: datetime
    title: str
    key: str = ""


@dataclass(frozen=True)
class PlannedRun:
    """One class of a batch as it would meet. key: unique in the batch."""

    key: str
    title: str
    room_id: int
    teacher_id: int
    capacity: int
    meetings: Meetings


@dataclass(frozen=True)
class CopyChoice:
    """How one class of last term goes on: from which day, where, with whom. None: as last term."""

    code: str
    first_day: date | None = None
    room_id: int | None = None
    teacher_id: int | None = None


@dataclass(frozen=True)
class CopyRow:
    """One class of last term as it would go on; nothing is written.

    weekday, minute: of its first meeting, 1 Monday .. 7 Sunday, minutes after midnight. clashes: what is in the way, at
    most three, room before teacher. refusal: why it cannot be planned at all, or None. fix: a change that helps, None
    when nothing is wrong or nothing helps.
    """

    code: str
    title: str
    capacity: int
    choice: CopyChoice
    room_id: int
    room_name: str
    teacher_id: int
    teacher_name: str
    days: tuple[date, ...] = ()
    weekdays: tuple[int, ...] = ()
    minute: int = 0
    skipped: tuple[tuple[date, str], ...] = ()
    clashes: tuple[Use, ...] = ()
    refusal: Refused | None = None
    fix: CopyFix | None = None

    @property
    def is_fine(self) -> bool:
        return not self.clashes and self.refusal is None


@dataclass(frozen=True)
class CopyFix:
    """A change that frees a class of what is in its way: another room, another teacher, or a later start."""

    choice: CopyChoice
    room_name: str = ""
    room_seats: int = 0
    teacher_name: str = ""
    first_day: date | None = None


@dataclass(frozen=True)
class CopyList:
    """Last term's classes of a centre as they would go on from a day. continued: how many have a follower already."""

    institution_id: int
    first_day: date
    rows: tuple[CopyRow, ...]
    continued: int = 0
    rooms: Mapping[int, tuple[str, int]] = field(default_factory=dict)  # id -> name, seats
    teachers: Mapping[int, str] = field(default_factory=dict)

    def row(self, code: str) -> CopyRow | None:
        return next((each for each in self.rows if each.code == code), None)


@dataclass(frozen=True)
class SheetLine:
    """One line of a list of classes as people typed it. number: the line they see in their file; cells by column."""

    number: int
    cells: Mapping[str, Any]


@dataclass(frozen=True)
class LineProblem:
    """What is wrong with one cell of a line, as a refusal people can act on. column: "" for the line as a whole."""

    column: str
    refusal: Refused


@dataclass(frozen=True)
class CheckedLine:
    """One line after the dry run. code: the class it became, "" before it is opened."""

    line: SheetLine
    title: str = ""
    problems: tuple[LineProblem, ...] = ()
    days: tuple[date, ...] = ()
    skipped: tuple[tuple[date, str], ...] = ()
    price_fen: int | None = None
    code: str = ""

    @property
    def is_fine(self) -> bool:
        return not self.problems


@dataclass(frozen=True)
class SheetChoices:
    """What a list of classes may name: courses by code and title, rooms with seats, teachers by their name there."""

    courses: tuple[tuple[str, str], ...]
    rooms: tuple[tuple[str, int], ...]
    teachers: tuple[str, ...]
