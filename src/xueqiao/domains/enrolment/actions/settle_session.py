from datetime import datetime

from django.db import transaction

from xueqiao.domains.enrolment.actions._delivery import plan_deliveries
from xueqiao.domains.enrolment.actions.use_make_ups import use_make_ups
from xueqiao.domains.enrolment.queries.settlement import places_with_money
from xueqiao.domains.payments import api as payments
from xueqiao.foundation.audit.api import Actor


def settle_session(*, session_id: int, run_id: int, now: datetime) -> int:
    """A meeting was held: its part of every bill of the class becomes the institution's income; return the sum in fen.

    Bills whose meetings were never planned (paid before there was settlement) are planned first. Repeating it moves
    nothing. Locks each bill's row in turn, by id.
    """
    with transaction.atomic():
        plan_deliveries(places_with_money(run_id), now=now)
        use_make_ups(run_id=run_id, just_held=[session_id], now=now)
        return sum(
            payments.release_part(
                actor=Actor.system("settle_session"), bill_id=bill_id, delivery_id=session_id, now=now
            )
            for bill_id in payments.bills_paying_for(session_id, states=("waiting", "owed"))
        )
