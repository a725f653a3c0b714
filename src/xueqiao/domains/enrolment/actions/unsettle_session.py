from datetime import datetime

from django.db import transaction

from xueqiao.domains.payments import api as payments
from xueqiao.foundation.audit.api import Actor


def unsettle_session(*, session_id: int, now: datetime) -> int:
    """A meeting that counted as held was not: what it earned of every bill is held again; return the sum in fen.

    By new rows and transfers. Repeating it moves nothing. Locks each bill's row in turn, by id.
    """
    with transaction.atomic():
        return sum(
            payments.take_back_release(
                actor=Actor.system("unsettle_session"), bill_id=bill_id, delivery_id=session_id, now=now
            )
            for bill_id in payments.bills_paying_for(session_id, states=("released",))
        )
