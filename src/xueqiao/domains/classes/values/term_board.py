"""A whole term of a centre at a glance. Times of day are minutes after midnight, local; weekdays 1 (Monday) to 7."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

CLASS, ASSISTING, ELSEWHERE, CLUB = "class", "assisting", "elsewhere", "club"


def hours_words(start_minute: int, end_minute: int) -> str:
    """19:00–20:30"""
    return f"{start_minute // 60}:{start_minute % 60:02d}–{end_minute // 60}:{end_minute % 60:02d}"


@dataclass(frozen=True)
class Term:
    """A school term: 秋季 is August to January, 春季 February to July. Both days counted."""

    first: date
    last: date
    is_autumn: bool


@dataclass(frozen=True)
class WeeklyUse:
    """What takes a room or a teacher at one time of a weekday, and on which days, earliest first.

    kind: class; assisting (she helps in it); elsewhere (a class of another institution: it only says that the time is
    taken); club (the room is lent). beside: the teacher of a room's class, the room of a teacher's.
    """

    owner_id: int
    owner_name: str
    kind: str
    weekday: int
    start_minute: int
    end_minute: int
    days: tuple[date, ...]
    run_code: str = ""
    title: str = ""
    beside: str = ""
    is_draft: bool = False

    @property
    def hours(self) -> str:
        """19:00–20:30"""
        return hours_words(self.start_minute, self.end_minute)

    def next_day(self, since: date) -> date:
        """Its next meeting from a day on, else its last."""
        return next((day for day in self.days if day >= since), self.days[-1])


@dataclass(frozen=True)
class TermCell:
    """One weekday of one part of the day. free: stretches that no week takes, from the day asked for on."""

    weekday: int
    uses: tuple[WeeklyUse, ...]
    free: tuple[tuple[int, int], ...]

    @property
    def free_hours(self) -> tuple[str, ...]:
        """19:30–21:00, for each stretch."""
        return tuple(hours_words(*stretch) for stretch in self.free)


@dataclass(frozen=True)
class TermBand:
    """One part of the day of one room or teacher, Monday to Sunday. part: morning, afternoon, evening."""

    part: str
    start_minute: int
    end_minute: int
    cells: tuple[TermCell, ...]

    @property
    def free_weekdays(self) -> tuple[int, ...]:
        """Weekdays on which the whole part is free all term."""
        return tuple(cell.weekday for cell in self.cells if self.is_free(cell))

    def is_free(self, cell: TermCell) -> bool:
        """Nothing to say but that it is free."""
        return not cell.uses and cell.free == ((self.start_minute, self.end_minute),)


@dataclass(frozen=True)
class TermRow:
    """A room or a teacher. meetings: how many in the term, of this centre's classes."""

    id: int
    name: str
    bands: tuple[TermBand, ...]
    meetings: int


@dataclass(frozen=True)
class TermWeek:
    """One week of the term, by its Monday. meetings: how many of this centre's classes."""

    monday: date
    meetings: int


@dataclass(frozen=True)
class TermBoard:
    """A term by rooms or by teachers. since: free times hold from this day on; choices: all that could be a row."""

    term: Term
    since: date
    rows: tuple[TermRow, ...]
    weeks: tuple[TermWeek, ...]
    choices: tuple[tuple[int, str], ...]
    meetings: int
