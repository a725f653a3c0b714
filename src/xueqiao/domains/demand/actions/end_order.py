from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.demand.actions._orders import locked_order, require_state, tell_members
from xueqiao.domains.demand.errors import BadOrder
from xueqiao.domains.demand.queries import order_view
from xueqiao.domains.demand.values import OrderView
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.clock import local_date


def end_order(*, actor: Actor, order_uuid: UUID, by_member: bool, reason: str = "", now: datetime) -> OrderView:
    """End an order before it is accepted: its enterprise takes it back, or the desk refuses it, with a reason.

    Locks the order. Raises OrderNotFound, OrderNotInThisState, BadOrder for a refusal without a reason.
    """
    clean = " ".join(reason.split())[:120]
    if not by_member and len(clean) < 2:
        raise BadOrder(what="不接订单要写明原因，企业看得到")
    with transaction.atomic():
        order = locked_order(actor, order_uuid, by_member=by_member)
        require_state(order, "asked", "quoted")
        order.state, order.reason = ("withdrawn" if by_member else "refused"), clean
        order.save(update_fields=["state", "reason"])
        if not by_member:
            tell_members(order, f"没有接，{clean}"[:40], key=f"refused:{order.pk}", now=now)
        record_deed(
            actor=actor,
            verb="end_order",
            object_kind="order",
            object_id=order.pk,
            now=now,
            region=order.region,
            detail={"state": order.state, "reason": clean},
        )
        return order_view(order.pk, on=local_date(now))
