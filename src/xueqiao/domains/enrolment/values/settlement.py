"""What settlement of places looks at."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class PaidMeeting:
    """One meeting of a class as its money sees it."""

    id: int
    starts_at: datetime
    ends_at: datetime
    is_cancelled: bool
