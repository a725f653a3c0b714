from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xueqiao.domains.incentives import rules


@pytest.mark.parametrize(("minutes", "per_hour", "worth"), [(60, 100, 100), (90, 100, 150), (50, 100, 83), (0, 100, 0)])
def test_points_are_worth_minutes_rounded_down(minutes, per_hour, worth):
    assert rules.points_worth(minutes, per_hour=per_hour) == worth


@pytest.mark.parametrize(
    ("worth", "day", "year", "granted"),
    [(150, 0, 0, 150), (150, 300, 300, 100), (150, 400, 400, 0), (150, 0, 19_900, 100), (150, 500, 0, 0)],
)
def test_the_smaller_cap_decides(worth, day, year, granted):
    assert rules.points_granted(worth, day_so_far=day, day_most=400, year_so_far=year, year_most=20_000) == granted


@pytest.mark.parametrize(
    ("months", "last"),
    [(0, date(2026, 12, 31)), (2, date(2027, 2, 28)), (3, date(2027, 3, 31)), (14, date(2028, 2, 29))],
)
def test_points_of_a_year_end_with_a_month(months, last):
    assert rules.last_day_of(2026, keep_months=months) == last


@given(st.integers(1, 3_000), st.dictionaries(st.integers(2020, 2030), st.integers(0, 1_000), max_size=6))
def test_parts_make_up_the_amount_and_leave_nothing_older_unused(amount, held):
    parts = rules.parts_oldest_first(amount, held.items())
    if parts is None:
        assert sum(held.values()) < amount
        return
    assert sum(takes for _, takes in parts) == amount
    assert all(0 < takes <= held[year] for year, takes in parts)
    newest = max(year for year, _ in parts)
    used = dict(parts)
    assert all(used.get(year, 0) == has for year, has in held.items() if year < newest)


@pytest.mark.parametrize(("hours", "given_away"), [(1_500, 0), (1_510, 10), (0, 0)])
def test_a_time_bank_keeps_1500_hours(hours, given_away):
    assert rules.surplus_minutes(hours * 60, keep_most=1_500 * 60) == given_away * 60
