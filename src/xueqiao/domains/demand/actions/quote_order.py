from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from xueqiao.domains.catalogue import api as catalogue
from xueqiao.domains.classes import api as classes
from xueqiao.domains.demand.actions._orders import locked_order, person_of, require_state, tell_members
from xueqiao.domains.demand.errors import BadOrder
from xueqiao.domains.demand.events import OrderQuoted
from xueqiao.domains.demand.models import Quote
from xueqiao.domains.demand.parameters import QUOTE_DAYS
from xueqiao.domains.demand.queries import DESK_ROLES, order_view
from xueqiao.domains.demand.rules import order_price_fen
from xueqiao.domains.demand.values import OrderView
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.money import yuan
from xueqiao.foundation.outbox.api import record_event
from xueqiao.foundation.parameters.api import parameter_at


def quote_order(*, actor: Actor, order_uuid: UUID, now: datetime) -> OrderView:
    """Quote an order by the price rule of the day: course hours x unit cost x people, without the public subsidy.

    A later quote takes the earlier one's place; the enterprise is told. Locks the order. Raises NotAllowed,
    OrderNotFound, OrderNotInThisState, BadOrder when the rule gives no price.
    """
    people.require_role(actor, *DESK_ROLES)
    today = local_date(now)
    with transaction.atomic():
        order = locked_order(actor, order_uuid, by_member=False)
        people.require_role(actor, *DESK_ROLES, region=order.region)
        require_state(order, "asked", "quoted")
        course = catalogue.get_course(order.course.code)
        priced = classes.quote_price(
            session_count=course.session_count,
            session_minutes=course.session_minutes,
            region=order.region,
            institution_id=order.institution_id,
            on=today,
        )
        if not priced.price_fen:
            raise BadOrder(what="按规则算出来的价格是零，请先核对当地的成本参数")
        days = parameter_at(QUOTE_DAYS.name, region=order.region, on=today, institution_id=order.institution_id).value
        Quote.objects.filter(order=order, replaced_at=None).update(replaced_at=now)
        quote = Quote.objects.create(
            order=order,
            learners=order.learners,
            per_learner_fen=priced.price_fen,
            amount_fen=order_price_fen(per_learner_fen=priced.price_fen, learners=order.learners),
            source=priced.source[:300],
            valid_until=today + timedelta(days=days - 1),
            made_by_id=person_of(actor),
            made_at=now,
        )
        order.state = "quoted"
        order.save(update_fields=["state"])
        record_event(OrderQuoted(order.pk, order.region, quote.amount_fen), region=order.region, now=now)
        news = f"报价 {yuan(quote.amount_fen)} 元，{quote.valid_until:%m-%d} 前有效"
        tell_members(order, news, key=f"quote:{quote.pk}", now=now)
        record_deed(
            actor=actor,
            verb="quote_order",
            object_kind="order",
            object_id=order.pk,
            now=now,
            region=order.region,
            detail={"amount_fen": quote.amount_fen, "valid_until": quote.valid_until.isoformat()},
        )
        return order_view(order.pk, on=today)
