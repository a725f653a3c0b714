"""Pure rules of the waiting room: when a class has one, in which order people come, how long it takes."""

from datetime import datetime, timedelta

from xueqiao.domains.enrolment.values.openings import GATHERING, NO_ROOM, QUEUE
from xueqiao.domains.enrolment.values.seats import RunFacts

SEEN_SECONDS = 150  # who has not been seen for so long is not called, and keeps the number


def room_phase(run: RunFacts, *, is_live: bool, policy: str, minutes_before: int, now: datetime) -> str:
    """Return whether this class has a waiting room now: none, gathering (before the opening) or queue.

    is_live: somebody came in and the room has not ended. policy: the parameter `enrolment.waiting_room`. A room nobody
    entered before the opening never begins under "opening": a quiet class is enrolled in as on any other day.
    """
    if run.admission != "first_come" or run.state != "published" or now >= run.enrol_closes_at:
        return NO_ROOM
    if now < run.enrol_opens_at:
        may_gather = policy != "never" and run.enrol_opens_at - now <= timedelta(minutes=minutes_before)
        return GATHERING if may_gather or is_live else NO_ROOM
    return QUEUE if is_live or policy == "always" else NO_ROOM


def refresh_seconds(*, ahead: int | None, seconds_to_opening: float, seats_left: int) -> int:
    """Return after how many seconds a waiting page asks again, before jitter: soon when the turn is near.

    ahead: how many wait in front, None before the numbers are given. Never longer than a person counts as present.
    """
    if ahead is None:
        return 45 if seconds_to_opening > 60 else max(3, min(45, int(seconds_to_opening) + 2))
    if ahead < 20 and seats_left:
        return 5
    return 15 if ahead < 200 else 45


def wait_minutes(*, ahead: int, called_per_minute: float) -> int | None:
    """Return about how many minutes until the turn, at the pace of the last minutes; None when nobody was called."""
    if called_per_minute <= 0:
        return None
    return max(1, -(-ahead // max(1, int(called_per_minute))))
