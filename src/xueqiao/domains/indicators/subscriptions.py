"""A signature on a roll, or its correction, moves the running figures."""

from datetime import datetime

from xueqiao.domains.indicators.actions.count_participation import count_participation
from xueqiao.domains.learning.api import AttendanceRecorded
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.outbox.api import subscribe


@subscribe(AttendanceRecorded)
def count_the_signature(event: AttendanceRecorded, *, now: datetime) -> None:
    count_participation(
        actor=Actor.system("count_participation"),
        person_id=event.person_id,
        year=event.attended_on.year,
        region=event.region,
        now=now,
    )
