"""Shared ways to open a class in the small county's tests."""

from datetime import date, timedelta

from tests.worlds.small_county import HEDE, TODAY, on_duty
from xueqiao.domains.classes.api import Pattern, open_class_run

NEXT_MONDAY = TODAY + timedelta(days=5)  # 2026-03-09


def clerk_of(world):
    return on_duty(world.clerk, "centre_clerk", HEDE)


def officer_of(world):
    return on_duty(world.officer, "county_officer", 320924000000)


def mondays(first_day: date = NEXT_MONDAY, **changes) -> Pattern:
    wanted = {
        "first_day": first_day,
        "weekdays": (1,),
        "start_hour": 19,
        "start_minute": 0,
        "session_minutes": 90,
        "session_count": 8,
    }
    return Pattern(**(wanted | changes))


def open_class(world, **changes):
    wanted = {
        "actor": clerk_of(world),
        "course_code": world.course.code,
        "institution_id": world.centre.id,
        "room_id": world.room.id,
        "teacher_id": world.teacher.id,
        "pattern": mondays(),
        "capacity": 20,
        "now": world.now,
    }
    return open_class_run(**(wanted | changes))
