"""What crosses the door about assistants."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Assisting:
    """Somebody who helps a teacher."""

    person_id: int
    name: str


@dataclass(frozen=True)
class BusyPerson:
    """Somebody who is elsewhere at that time, and where."""

    name: str
    title: str
    starts_at: datetime
    ends_at: datetime
