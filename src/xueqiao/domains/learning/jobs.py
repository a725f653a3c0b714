"""Schedules of learning."""

from datetime import datetime

from xueqiao.domains.classes import api as classes
from xueqiao.domains.learning.actions import judge_completion, release_no_shows
from xueqiao.domains.learning.queries.attendance import runs_to_judge
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.outbox.api import job


@job("learning.judge_class_run")
def judge_class_run(*, now: datetime, run_id: int) -> None:
    """Judge one class run; queued for the moment its last session ends."""
    judge_completion(run_id=run_id, now=now)


@job("learning.tell_timetable")
def tell_timetable_at_start(*, now: datetime, session_id: int) -> None:
    """A roll was signed before the start: the meeting counts as held once it has begun, unless it was cancelled."""
    if classes.get_session(session_id).state == "planned":
        classes.mark_session_held(actor=Actor.system("signed roll"), session_id=session_id, now=now)


@job("learning.judge_ended_runs", every="7 * * * *")
def judge_ended_runs(*, now: datetime) -> None:
    """Hourly sweep over runs that ended in the last three days, for rolls that were signed late."""
    for run_id in runs_to_judge(now):
        judge_completion(run_id=run_id, now=now)


@job("learning.release_no_shows", every="25 0-12 * * *")
def sweep_no_shows(*, now: datetime) -> None:
    """Every hour by day (8:25 to 20:25 in the region), seats of learners of whom nobody hears go to who waits."""
    release_no_shows(now=now)
