from datetime import datetime

from django.db import transaction

from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment.actions._delivery import plan_delivery
from xueqiao.domains.enrolment.queries.settlement import live_bills_of, places_with_money
from xueqiao.domains.payments import api as payments
from xueqiao.foundation.audit.api import Actor


def return_cancelled_run(*, run_id: int, reason: str, now: datetime) -> int:
    """A class was taken back: money of people who are not in it any more goes back too, meeting by meeting.

    Of those who had left without a refund, and of those who came over from another class: nobody keeps money for what
    was not given. Live places end with `end_cancelled_run`, with their notices. Meetings already held stay earned;
    meetings begun whose roll is not signed yet stay held until it is, or until they are recorded as missed. Return the
    sum that goes back to learners in fen. Repeating it moves nothing. Locks each bill's row in turn, by id.
    """
    with transaction.atomic():
        missing = [s.id for s in classes.sessions_of(run_id) if s.state == "cancelled"]
        for place in places_with_money(run_id):
            plan_delivery(place, now=now, although_cancelled=missing)
        live = live_bills_of(run_id)
        return sum(
            payments.return_parts(
                actor=Actor.system("return_cancelled_run"),
                bill_id=bill_id,
                delivery_ids=missing,
                reason=f"停办：{reason}"[:120],
                rule="举办方原因，没上的课全部退还",
                now=now,
            )
            for bill_id in payments.bills_paying_for(*missing, states=("waiting", "owed"))
            if bill_id not in live
        )
