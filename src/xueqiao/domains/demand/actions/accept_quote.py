from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from xueqiao.domains.demand.actions._orders import locked_order, require_state
from xueqiao.domains.demand.errors import QuoteRanOut
from xueqiao.domains.demand.events import OrderAccepted
from xueqiao.domains.demand.models import Quote
from xueqiao.domains.demand.parameters import PAY_DAYS
from xueqiao.domains.demand.queries import BILLED, order_view
from xueqiao.domains.demand.values import OrderView
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.outbox.api import record_event
from xueqiao.foundation.parameters.api import parameter_at
from xueqiao.foundation.reasons import InvalidInput


def accept_quote(*, actor: Actor, order_uuid: UUID, quote_uuid: UUID, seen_fen: int, now: datetime) -> OrderView:
    """The enterprise takes the quote it saw: the order has a bill. Pressing twice accepts once.

    seen_fen: the sum on the page; another quote that took its place meanwhile is not accepted unseen. Locks the order.
    Raises OrderNotFound, OrderNotInThisState, QuoteRanOut, InvalidInput.
    """
    today = local_date(now)
    with transaction.atomic():
        order = locked_order(actor, order_uuid, by_member=True)
        quote = Quote.objects.filter(order=order, uuid=quote_uuid, replaced_at=None).first()
        if quote is None or quote.amount_fen != seen_fen:
            raise InvalidInput(what="报价已经改过，请刷新页面看新的报价")
        if order.state in BILLED and quote.accepted_at is not None:
            return order_view(order.pk, on=today)
        require_state(order, "quoted")
        if today > quote.valid_until:
            raise QuoteRanOut(day=f"{quote.valid_until:%Y-%m-%d}")
        days = parameter_at(PAY_DAYS.name, region=order.region, on=today, institution_id=order.institution_id).value
        quote.accepted_by_id, quote.accepted_at = actor.person_id, now
        quote.save(update_fields=["accepted_by", "accepted_at"])
        order.state, order.due_fen, order.due_on = "accepted", quote.amount_fen, today + timedelta(days=days)
        order.save(update_fields=["state", "due_fen", "due_on"])
        record_event(OrderAccepted(order.pk, order.region, quote.amount_fen), region=order.region, now=now)
        record_deed(
            actor=actor,
            verb="accept_quote",
            object_kind="order",
            object_id=order.pk,
            now=now,
            region=order.region,
            detail={"amount_fen": quote.amount_fen},
        )
        return order_view(order.pk, on=today)
