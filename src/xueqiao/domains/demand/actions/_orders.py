"""What several actions do with one order, under its row's lock. Every function needs an open transaction."""

from datetime import datetime
from uuid import UUID

from xueqiao.domains.demand.errors import OrderNotFound, OrderNotInThisState
from xueqiao.domains.demand.events import OrderPaid
from xueqiao.domains.demand.models import BankLine, EnterpriseMember, Order
from xueqiao.domains.demand.queries import EVERYTHING, is_desk_of, is_member
from xueqiao.domains.demand.rules import UNKNOWN_ACCOUNT, excess_account, held_account
from xueqiao.domains.payments import api as payments
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.ledger.api import Posting, open_unit, post_transfer
from xueqiao.foundation.locks import require_transaction, set_lock_timeout
from xueqiao.foundation.money import yuan
from xueqiao.foundation.outbox.api import record_event
from xueqiao.foundation.reasons import NotAllowed

STATE_WORDS = {
    "asked": "等报价",
    "quoted": "等企业接受报价",
    "accepted": "等开班",
    "running": "正在上课",
    "done": "上完了",
    "withdrawn": "企业撤回了",
    "refused": "没有接受",
}


def locked_order(actor: Actor, order_uuid: UUID, *, by_member: bool) -> Order:
    """The order with its row locked, for a member of its enterprise or the desk of its unit. Raises OrderNotFound."""
    require_transaction()
    set_lock_timeout()
    orders = Order.objects.within(EVERYTHING).select_related("enterprise", "institution", "course")
    row: Order | None = orders.filter(uuid=order_uuid).first()
    if row is None:
        raise OrderNotFound
    if not (is_member(actor, row.enterprise_id) if by_member else is_desk_of(actor, row.region)):
        raise OrderNotFound
    locked: Order = orders.select_for_update(of=("self",)).get(pk=row.pk)
    return locked


def person_of(actor: Actor) -> int:
    """The person who acts: firms' money is never moved by a machine alone. Raises NotAllowed."""
    if actor.person_id is None:
        raise NotAllowed
    return actor.person_id


def require_state(order: Order, *states: str) -> None:
    """Raises OrderNotInThisState."""
    if order.state not in states:
        raise OrderNotInThisState(state=STATE_WORDS[order.state])


def count_line(line: BankLine, order: Order, *, from_unknown: bool, now: datetime) -> None:
    """Put a bank line's money to an order: what it still owes is held, the rest is excess. Needs the order locked."""
    require_transaction()
    left = order.due_fen - order.received_fen
    line.counted_fen = min(line.amount_fen, left)
    above = line.amount_fen - line.counted_fen
    source = UNKNOWN_ACCOUNT if from_unknown else payments.clearing_account("transfer")
    parts = ((held_account(order.pk), line.counted_fen), (excess_account(order.pk), above))
    move([(source, account, amount) for account, amount in parts], key=f"demand:line:{line.pk}:count", now=now)
    order.received_fen += line.counted_fen
    order.excess_fen += above
    order.save(update_fields=["received_fen", "excess_fen"])
    if line.counted_fen and order.received_fen == order.due_fen:
        record_event(OrderPaid(order.pk, order.region, order.due_fen), region=order.region, now=now)
        tell_members(order, f"款已到齐，共 {yuan(order.due_fen)} 元", key=f"paid:{order.pk}", now=now)


def move(parts: list[tuple[str, str, int]], *, key: str, now: datetime) -> None:
    """One transfer of several amounts; zero ones are left out, and nothing at all is no transfer."""
    require_transaction()
    postings = [Posting(source, destination, amount) for source, destination, amount in parts if amount]
    if postings:
        open_unit(payments.CNY, "人民币", 2, sources=payments.SOURCES)
        post_transfer(unit=payments.CNY, postings=postings, key=key, memo={}, now=now)


def tell_members(order: Order, news: str, *, key: str, now: datetime) -> None:
    """Tell who acts for the enterprise one thing about its order, once."""
    require_transaction()
    members = EnterpriseMember.objects.filter(enterprise_id=order.enterprise_id, ended_at=None).order_by("pk")
    people.notify(
        [
            people.NoticeWanted(
                person_id=member.person_id,
                values={"code": order.code, "news": news},
                text=f"企业订单 {order.code}（{order.course.title}）：{news}。",
                path=f"/enterprise/orders/{order.uuid}/",
            )
            for member in members
        ],
        template="order_news",
        key=f"demand:{key}",
        now=now,
    )
