from datetime import datetime

from django.db import transaction

from xueqiao.domains.demand.actions._lists import forget_list
from xueqiao.domains.demand.models import Order
from xueqiao.domains.demand.queries import EVERYTHING, lists_to_forget
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.locks import set_lock_timeout


def forget_named_learners(*, now: datetime) -> int:
    """Delete the names of every list whose order or class is over; return how many went. A job's work.

    The last meeting deletes them at once; this finds cancelled classes, and orders that never got one. Each order for
    itself, its row locked.
    """
    gone = 0
    for order_id in lists_to_forget(on=local_date(now)):
        with transaction.atomic():
            set_lock_timeout()
            order = Order.objects.within(EVERYTHING).select_for_update(of=("self",)).get(pk=order_id)
            gone += forget_list(order, now=now)
    return gone
