"""Small rules of timetables."""

from __future__ import annotations

from datetime import date

from xueqiao.domains.classes.values.timetable import Slot, TimetableTask

TIMETABLE_STATE_WORDS = {"asked": "正在排", "solved": "已排好", "accepted": "已做成草稿", "dropped": "已放弃"}


def first_day_of(task: TimetableTask, slot: Slot) -> date:
    """The first meeting of a class in this weekly slot: the term's first such weekday that is no public holiday."""
    return task.days[slot.weekday][0]
