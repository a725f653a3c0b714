from datetime import datetime

from django.db import transaction

from xueqiao.domains.enrolment.actions._delivery import plan_deliveries
from xueqiao.domains.enrolment.queries.settlement import places_with_money
from xueqiao.domains.payments import api as payments


def owe_session(*, session_id: int, run_id: int, now: datetime) -> int:
    """A meeting fell out: its money is owed to whoever paid; return for how many bills.

    It goes on to a make-up meeting the bill does not pay for yet, when the class has one; else it waits for one, and
    goes back when none comes (`return_missed_sessions`). Repeating it changes nothing. Locks each bill's row in turn.
    """
    with transaction.atomic():
        plan_deliveries(places_with_money(run_id), now=now, although_cancelled=[session_id])
        return sum(
            payments.owe_part(bill_id=bill_id, delivery_id=session_id, now=now)
            for bill_id in payments.bills_paying_for(session_id, states=("waiting",))
        )
