from datetime import datetime

from django.db import transaction

from xueqiao.domains.enrolment.actions._offers import drop_enrolled
from xueqiao.domains.enrolment.admission import seats
from xueqiao.domains.enrolment.queries.waiting import lines_with_enrolled


def leave_lines_enrolled(*, now: datetime) -> int:
    """Take people out of lines of classes they got a seat in by another way; return how many. Each class by itself.

    A walk does the same for its own class; this is for lines where nothing comes free. Locks one pool at a time.
    """
    dropped = 0
    for run_id in lines_with_enrolled():
        with transaction.atomic():
            seats.lock_pool(run_id)
            dropped += drop_enrolled(run_id, now=now)
    return dropped
