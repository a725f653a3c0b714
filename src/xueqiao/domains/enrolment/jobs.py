"""Schedules of enrolment."""

from datetime import datetime

from xueqiao.domains.enrolment.actions.expire_holds import expire_holds
from xueqiao.foundation.outbox.api import job


@job("enrolment.expire_holds", every="* * * * *")
def sweep_expired_holds(*, now: datetime) -> None:
    """Every minute, give back the seats whose time has passed."""
    expire_holds(now=now)
