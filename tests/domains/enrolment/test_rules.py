from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xueqiao.domains.enrolment.rules.seats import (
    age_in_year,
    find_clash,
    hold_end,
    is_place_code,
    place_code,
    refund_due,
    term_of,
)
from xueqiao.domains.enrolment.values.seats import Meeting

EIGHT = datetime(2026, 3, 4, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "term"),
    [
        (date(2026, 3, 4), (2025, 2)),
        (date(2026, 1, 31), (2025, 1)),
        (date(2026, 2, 1), (2025, 2)),
        (date(2026, 7, 31), (2025, 2)),
        (date(2026, 8, 1), (2026, 1)),
    ],
)
def test_terms(day, term):
    assert term_of(day) == term


def test_a_birthday_counts_on_its_day():
    born = date(2012, 3, 4)
    assert [age_in_year(born, date(2026, 3, day)) for day in (3, 4)] == [13, 14]
    assert age_in_year(date(2012, 2, 29), date(2026, 2, 28)) == 13


@given(st.integers(0, 10**9), st.integers(0, 20))
def test_one_wrong_digit_is_noticed(number, where):
    code = place_code(number)
    assert is_place_code(code)
    where %= len(code)
    wrong = code[:where] + str((int(code[where]) + 1) % 10) + code[where + 1 :]
    assert not is_place_code(wrong)


@given(st.integers(0, 3600), st.integers(1, 120))
def test_a_hold_is_never_shorter_than_promised(seconds, minutes):
    now = EIGHT + timedelta(seconds=seconds)
    end = hold_end(now=now, minutes=minutes)
    assert timedelta(minutes=minutes) <= end - now < timedelta(minutes=minutes + 1)
    assert (end.second, end.microsecond) == (0, 0)


def meeting(start, length, venue=1):
    begins = EIGHT + timedelta(minutes=start)
    return Meeting(1, begins, begins + timedelta(minutes=length), venue, "周三 19:00 太极拳")


@given(st.integers(0, 200), st.integers(1, 90), st.integers(0, 200), st.integers(1, 90), st.booleans())
def test_a_clash_is_the_same_from_both_sides(start, length, other_start, other_length, is_elsewhere):
    mine, other = meeting(start, length), meeting(other_start, other_length, 2 if is_elsewhere else 1)
    gap = 30 if is_elsewhere else 0
    expected = start < other_start + other_length + gap and other_start < start + length + gap
    assert (find_clash([mine], [other], travel_minutes=30) is not None) == expected
    assert (find_clash([other], [mine], travel_minutes=30) is not None) == expected


@given(st.integers(0, 10**8), st.integers(1, 40), st.integers(1, 40), st.integers(-1, 41), st.booleans())
def test_a_refund_is_never_above_what_was_paid_and_never_grows(paid, count, before, after, by_organiser):
    starts = [EIGHT + timedelta(days=n) for n in range(count)]

    def refund(days):
        return refund_due(
            paid_fen=paid,
            starts=starts,
            before_session=before,
            now=EIGHT + timedelta(days=days),
            source="",
            by_organiser=by_organiser,
        ).refund_fen

    assert 0 <= refund(after) <= paid
    assert refund(after + 1) <= refund(after)
