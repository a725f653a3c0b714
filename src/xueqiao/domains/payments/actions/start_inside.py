from datetime import datetime
from uuid import UUID

from xueqiao.domains.payments.actions.start_payment import order_of, require_payable
from xueqiao.domains.payments.errors.bills import BillNotFound, GatewayIsDown, PayerNotKnown, UnknownGateway
from xueqiao.domains.payments.models import Bill, Payment
from xueqiao.domains.payments.ports import GatewayUnreachable, PayerUnknown, PaysInside, payer_lookups
from xueqiao.domains.payments.queries.bills import gateway_named
from xueqiao.domains.payments.rules.bills import INSIDE
from xueqiao.domains.payments.values.bills import InsideStart
from xueqiao.foundation.scope import Scope


def start_inside(*, payment_uuid: UUID, code: str, now: datetime) -> InsideStart:
    """Ask the company who came back with `code`, and register the attempt for that payer.

    The caller has made sure that the browser which brings the code is the one that was sent. The payer's name at the
    company lives in this function only: it is told to the gateway, and neither returned nor stored.
    Raises BillNotFound, BillAlreadyPaid, BillPastDue, BillNotDue, PayerNotKnown, or GatewayIsDown; then nothing moved.
    """
    payment = Payment.objects.filter(uuid=payment_uuid, device=INSIDE, state="started").first()
    if payment is None:
        raise BillNotFound
    bill = Bill.objects.within(Scope.everything("the number of the attempt is the permission")).get(pk=payment.bill_id)
    require_payable(bill, now)
    till, lookup = gateway_named(payment.gateway), payer_lookups.use().get(payment.gateway)
    if lookup is None or not isinstance(till, PaysInside):
        raise UnknownGateway
    try:
        payer = lookup.payer_of(code)
        parameters = till.start_inside(order_of(payment, bill), payer, now=now)
    except PayerUnknown as failure:
        raise PayerNotKnown from failure
    except GatewayUnreachable as failure:
        raise GatewayIsDown from failure
    return InsideStart(parameters, till.is_rehearsal)
