from datetime import datetime

from django.db import transaction

from xueqiao.domains.classes.models import PaySlip
from xueqiao.domains.classes.queries.pay import EVERYTHING
from xueqiao.domains.people import api as people
from xueqiao.foundation.money import yuan


def tell_pay_slip(*, slip_id: int, now: datetime) -> int:
    """Tell a teacher that her pay of a month was given out, once; return how many notices are new."""
    with transaction.atomic():
        slip = PaySlip.objects.within(EVERYTHING).get(pk=slip_id)
        month, net = f"{slip.month.year} 年 {slip.month.month} 月", yuan(slip.net_fen)
        return people.notify(
            [
                people.NoticeWanted(
                    person_id=slip.teacher_id,
                    values={"month": month, "net": net},
                    text=f"{month}的课酬 {net} 元已发放，扣税 {yuan(slip.tax_fen)} 元。",
                    path=f"/mine/pay/{slip.uuid}/",
                )
            ],
            template="pay_released",
            key=f"pay_released:{slip.pk}",
            now=now,
        )
