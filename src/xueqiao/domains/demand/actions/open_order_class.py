from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.classes import api as classes
from xueqiao.domains.demand.actions._lists import hand_list
from xueqiao.domains.demand.actions._orders import locked_order, require_state, tell_members
from xueqiao.domains.demand.actions.settle_order import settle_locked
from xueqiao.domains.demand.errors import RunDoesNotFit
from xueqiao.domains.demand.models import Order
from xueqiao.domains.demand.queries import DESK_ROLES, EVERYTHING, order_view
from xueqiao.domains.demand.values import OrderView
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.clock import local_date


def open_order_class(*, actor: Actor, order_uuid: UUID, run_code: str, now: datetime) -> OrderView:
    """Give an accepted order its class: one of its course at its institution, free of charge for the learners.

    From now on its seats are for whom the firm named, and for nobody else. The same class twice changes nothing. Locks
    the order, the class's pool. Raises NotAllowed, OrderNotFound, OrderNotInThisState,
    UnknownClass, RunDoesNotFit,
    and ListUnfit when others have seats in it or it is drawn.
    """
    people.require_role(actor, *DESK_ROLES)
    today = local_date(now)
    with transaction.atomic():
        order = locked_order(actor, order_uuid, by_member=False)
        people.require_role(actor, *DESK_ROLES, region=order.region)
        run = classes.get_class(run_code.strip().upper(), now=now)
        if order.run_id == run.run_id:
            return order_view(order.pk, on=today)
        require_state(order, "accepted")
        _require_fit(order, run)
        order.state, order.run_id = "running", run.run_id
        order.save(update_fields=["state", "run"])
        hand_list(order, now=now)
        settle_locked(order, now=now)
        tell_members(order, f"班已安排，编号 {run.code}", key=f"run:{order.pk}", now=now)
        record_deed(
            actor=actor,
            verb="open_order_class",
            object_kind="order",
            object_id=order.pk,
            now=now,
            region=order.region,
            detail={"run": run.code},
        )
        return order_view(order.pk, on=today)


def _require_fit(order: Order, run: classes.ClassDetail) -> None:
    """Raises RunDoesNotFit with the reason."""
    if run.card.institution_id != order.institution_id or run.card.course_code != order.course.code:
        raise RunDoesNotFit(what="课程或单位和订单不一样")
    if run.state not in {"draft", "published"}:
        raise RunDoesNotFit(what="这个班已经停办或上完")
    if run.card.price_fen:
        raise RunDoesNotFit(what="企业已经出钱，班要设成学员免费")
    if run.card.capacity < order.learners:
        raise RunDoesNotFit(what=f"只有 {run.card.capacity} 个座位，订单要 {order.learners} 个")
    if Order.objects.within(EVERYTHING).filter(run_id=run.run_id).exists():
        raise RunDoesNotFit(what="已经给了另一张订单")
