"""What enrolment does when lower domains report facts."""

from datetime import datetime

from xueqiao.domains.enrolment.actions.confirm_paid_seat import confirm_paid_seat
from xueqiao.domains.enrolment.queries.seats import PURPOSE
from xueqiao.domains.payments.api import BillPaid
from xueqiao.foundation.outbox.api import subscribe


@subscribe(BillPaid)
def keep_promise_of_paid_bill(event: BillPaid, *, now: datetime) -> None:
    """Money came for a place: enrol, or give it back."""
    if event.purpose == PURPOSE:
        confirm_paid_seat(place_id=event.purpose_id, now=now)
