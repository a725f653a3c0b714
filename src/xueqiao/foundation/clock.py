"""The one source of time. Actions receive `now`; only channels, jobs and the server ask this module for it.

Time is aware and in UTC inside; `local()` turns it into Asia/Shanghai for people. A demo region may run ahead of real
time (`shift_by`), never behind: holds, seals and receipts rely on time that does not go back.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

_offset = timedelta(0)
_frozen: datetime | None = None


def now() -> datetime:
    """Return the current moment, aware, in UTC."""
    if _frozen is not None:
        return _frozen
    return datetime.now(UTC) + _offset


def local(moment: datetime) -> datetime:
    """Return `moment` as people in the region read it (Asia/Shanghai)."""
    return moment.astimezone(SHANGHAI)


def local_date(moment: datetime) -> date:
    """Return the calendar day of `moment` in the region."""
    return local(moment).date()


def at_local(day: date, hour: int, minute: int = 0) -> datetime:
    """Return the aware UTC moment of a wall-clock time in the region."""
    return datetime.combine(day, time(hour, minute), SHANGHAI).astimezone(UTC)


def shift_by(offset: timedelta) -> None:
    """Run ahead of real time by `offset` (demo regions only). Raises ValueError for a negative offset."""
    global _offset  # noqa: PLW0603 - the process has one clock
    if offset < timedelta(0):
        raise ValueError("a clock never runs behind real time")
    _offset = offset


def offset() -> timedelta:
    """Return by how much this clock runs ahead of real time (zero outside demo regions)."""
    return _offset


@contextmanager
def frozen(moment: datetime) -> Iterator[datetime]:
    """Stop the clock at `moment` (aware) for the block; for tests and replays."""
    global _frozen  # noqa: PLW0603 - the process has one clock
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    before, _frozen = _frozen, moment.astimezone(UTC)
    try:
        yield _frozen
    finally:
        _frozen = before
