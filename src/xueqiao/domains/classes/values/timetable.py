"""What the timetable of a term is asked and answers. Times of day are minutes after midnight, local; dates local."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

PLACED_ALL, PLACED_SOME = "placed_all", "placed_some"
NO_ROOM_BIG_ENOUGH, NO_TEACHER, NO_SLOT = "no_room_big_enough", "no_teacher", "no_slot"
ROOMS_TAKEN, TEACHERS_TAKEN, BOTH_TAKEN, TEACHER_FULL = "rooms_taken", "teachers_taken", "both_taken", "teacher_full"


@dataclass(frozen=True, order=True)
class Slot:
    """A weekly meeting time: weekday 1 Monday to 7 Sunday, and the minute of the day it starts."""

    weekday: int
    start_minute: int

    @property
    def clock(self) -> str:
        """19:00"""
        return f"{self.start_minute // 60:02d}:{self.start_minute % 60:02d}"


@dataclass(frozen=True)
class Said:
    """A sentence as it is kept: told in the reader's language. text: the msgid, with names in braces; numbers, names
    (of rooms, of teachers) and times: what fills them."""

    text: str
    numbers: dict[str, int] = field(default_factory=dict)
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    times: dict[str, tuple[Slot, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class WantedClass:
    """One class somebody wants to give next term, once a week.

    key: stable name of the wish (the code of the class it continues). teacher_ids: who could teach it, the usual one
    first. slots: when it may meet. last: where it was last term, which costs nothing to keep. wanted_by: learners
    expected, so that of two classes for one room the one more people want is placed.
    """

    key: str
    title: str
    session_minutes: int
    session_count: int
    capacity: int
    teacher_ids: tuple[int, ...]
    slots: tuple[Slot, ...]
    last_slot: Slot | None = None
    last_room_id: int | None = None
    wanted_by: int = 1


@dataclass(frozen=True)
class RoomChoice:
    """A room classes may be put in."""

    id: int
    name: str
    venue_id: int
    seats: int


@dataclass(frozen=True)
class Occupied:
    """A time at which a room or a teacher already has something. kind: room or teacher."""

    kind: str
    id: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class TimetableTask:
    """Everything the timetable of one term depends on. days: the meeting days of each weekday, holidays left out."""

    first_day: date
    classes: tuple[WantedClass, ...]
    rooms: tuple[RoomChoice, ...]
    teacher_names: dict[int, str]
    days: dict[int, tuple[date, ...]]
    occupied: tuple[Occupied, ...] = ()
    travel_minutes: int = 30
    sessions_per_teacher_and_week: int = 10


@dataclass(frozen=True)
class Seating:
    """Where one class goes: its weekly time, room and teacher. changes: what differs from last term."""

    key: str
    slot: Slot
    room_id: int
    teacher_id: int
    changes: tuple[Said | str, ...] = ()  # a timetable kept since before has sentences as they were written


@dataclass(frozen=True)
class NotPlaced:
    """Why one class found no place. reasons: what is in the way, and when; advice: a change that would make room."""

    key: str
    reasons: tuple[Said | str, ...]
    advice: Said | str = ""
    advice_slot: Slot | None = None


@dataclass(frozen=True)
class TimetableAnswer:
    """A proposed timetable. is_proven: no timetable under these conditions serves more people (or keeps more as it
    was while serving as many); otherwise bound_people says how many could be served at the very most."""

    seatings: tuple[Seating, ...]
    not_placed: tuple[NotPlaced, ...]
    is_proven: bool
    people_served: int
    bound_people: int
    seconds: float = field(compare=False, default=0.0)
