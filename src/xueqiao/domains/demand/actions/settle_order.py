from datetime import datetime

from django.db import transaction

from xueqiao.domains.classes import api as classes
from xueqiao.domains.demand.actions._lists import forget_list
from xueqiao.domains.demand.actions._orders import move
from xueqiao.domains.demand.models import Order
from xueqiao.domains.demand.queries import EVERYTHING
from xueqiao.domains.demand.rules import earned_so_far, held_account
from xueqiao.domains.payments import api as payments
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.locks import require_transaction, set_lock_timeout


def settle_order(*, order_id: int, now: datetime) -> int:
    """Bring what the institution has earned of an order to what was held by now; return the change in fen.

    Never more than came in and stayed. A correction moves the money back by a transfer of its own; repeating it moves
    nothing. With the last meeting the names of the firm's list are deleted. Locks the order, then the ledger.
    """
    with transaction.atomic():
        set_lock_timeout()
        order = Order.objects.within(EVERYTHING).select_for_update(of=("self",)).get(pk=order_id)
        return settle_locked(order, now=now)


def settle_locked(order: Order, *, now: datetime) -> int:
    """The same for an order whose row is locked. Needs an open transaction."""
    require_transaction()
    if order.run_id is None:
        return 0
    sessions = classes.sessions_of(order.run_id)
    meetings = sum(session.makes_up_for_id is None for session in sessions)
    held = min(meetings, sum(session.state == "held" for session in sessions))
    wanted = min(earned_so_far(order.due_fen, held=held, meetings=meetings), order.received_fen - order.returned_fen)
    change = wanted - order.earned_fen
    state = "done" if meetings and held == meetings else "running"
    if not change and state == order.state:
        return 0
    income, waiting = payments.income_account(order.institution_id), held_account(order.pk)
    if change:
        source, destination = (waiting, income) if change > 0 else (income, waiting)
        order.settled += 1
        key = f"demand:earn:{order.pk}:{order.settled}"
        move([(source, destination, abs(change))], key=key, now=now)
    order.earned_fen, order.state = wanted, state
    order.save(update_fields=["earned_fen", "state", "settled"])
    if state == "done":
        forget_list(order, now=now)
    record_deed(
        actor=Actor.system("settle_order"),
        verb="settle_order",
        object_kind="order",
        object_id=order.pk,
        now=now,
        region=order.region,
        detail={"held": held, "meetings": meetings, "change_fen": change},
    )
    return change
