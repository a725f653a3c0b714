"""Schedules of people."""

from datetime import datetime

from xueqiao.domains.people.actions.send_notices import send_notices
from xueqiao.foundation.outbox.api import job


@job("people.send_notices", every="* * * * *")
def carry_notices(*, now: datetime) -> None:
    """Every minute, and right after somebody was told something: carry notices to phones."""
    send_notices(now=now)
