"""What demand does when meetings of an order's class were held, or were not after all."""

from datetime import datetime

from xueqiao.domains.classes.api import SessionHeld, SessionMadeUp, SessionReopened
from xueqiao.domains.demand.actions.settle_order import settle_order
from xueqiao.domains.demand.queries import orders_of_run
from xueqiao.foundation.outbox.api import subscribe


@subscribe(SessionHeld)
def earn_held_meeting(event: SessionHeld, *, now: datetime) -> None:
    """Its even part of the enterprise's money is earned."""
    for order_id in orders_of_run(event.run_id):
        settle_order(order_id=order_id, now=now)


@subscribe(SessionReopened)
def hold_meeting_again(event: SessionReopened, *, now: datetime) -> None:
    """It is held again."""
    for order_id in orders_of_run(event.run_id):
        settle_order(order_id=order_id, now=now)


@subscribe(SessionMadeUp)
def count_meetings_again(event: SessionMadeUp, *, now: datetime) -> None:
    """A meeting was added for one that fell out."""
    for order_id in orders_of_run(event.run_id):
        settle_order(order_id=order_id, now=now)
