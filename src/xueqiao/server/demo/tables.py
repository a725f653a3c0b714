"""Rows and columns of the tables of courses and classes, as COPY takes them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from xueqiao.server.demo import lessons
from xueqiao.server.demo.seats import Outcome, Seat
from xueqiao.server.demo.timetable import PAST, Run
from xueqiao.server.ground.read import CourseRow

COURSE = (
    "id code title category audience summary outcomes session_count session_minutes has_physical_risk"
    " licence is_published is_demo"
)
LEARNING_UNIT = "course_id number title kind duration_seconds media_path captions_path text licence source"
CLASS_RUN = (
    "id code course_id institution_id title region room_id teacher_id admission capacity learners_min price_fen"
    " subsidy_fen age_min starts_on ends_on enrol_opens_at enrol_closes_at state is_demo"
)
SESSION = "id run_id number starts_at ends_at room_id teacher_id state"
PLACE = (
    "id code run_id person_id region state channel enrolled_by_id request_key held_at"
    " price_fen subsidy_fen to_pay_fen confirmed_at"
)
ATTENDANCE = "session_id person_id region person_region state minutes method attended_on recorded_at recorded_by_id"
COMPLETION = "run_id person_id region completed_at sessions_attended sessions_held minutes_attended rule"
FAMILY_LINK = "agent_id subject_id relation state spending_cap_fen confirmed_how began_at ended_at"

# Written out because the demo's completions are copied, not judged one by one.
DEMO_RULE = {"share": "2/3", "source": "演示数据：按默认规则，出勤达到三分之二"}

Row = Sequence[Any]


def course_rows(courses: Mapping[str, tuple[int, CourseRow]]) -> Iterator[Row]:
    for number, course in courses.values():
        yield (
            number,
            course.code,
            course.title,
            course.category,
            course.audience,
            lessons.summary_of(course),
            json.dumps(lessons.outcomes_of(course), ensure_ascii=False),
            course.session_count,
            course.session_minutes,
            course.has_physical_risk,
            "CC0",
            True,
            True,
        )


def unit_rows(courses: Mapping[str, tuple[int, CourseRow]]) -> Iterator[Row]:
    numbers: dict[str, int] = {}
    for unit in lessons.units_of():
        numbers[unit.course] = numbers.get(unit.course, 0) + 1
        yield (
            courses[unit.course][0],
            numbers[unit.course],
            unit.title,
            unit.kind,
            unit.duration_seconds,
            unit.media_path,
            unit.captions_path,
            unit.text,
            unit.licence,
            unit.source,
        )


def run_rows(runs: Sequence[Run], capacities: Mapping[int, int]) -> Iterator[Row]:
    for run in runs:
        yield (
            run.id,
            run.code,
            run.course_id,
            run.institution.id,
            run.course.title,
            run.institution.region,
            run.room.id,
            run.teacher_id,
            run.admission,
            capacities[run.id],
            min(12, capacities[run.id]),
            run.price_fen,
            run.subsidy_fen,
            run.age_min,
            run.days[0],
            run.days[-1],
            run.enrol_opens_at,
            run.enrol_closes_at,
            "finished" if run.cohort == PAST else "published",
            True,
        )


def session_rows(runs: Sequence[Run], first_session: Mapping[int, int], now: datetime) -> Iterator[Row]:
    for run in runs:
        for number, starts_at, ends_at in run.meetings():
            state = "held" if ends_at <= now else "planned"
            row = first_session[run.id] + number - 1
            yield row, run.id, number, starts_at, ends_at, run.room.id, run.teacher_id, state


def place_rows(runs: Sequence[Run], seats: Mapping[int, Sequence[Seat]]) -> Iterator[Row]:
    for run in runs:
        for seat in seats[run.id]:
            yield (
                seat.id,
                f"D{seat.id:09d}",
                run.id,
                seat.person_id,
                run.institution.region,
                "confirmed",
                seat.channel,
                seat.person_id,
                f"demo-{seat.id}",
                seat.at,
                run.price_fen,
                run.subsidy_fen,
                run.to_pay_fen,
                seat.at,
            )


def completion_rows(
    runs: Sequence[Run], seats: Mapping[int, Sequence[Seat]], outcomes: Mapping[int, Outcome]
) -> Iterator[Row]:
    """Runs that are over, for people who came to two thirds of the meetings; the story's are judged by the platform."""
    rule = json.dumps(DEMO_RULE, ensure_ascii=False)
    for run in runs:
        if run.cohort != PAST or run.story:
            continue
        *_rest, (_number, _start, ended) = run.meetings()
        for seat in seats[run.id]:
            outcome = outcomes.get(seat.id)
            if outcome is not None and outcome.is_complete:
                yield (
                    run.id,
                    seat.person_id,
                    run.institution.region,
                    ended,
                    outcome.attended,
                    outcome.held,
                    outcome.minutes,
                    rule,
                )
