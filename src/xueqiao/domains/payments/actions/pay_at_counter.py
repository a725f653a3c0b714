from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.payments.actions.collect_payment import collect_payment
from xueqiao.domains.payments.actions.open_cash_day import lock_cash_day
from xueqiao.domains.payments.actions.start_payment import require_payable
from xueqiao.domains.payments.errors.bills import BillNotFound, CashAmountDiffers
from xueqiao.domains.payments.models import Bill, CashMovement, Payment
from xueqiao.domains.payments.queries.bills import bill_view, may_see_bill
from xueqiao.domains.payments.values.bills import BillView
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.locks import set_lock_timeout
from xueqiao.foundation.money import yuan
from xueqiao.foundation.scope import Scope


def pay_at_counter(*, actor: Actor, bill_uuid: UUID, cash_fen: int, now: datetime) -> BillView:
    """Take cash for a bill at the desk of a centre. Locks the bill's row.

    Only a centre clerk whose unit contains the bill's. cash_fen is what the clerk typed as received (after change) and
    must equal the bill; it goes into her box of the day. Raises NotAllowed, BillNotFound, CashAmountDiffers,
    CashDayClosed, BillAlreadyPaid, BillPastDue, BillNotDue.
    """
    people.require_role(actor, "centre_clerk")
    with transaction.atomic():
        set_lock_timeout()
        bill = (
            Bill.objects.within(Scope.everything("permission is checked on the row below"))
            .select_for_update()
            .filter(uuid=bill_uuid)
            .first()
        )
        if bill is None or not may_see_bill(actor, bill):
            raise BillNotFound
        people.require_role(actor, "centre_clerk", region=bill.region)
        require_payable(bill, now)
        if cash_fen != bill.to_pay_fen:
            raise CashAmountDiffers(due=yuan(bill.to_pay_fen))
        box = lock_cash_day(actor=actor, region=bill.region, now=now)
        payment = Payment.objects.create(
            bill=bill,
            order_code=f"{bill.code}-{bill.payments.count() + 1}",
            gateway="counter",
            method="cash",
            amount_fen=bill.to_pay_fen,
            started_at=now,
        )
        CashMovement.objects.create(cash_day=box, payment=payment, amount_fen=cash_fen, at=now)
        collect_payment(payment, reference=f"cash:{payment.pk}", is_late=False, actor=actor, now=now)
        return bill_view(bill)
