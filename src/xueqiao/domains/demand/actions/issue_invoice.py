import re
from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.demand.actions._orders import locked_order, tell_members
from xueqiao.domains.demand.errors import BadOrder, InvoiceNotFound, NothingToInvoice
from xueqiao.domains.demand.events import InvoiceIssued
from xueqiao.domains.demand.models import InvoiceRequest
from xueqiao.domains.demand.queries import FINANCE_ROLES, order_view
from xueqiao.domains.demand.values import OrderView
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.outbox.api import record_event


def issue_invoice(*, actor: Actor, order_uuid: UUID, number: str, now: datetime) -> OrderView:
    """Write down the number of the invoice that was made out: 8 or 20 digits. It is for what was paid and stayed.

    The enterprise is told. Locks the order. Raises NotAllowed, OrderNotFound, BadOrder, InvoiceNotFound when none was
    asked for or it has another number already, NothingToInvoice when all of the money went back meanwhile.
    """
    people.require_role(actor, *FINANCE_ROLES)
    clean = "".join(number.split())
    if not re.fullmatch(r"[0-9]{8}|[0-9]{20}", clean):
        raise BadOrder(what="发票号码是 8 位或 20 位数字")
    with transaction.atomic():
        order = locked_order(actor, order_uuid, by_member=False)
        people.require_role(actor, *FINANCE_ROLES, region=order.region)
        invoice = InvoiceRequest.objects.select_for_update().filter(order=order).first()
        if invoice is None or (invoice.state == "issued" and invoice.number != clean):
            raise InvoiceNotFound
        if invoice.state == "asked":
            amount = order.received_fen - order.returned_fen
            if amount <= 0:
                raise NothingToInvoice
            if InvoiceRequest.objects.filter(number=clean).exists():
                raise BadOrder(what="这个发票号码已经用在另一张订单上")
            invoice.state, invoice.number, invoice.amount_fen = "issued", clean, amount
            invoice.issued_on, invoice.issued_by_id = local_date(now), actor.person_id
            invoice.save(update_fields=["state", "number", "amount_fen", "issued_on", "issued_by"])
            record_event(InvoiceIssued(order.pk, order.region, clean), region=order.region, now=now)
            tell_members(order, f"发票已开，号码 {clean}", key=f"invoice:{order.pk}", now=now)
            record_deed(
                actor=actor,
                verb="issue_invoice",
                object_kind="order",
                object_id=order.pk,
                now=now,
                region=order.region,
                detail={"number": clean, "amount_fen": amount},
            )
        return order_view(order.pk, on=local_date(now))
