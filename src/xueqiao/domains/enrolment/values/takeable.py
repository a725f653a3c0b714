"""A class that a person could take, as it crosses the door."""

from dataclasses import dataclass
from datetime import datetime

from xueqiao.domains.classes.api import ClassCard
from xueqiao.domains.enrolment.values.seats import Meeting


@dataclass(frozen=True)
class OpenClass:
    """A class that would take a certain person now; its card tells the seats that are free at this moment.

    minutes: of all its meetings, which are those not cancelled.
    """

    card: ClassCard
    minutes: int
    meetings: tuple[Meeting, ...]

    @property
    def starts_at(self) -> datetime:
        return self.meetings[0].starts_at

    @property
    def ends_at(self) -> datetime:
        return self.meetings[-1].ends_at
