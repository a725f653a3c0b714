from datetime import datetime

from django.db import transaction

from xueqiao.domains.payments.models import Refund
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock
from xueqiao.foundation.money import yuan


def tell_late_refund(*, refund_id: int, days_waiting: int, now: datetime) -> int:
    """Tell the clerks of the institution, once a refund, that its money has not arrived; return how many notices.

    A refund that arrived meanwhile is nobody's worry. No name of a resident is in it.
    """
    refund = Refund.objects.select_related("bill").get(pk=refund_id)
    if refund.state == "done":
        return 0
    bill, amount = refund.bill, yuan(refund.amount_fen)
    clerks = people.clerks_at(bill.region, institution_id=bill.institution_id, on=clock.local_date(now))
    with transaction.atomic():
        return people.notify(
            [
                people.NoticeWanted(
                    person_id=clerk_id,
                    values={"code": bill.code, "yuan": amount, "days": str(days_waiting)},
                    text=f"账单 {bill.code} 的退款 {amount} 元等了 {days_waiting} 天还没退到，请查一查。",
                    path="/centre/counter/",
                )
                for clerk_id in clerks
            ],
            template="refund_overdue",
            key=f"refund_overdue:{refund.pk}",
            now=now,
        )
