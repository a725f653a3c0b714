from datetime import datetime

from xueqiao.domains.classes.actions.refresh_listings import refresh_due_listings
from xueqiao.domains.classes.actions.solve_timetable import solve_timetable
from xueqiao.foundation.outbox.api import job


@job("classes.refresh_due_listings", every="*/5 * * * *")
def move_listings_on(*, now: datetime) -> None:
    """Every five minutes: a class whose meeting is over shows its next one."""
    refresh_due_listings(now=now)


@job("classes.solve_timetable")
def solve_asked_timetable(*, timetable_id: int, now: datetime) -> None:
    """Find the best timetable for a term somebody asked about."""
    solve_timetable(timetable_id=timetable_id, now=now)
