from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xueqiao.domains.learning import rules

NOW = datetime(2026, 11, 23, 11, 0, 10, tzinfo=UTC)
SECRET = bytes(range(32))


def test_present_counts_the_whole_meeting_and_late_loses_the_fixed_part() -> None:
    assert rules.minutes_by_rule("present", 90, 15) == 90
    assert rules.minutes_by_rule("late", 90, 15) == 75
    assert rules.minutes_by_rule("late", 10, 15) == 0
    assert rules.minutes_by_rule("absent", 90, 15) == 0
    assert rules.minutes_by_rule("excused", 90, 15) == 0


def test_a_code_lives_in_its_own_step_and_the_one_after() -> None:
    step = rules.step_of(NOW)
    code = rules.code_for(SECRET, 7, step)
    for seconds, is_live in ((0, True), (30, True), (49, True), (50, False), (-15, False), (3600, False)):
        assert rules.is_code_live(SECRET, 7, step, code, NOW + timedelta(seconds=seconds)) is is_live, seconds


def test_a_code_opens_no_other_session_and_fits_no_other_secret() -> None:
    step = rules.step_of(NOW)
    code = rules.code_for(SECRET, 7, step)
    assert not rules.is_code_live(SECRET, 8, step, code, NOW)
    assert not rules.is_code_live(bytes(32), 7, step, code, NOW)
    assert rules.code_for(SECRET, 7, step) != rules.code_for(SECRET, 7, step + 1)


def test_a_code_of_the_future_is_refused_even_when_it_is_right() -> None:
    step = rules.step_of(NOW) + 1
    assert not rules.is_code_live(SECRET, 7, step, rules.code_for(SECRET, 7, step), NOW)


@given(st.integers(1, 2**40), st.integers(0, 2**40))
def test_a_token_comes_apart_as_it_was_joined(session_id: int, step: int) -> None:
    code = rules.code_for(SECRET, session_id, step)
    assert rules.parts_of(rules.token_of(session_id, step, code)) == (session_id, step, code)


@given(st.text(max_size=60))
def test_no_text_breaks_the_reading_of_a_token(text: str) -> None:
    parts = rules.parts_of(text)
    assert parts is None or (parts[0] < 16**15 and parts[1] < 16**12)


@pytest.mark.parametrize(
    ("attended", "held", "is_completed"),
    [(6, 8, True), (5, 8, False), (2, 3, True), (1, 2, False), (0, 0, False), (67, 100, True), (66, 100, False)],
)
def test_completion_is_two_thirds_of_the_sessions_held_in_whole_numbers(
    attended: int, held: int, is_completed: bool
) -> None:
    marks = [rules.Mark(n, "present" if n < attended else "absent", 90 if n < attended else 0) for n in range(held)]
    tally = rules.tally(marks, held, (2, 3))
    assert (tally.sessions_attended, tally.minutes_attended) == (attended, attended * 90)
    assert tally.is_completed is is_completed


def test_only_states_that_were_recorded_and_differ_are_changes() -> None:
    before, after = {1: "present", 2: "absent"}, {1: "late", 2: "absent", 3: "absent"}
    assert rules.changed_states(before, after) == {1: ("present", "late")}
