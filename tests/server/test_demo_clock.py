"""A demo's clock: always evening, never back."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xueqiao.foundation import clock
from xueqiao.server.demo_clock import EVENING_BEGINS, EVENING_ENDS, evening_offset

ZERO = timedelta(0)


@pytest.mark.parametrize(
    ("real", "demo"),
    [
        ("2026-03-05 09:00", "2026-03-05 18:10"),
        ("2026-03-05 17:29", "2026-03-05 18:10"),
        ("2026-03-05 17:30", "2026-03-05 17:30"),
        ("2026-03-05 18:40", "2026-03-05 18:40"),
        ("2026-03-05 18:41", "2026-03-06 18:10"),
        ("2026-12-31 23:59", "2027-01-01 18:10"),
    ],
)
def test_the_demo_starts_in_the_evening(real: str, demo: str) -> None:
    moment = datetime.fromisoformat(real).replace(tzinfo=clock.SHANGHAI)
    assert f"{clock.local(moment + evening_offset(moment, ZERO)):%Y-%m-%d %H:%M}" == demo


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.timedeltas(ZERO, timedelta(days=400)).map(lambda d: timedelta(seconds=int(d.total_seconds()))),
)
def test_it_never_runs_back_and_always_lands_in_the_evening(real: datetime, offset: timedelta) -> None:
    after = evening_offset(real, offset)
    assert after >= offset
    assert after.microseconds == 0
    landed = clock.local(real + after)
    assert (
        EVENING_BEGINS <= landed.replace(second=0, microsecond=0).time() <= EVENING_ENDS
        or landed.time() <= EVENING_ENDS
    )
    assert evening_offset(real, after) == after
