from datetime import datetime

from django.db import transaction

from xueqiao.domains.demand.actions._orders import count_line, move
from xueqiao.domains.demand.actions.settle_order import settle_locked
from xueqiao.domains.demand.errors import BankLineNotFound, BankLineSettled, OrderNotFound
from xueqiao.domains.demand.models import BankLine, Order
from xueqiao.domains.demand.queries import BILLED, FINANCE_ROLES, bank_line_view, in_ranges
from xueqiao.domains.demand.rules import UNKNOWN_ACCOUNT
from xueqiao.domains.demand.values import BankLineView
from xueqiao.domains.payments import api as payments
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.locks import set_lock_timeout
from xueqiao.foundation.reasons import InvalidInput
from xueqiao.foundation.scope import Scope


def resolve_bank_line(*, actor: Actor, line_id: int, order_code: str = "", words: str, now: datetime) -> BankLineView:
    """A person says what an unclear bank line is for: an order, or (without one) money sent back by the bank.

    Once, in words. Locks the order, then the line, then the ledger. Raises NotAllowed, BankLineNotFound,
    BankLineSettled, OrderNotFound, InvalidInput for fewer than four characters.
    """
    people.require_role(actor, *FINANCE_ROLES)
    clean = " ".join(words.split())[:120]
    if len(clean) < 4:
        raise InvalidInput(what="写清楚这笔钱是怎么回事，至少 4 个字")
    with transaction.atomic():
        set_lock_timeout()
        order = None
        if order_code.strip():
            orders = Order.objects.within(Scope(ranges=actor.scope.ranges)).filter(state__in=BILLED)
            named = orders.select_related("enterprise", "course").filter(code=order_code.strip().upper())
            order = named.select_for_update(of=("self",)).first()
            if order is None:
                raise OrderNotFound
        line = BankLine.objects.filter(in_ranges(actor)).select_for_update().filter(pk=line_id).first()
        if line is None:
            raise BankLineNotFound
        if line.state != "waiting":
            raise BankLineSettled
        line.resolution, line.resolved_by_id, line.resolved_at = clean, actor.person_id, now
        if order is None:
            line.state = "returned"
            clearing = payments.clearing_account("transfer")
            move([(UNKNOWN_ACCOUNT, clearing, line.amount_fen)], key=f"demand:line:{line.pk}:back", now=now)
        else:
            line.state, line.order = "assigned", order
            count_line(line, order, from_unknown=True, now=now)
            settle_locked(order, now=now)
        line.save(update_fields=["state", "order", "counted_fen", "resolution", "resolved_by", "resolved_at"])
        record_deed(
            actor=actor,
            verb="resolve_bank_line",
            object_kind="bank_line",
            object_id=line.pk,
            now=now,
            region=line.region,
            detail={"order": order.code if order else "", "amount_fen": line.amount_fen, "words": clean},
        )
        return bank_line_view(line)
