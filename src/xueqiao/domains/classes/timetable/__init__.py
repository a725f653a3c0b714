"""The timetable of a term, proposed by an exact solver; see README.md."""

from xueqiao.domains.classes.timetable.solve import SECONDS_MAX, solve_timetable_task

__all__ = ["SECONDS_MAX", "solve_timetable_task"]
