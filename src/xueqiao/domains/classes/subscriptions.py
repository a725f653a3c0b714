"""What classes does after its own facts: teachers' pay follows what was taught."""

from datetime import datetime

from xueqiao.domains.classes.actions.count_session_pay import count_session_pay
from xueqiao.domains.classes.actions.tell_pay_slip import tell_pay_slip
from xueqiao.domains.classes.events import (
    ClassRunCancelled,
    PaySlipReleased,
    SessionCancelled,
    SessionHeld,
    SessionReopened,
    SessionTaughtByAnother,
)
from xueqiao.domains.classes.models import Session
from xueqiao.foundation.outbox.api import subscribe


@subscribe(SessionHeld)
def pay_held_session(event: SessionHeld, *, now: datetime) -> None:
    """A meeting took place: its teacher has earned her pay."""
    count_session_pay(session_id=event.session_id, now=now)


@subscribe(SessionReopened)
def take_back_pay(event: SessionReopened, *, now: datetime) -> None:
    """It did not after all."""
    count_session_pay(session_id=event.session_id, now=now)


@subscribe(SessionTaughtByAnother)
def pay_who_taught(event: SessionTaughtByAnother, *, now: datetime) -> None:
    """Somebody else taught it."""
    count_session_pay(session_id=event.session_id, now=now)


@subscribe(SessionCancelled)
def pay_share_of_late_cancel(event: SessionCancelled, *, now: datetime) -> None:
    """A meeting fell out: nothing, or the written share when it was too late."""
    count_session_pay(session_id=event.session_id, now=now)


@subscribe(ClassRunCancelled)
def pay_shares_of_cancelled_run(event: ClassRunCancelled, *, now: datetime) -> None:
    """The same for every meeting that fell out with its class."""
    fallen = Session.objects.filter(run_id=event.run_id, state="cancelled", cancelled_at__isnull=False)
    for session_id in list(fallen.order_by("pk").values_list("pk", flat=True)):
        count_session_pay(session_id=session_id, now=now)


@subscribe(PaySlipReleased)
def tell_teacher(event: PaySlipReleased, *, now: datetime) -> None:
    """Her pay of a month was given out."""
    tell_pay_slip(slip_id=event.slip_id, now=now)
