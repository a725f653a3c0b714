"""Reads of payments."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from xueqiao.domains.payments.errors.bills import BillNotFound, PayLinkGone, UnknownGateway
from xueqiao.domains.payments.models import Bill, GatewaySecret, Payment, Refund
from xueqiao.domains.payments.ports import PaymentGateway, PaysInside, payer_lookups, payment_gateways
from xueqiao.domains.payments.values.bills import BillView, PayLinkView, PaymentView, RefundView, Share
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.scope import Scope

DESK_ROLES = ("centre_clerk", "county_officer", "city_officer", "province_officer")


def bill_view(bill: Bill) -> BillView:
    """Return the value of a loaded bill; one query for its shares unless they were prefetched."""
    return BillView(
        id=bill.pk,
        uuid=bill.uuid,
        code=bill.code,
        payer_id=bill.payer_id,
        beneficiary_id=bill.beneficiary_id,
        institution_id=bill.institution_id,
        region=bill.region,
        purpose=bill.purpose,
        purpose_id=bill.purpose_id,
        subject=bill.subject,
        amount_fen=bill.amount_fen,
        to_pay_fen=bill.to_pay_fen,
        paid_fen=bill.paid_fen,
        refunded_fen=bill.refunded_fen,
        state=bill.state,
        due_at=bill.due_at,
        paid_at=bill.paid_at,
        shares=tuple(
            Share(s.payer_kind, s.amount_fen, s.source_id, s.released_fen, s.returned_fen)
            for s in sorted(bill.shares.all(), key=lambda s: s.pk)
        ),
    )


def payment_view(payment: Payment) -> PaymentView:
    return PaymentView(
        uuid=payment.uuid,
        bill_uuid=payment.bill.uuid,
        order_code=payment.order_code,
        gateway=payment.gateway,
        method=payment.method,
        amount_fen=payment.amount_fen,
        subject=payment.bill.subject,
        state=payment.state,
        started_at=payment.started_at,
    )


def refund_view(refund: Refund) -> RefundView:
    return RefundView(
        uuid=refund.uuid,
        bill_uuid=refund.bill.uuid,
        amount_fen=refund.amount_fen,
        reason=refund.reason,
        rule=refund.rule,
        state=refund.state,
        asked_at=refund.asked_at,
        has_cash=refund.payment.method == "cash",
    )


def find_bill_for(*, purpose: str, purpose_id: int) -> BillView | None:
    """The bill made for one thing, or None. For the domain that made it; no permission is checked."""
    bill = (
        Bill.objects.within(Scope.everything("the domain that made the bill asks for it"))
        .prefetch_related("shares")
        .filter(purpose=purpose, purpose_id=purpose_id)
        .first()
    )
    return bill_view(bill) if bill else None


def find_bills_for(*, purpose: str, purpose_ids: Iterable[int]) -> dict[int, BillView]:
    """Bills by purpose id, for the domain that made them; no permission is checked. At most 500 ids."""
    ids = list(purpose_ids)[:500]
    bills = (
        Bill.objects.within(Scope.everything("the domain that made the bills asks for them"))
        .prefetch_related("shares")
        .filter(purpose=purpose, purpose_id__in=ids)
    )
    return {bill.purpose_id: bill_view(bill) for bill in bills}


def access_bill(*, actor: Actor, bill_uuid: UUID) -> BillView:
    """The bill, for its payer, its beneficiary, those who act for them, and desk staff of its unit.

    Raises BillNotFound for everybody else: that a bill exists is itself personal.
    """
    bill = (
        Bill.objects.within(Scope.everything("permission is checked on the row below"))
        .prefetch_related("shares")
        .filter(uuid=bill_uuid)
        .first()
    )
    if bill is None or not may_see_bill(actor, bill):
        raise BillNotFound
    return bill_view(bill)


def may_see_bill(actor: Actor, bill: Bill) -> bool:
    """True for payer, beneficiary, those who act for them, desk staff of the bill's unit, and the platform."""
    if actor.scope.everything_because:
        return True
    if not actor.scope.person_ids.isdisjoint({bill.payer_id, bill.beneficiary_id}):
        return True
    return actor.has_role(*DESK_ROLES) and actor.scope.has_region(bill.region)


def bill_by_link(*, token: str, now: datetime) -> PayLinkView:
    """What a relative sees who opened a pay link. Raises PayLinkGone for an unknown token."""
    bill = (
        Bill.objects.within(Scope.everything("the secret of the link is the permission"))
        .select_related("beneficiary")
        .filter(pay_link_hash=hashlib.sha256(token.encode()).digest())
        .first()
    )
    if bill is None:
        raise PayLinkGone
    return PayLinkView(
        bill_uuid=bill.uuid,
        subject=bill.subject,
        beneficiary_masked=people.mask_name(bill.beneficiary.name),
        to_pay_fen=bill.to_pay_fen,
        state="expired" if bill.state == "due" and bill.due_at < now else bill.state,
        due_at=bill.due_at,
    )


def get_payment(payment_uuid: UUID) -> PaymentView:
    """One attempt, for the rehearsal cashier, whose address is known only to the one who started it.

    Raises BillNotFound.
    """
    payment = Payment.objects.select_related("bill").filter(uuid=payment_uuid).first()
    if payment is None:
        raise BillNotFound
    return payment_view(payment)


def refunds_of(bill_id: int) -> list[RefundView]:
    """Refunds of one bill, oldest first, at most 50. For callers that may see the bill."""
    rows = Refund.objects.select_related("bill", "payment").filter(bill_id=bill_id).order_by("pk")[:50]
    return [refund_view(row) for row in rows]


def find_refund(key: str) -> RefundView | None:
    """The refund of one cause, or None. For the domain that asked for it."""
    row = Refund.objects.select_related("bill", "payment").filter(key=key).first()
    return None if row is None else refund_view(row)


def access_cash_refunds_waiting(*, actor: Actor, limit: int = 50) -> list[RefundView]:
    """Cash that a clerk still has to hand over, oldest first, in the regions of the actor's desk roles."""
    people.require_role(actor, *DESK_ROLES)
    bills = Bill.objects.within(Scope(ranges=actor.scope.ranges, everything_because=actor.scope.everything_because))
    rows = (
        Refund.objects.select_related("bill", "payment")
        .filter(state="asked", payment__method="cash", bill__in=bills)
        .order_by("asked_at")[:limit]
    )
    return [refund_view(row) for row in rows]


def open_gateways() -> list[PaymentGateway]:
    """Gateways a payer can choose online, in the order they were plugged in."""
    return [gateway for gateway in payment_gateways.use().values() if gateway.methods]


def gateway_named(name: str) -> PaymentGateway:
    """The plugged gateway of that name. Raises UnknownGateway."""
    gateway = payment_gateways.use().get(name)
    if gateway is None:
        raise UnknownGateway
    return gateway


def pays_inside(gateway: PaymentGateway) -> bool:
    """True when payers can pay it inside the company's own app: it can, and the company tells us who they are."""
    return isinstance(gateway, PaysInside) and gateway.name in payer_lookups.use()


def authorise_address(*, payment_uuid: UUID, back: str, state: str) -> str:
    """Where the browser of an attempt inside an app goes so that the company says who pays.

    back: a path of ours. state: what shows on the way back that this browser was sent. Raises BillNotFound or
    UnknownGateway.
    """
    payment = get_payment(payment_uuid)
    lookup = payer_lookups.use().get(payment.gateway)
    if lookup is None:
        raise UnknownGateway
    return lookup.authorise_address(payment_uuid=payment_uuid, back=back, state=state)


def find_gateway_secret(gateway: str) -> bytes | None:
    """The sealed key material of a gateway, or None."""
    row = GatewaySecret.objects.filter(gateway=gateway).first()
    return bytes(row.sealed) if row else None
