from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.demand.actions._orders import locked_order, person_of
from xueqiao.domains.demand.errors import RefundTooMuch
from xueqiao.domains.demand.models import Order, Refund
from xueqiao.domains.demand.queries import DESK_ROLES, order_view
from xueqiao.domains.demand.values import OrderView
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.money import yuan
from xueqiao.foundation.reasons import InvalidInput


def ask_refund(*, actor: Actor, order_uuid: UUID, amount_fen: int, reason: str, now: datetime) -> OrderView:
    """The desk asks for money to go back to the enterprise's account; another person sends it. One at a time.

    Never above what is not earned yet, with what came above the bill. Asking again while one waits changes nothing.
    Locks the order. Raises NotAllowed, OrderNotFound, InvalidInput, RefundTooMuch.
    """
    people.require_role(actor, *DESK_ROLES)
    clean = " ".join(reason.split())[:120]
    if amount_fen < 1 or len(clean) < 2:
        raise InvalidInput(what="退多少、为什么退都要写")
    with transaction.atomic():
        order = locked_order(actor, order_uuid, by_member=False)
        people.require_role(actor, *DESK_ROLES, region=order.region)
        if amount_fen > returnable_fen(order):
            raise RefundTooMuch(left=yuan(returnable_fen(order)))
        _, is_new = Refund.objects.get_or_create(
            order=order,
            state="asked",
            defaults={
                "amount_fen": amount_fen,
                "reason": clean,
                "asked_by_id": person_of(actor),
                "asked_at": now,
            },
        )
        if is_new:
            record_deed(
                actor=actor,
                verb="ask_refund",
                object_kind="order",
                object_id=order.pk,
                now=now,
                region=order.region,
                detail={"amount_fen": amount_fen, "reason": clean},
            )
        return order_view(order.pk, on=local_date(now))


def returnable_fen(order: Order) -> int:
    """What may go back: held and not earned, and what came above the bill."""
    return order.received_fen - order.earned_fen - order.returned_fen + order.excess_fen
