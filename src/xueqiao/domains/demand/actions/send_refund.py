from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.demand.actions._orders import locked_order, move, tell_members
from xueqiao.domains.demand.actions.ask_refund import returnable_fen
from xueqiao.domains.demand.errors import RefundNeedsAnother, RefundNotFound, RefundSettled, RefundTooMuch
from xueqiao.domains.demand.events import EnterpriseRefunded
from xueqiao.domains.demand.models import Refund
from xueqiao.domains.demand.queries import FINANCE_ROLES, order_view
from xueqiao.domains.demand.rules import excess_account, held_account
from xueqiao.domains.demand.values import OrderView
from xueqiao.domains.payments import api as payments
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.money import yuan
from xueqiao.foundation.outbox.api import record_event
from xueqiao.foundation.reasons import InvalidInput


def send_refund(
    *, actor: Actor, refund_uuid: UUID, bank_reference: str = "", is_dropped: bool = False, now: datetime
) -> OrderView:
    """A second person has sent the money to the enterprise's account, with the bank's number; or drops the request.

    What came above the bill goes first. Sending twice sends once. Locks the order, then the ledger. Raises NotAllowed,
    RefundNotFound, RefundNeedsAnother, RefundSettled, InvalidInput, RefundTooMuch when meetings were held meanwhile.
    """
    people.require_role(actor, *FINANCE_ROLES)
    number = "".join(bank_reference.split())
    with transaction.atomic():
        found = Refund.objects.filter(uuid=refund_uuid).select_related("order").first()
        if found is None or not actor.scope.has_region(found.order.region):
            raise RefundNotFound
        people.require_role(actor, *FINANCE_ROLES, region=found.order.region)
        order = locked_order(actor, found.order.uuid, by_member=False)
        refund = Refund.objects.select_for_update().get(pk=found.pk)
        if refund.state == "sent" and refund.bank_reference == number:
            return order_view(order.pk, on=local_date(now))
        if refund.state != "asked":
            raise RefundSettled
        if is_dropped:
            refund.state = "dropped"
            refund.save(update_fields=["state"])
        else:
            if actor.person_id is None or actor.person_id == refund.asked_by_id:
                raise RefundNeedsAnother
            if not 4 <= len(number) <= 64:
                raise InvalidInput(what="银行的汇款流水号要写，4 到 64 位")
            if refund.amount_fen > returnable_fen(order):
                raise RefundTooMuch(left=yuan(returnable_fen(order)))
            above = min(refund.amount_fen, order.excess_fen)
            clearing = payments.clearing_account("transfer")
            move(
                [
                    (excess_account(order.pk), clearing, above),
                    (held_account(order.pk), clearing, refund.amount_fen - above),
                ],
                key=f"demand:refund:{refund.pk}",
                now=now,
            )
            order.excess_fen -= above
            order.returned_fen += refund.amount_fen - above
            order.save(update_fields=["excess_fen", "returned_fen"])
            refund.state, refund.from_excess_fen, refund.bank_reference = "sent", above, number
            refund.sent_by_id, refund.sent_at = actor.person_id, now
            refund.save(update_fields=["state", "from_excess_fen", "bank_reference", "sent_by", "sent_at"])
            record_event(EnterpriseRefunded(order.pk, order.region, refund.amount_fen), region=order.region, now=now)
            tell_members(order, f"已退回 {yuan(refund.amount_fen)} 元", key=f"refund:{refund.pk}", now=now)
        record_deed(
            actor=actor,
            verb="send_refund",
            object_kind="order",
            object_id=order.pk,
            now=now,
            region=order.region,
            detail={"state": refund.state, "amount_fen": refund.amount_fen},
        )
        return order_view(order.pk, on=local_date(now))
