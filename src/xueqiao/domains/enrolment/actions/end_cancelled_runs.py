from datetime import datetime, timedelta

from xueqiao.domains.enrolment.actions.end_cancelled_run import end_cancelled_run
from xueqiao.domains.enrolment.errors.seats import SeatsBusy
from xueqiao.domains.enrolment.queries.changes import cancelled_runs_with_places

LOOKS_BACK = timedelta(days=60)


def end_cancelled_runs(*, now: datetime) -> int:
    """The sweep: end live places that are left in cancelled classes; return how many.

    Takes what a killed process left, big classes beyond their first batch, and money that came after the cancellation.
    """
    ended = 0
    for run_id in cancelled_runs_with_places(since=now - LOOKS_BACK):
        try:
            ended += end_cancelled_run(run_id=run_id, now=now)
        except SeatsBusy:
            continue
    return ended
