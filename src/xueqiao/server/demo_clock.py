"""The clock of a demo region: it runs ahead of real time so that classes are always tonight, and never goes back."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from xueqiao.foundation import clock

EVENING_BEGINS = time(17, 30)
EVENING_ENDS = time(18, 40)
STARTS_AT = time(18, 10)  # twenty minutes before the first class of the evening


def evening_offset(real_now: datetime, offset: timedelta) -> timedelta:
    """Return by how much the demo runs ahead from now on; never less than `offset`.

    real_now is aware. Between 17:30 and 18:40 of the demo's own day nothing changes; otherwise the demo jumps forward
    to the next 18:10 (Asia/Shanghai).
    """
    demo_now = clock.local(real_now + offset)
    if EVENING_BEGINS <= demo_now.time() <= EVENING_ENDS:
        return offset
    day = demo_now.date() + (timedelta(days=1) if demo_now.time() > EVENING_ENDS else timedelta(0))
    evening = clock.at_local(day, STARTS_AT.hour, STARTS_AT.minute)
    # Whole seconds, rounded up: the offset travels as an integer and must not lose a fraction on the way.
    return timedelta(seconds=-((real_now - evening) // timedelta(seconds=1)))
