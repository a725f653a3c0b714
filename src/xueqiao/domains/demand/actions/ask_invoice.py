import re
from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.demand.actions._orders import locked_order, person_of
from xueqiao.domains.demand.errors import BadOrder, InvoiceAsked, NothingToInvoice
from xueqiao.domains.demand.models import InvoiceRequest
from xueqiao.domains.demand.queries import order_view
from xueqiao.domains.demand.values import OrderView
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.clock import local_date

KINDS = ("plain", "special")


def ask_invoice(
    *, actor: Actor, order_uuid: UUID, title: str, tax_number: str, kind: str = "plain", now: datetime
) -> OrderView:
    """An enterprise asks for the invoice of an order of which money has come in; the same once more changes nothing.

    Locks the order. Raises OrderNotFound, BadOrder, NothingToInvoice, InvoiceAsked for another title later.
    """
    clean, number = " ".join(title.split()), "".join(tax_number.split()).upper()
    if not 2 <= len(clean) <= 80 or not clean.isprintable() or kind not in KINDS:
        raise BadOrder(what="发票抬头要写，2 到 80 个字")
    if not re.fullmatch(r"[0-9A-Z]{15,20}", number):
        raise BadOrder(what="纳税人识别号是 15 到 20 位数字和大写字母")
    with transaction.atomic():
        order = locked_order(actor, order_uuid, by_member=True)
        amount = order.received_fen - order.returned_fen
        if amount <= 0:
            raise NothingToInvoice
        invoice, is_new = InvoiceRequest.objects.get_or_create(
            order=order,
            defaults={
                "title": clean,
                "tax_number": number,
                "kind": kind,
                "amount_fen": amount,
                "asked_by_id": person_of(actor),
                "asked_at": now,
            },
        )
        if not is_new and (invoice.title, invoice.tax_number, invoice.kind) != (clean, number, kind):
            raise InvoiceAsked
        if is_new:
            record_deed(
                actor=actor,
                verb="ask_invoice",
                object_kind="order",
                object_id=order.pk,
                now=now,
                region=order.region,
                detail={"title": clean, "kind": kind, "amount_fen": amount},
            )
        return order_view(order.pk, on=local_date(now))
