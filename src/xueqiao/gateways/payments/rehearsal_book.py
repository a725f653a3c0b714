"""The far side's book of the rehearsal: trades, refunds, and whether it plays dead."""

from datetime import date, datetime, timedelta

from xueqiao.domains.payments.ports import PaymentOrder, RefundOrder, StatementLine
from xueqiao.foundation import clock
from xueqiao.gateways.payments.models import RehearsalMood, RehearsalRefund, RehearsalTrade


def open_trade(order: PaymentOrder) -> None:
    """Write the order down; the same order again is no second one."""
    RehearsalTrade.objects.get_or_create(order_code=order.order_code, defaults={"amount_fen": order.amount_fen})


def find_trade(order_code: str) -> RehearsalTrade | None:
    return RehearsalTrade.objects.filter(order_code=order_code).first()


def pay_trade(order: PaymentOrder, *, reference: str, now: datetime) -> None:
    """The payer has paid; a second time changes nothing."""
    open_trade(order)
    RehearsalTrade.objects.filter(order_code=order.order_code).exclude(state="SUCCESS").update(
        state="SUCCESS", reference=reference, paid_at=now
    )


def close_trade(order_code: str) -> None:
    """No money is taken any more, unless it was already."""
    RehearsalTrade.objects.filter(order_code=order_code, state="NOTPAY").update(state="CLOSED")


def keep_refund(order: RefundOrder, *, now: datetime) -> None:
    """Money went back; the same number again changes nothing."""
    RehearsalRefund.objects.get_or_create(
        refund_code=order.refund_uuid.hex,
        defaults={
            "order_code": order.order_code,
            "reference": order.gateway_reference,
            "amount_fen": order.amount_fen,
            "done_at": now,
        },
    )


def lines_of(day: date) -> list[StatementLine]:
    """What the daily file of `day` (in the region's time) would list."""
    begin = clock.at_local(day, 0)
    span = (begin, begin + timedelta(days=1) - timedelta(microseconds=1))
    paid = RehearsalTrade.objects.filter(state="SUCCESS", paid_at__range=span).order_by("paid_at", "pk")
    back = RehearsalRefund.objects.filter(done_at__range=span).order_by("done_at", "pk")
    return [
        StatementLine("payment", t.order_code, "", t.reference, t.amount_fen, 0, "SUCCESS", t.paid_at or begin)
        for t in paid
    ] + [
        StatementLine("refund", r.order_code, r.refund_code, r.reference, r.amount_fen, 0, "SUCCESS", r.done_at)
        for r in back
    ]


def is_down(now: datetime) -> bool:
    return RehearsalMood.objects.filter(down_until__gt=now).exists()


def go_down(*, until: datetime) -> None:
    """Play dead until a moment; a moment that has passed brings it back."""
    RehearsalMood.objects.update_or_create(id=1, defaults={"down_until": until})
