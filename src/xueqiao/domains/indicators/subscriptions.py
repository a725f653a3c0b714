"""A signature on a roll, or its correction, moves the running figures."""

from datetime import date, datetime

from xueqiao.domains.indicators.actions.count_participation import count_participation
from xueqiao.domains.learning.api import AttendanceCorrected, AttendanceRecorded
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.outbox.api import subscribe


@subscribe(AttendanceRecorded)
def count_the_signature(event: AttendanceRecorded, *, now: datetime) -> None:
    """A first signature of the year makes the person count."""
    _recount(event.person_id, event.attended_on, now)


@subscribe(AttendanceCorrected)
def count_the_correction(event: AttendanceCorrected, *, now: datetime) -> None:
    """A corrected one may take her back."""
    _recount(event.person_id, event.attended_on, now)


def _recount(person_id: int, attended_on: date, now: datetime) -> None:
    count_participation(actor=Actor.system("count_participation"), person_id=person_id, year=attended_on.year, now=now)
