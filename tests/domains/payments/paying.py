"""Short words for tests of money: a held paid seat, its bill, and messages of the rehearsal gateway."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Sum

from tests.worlds.small_county import SmallCounty, acting, add_run, small_county
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.models import Place, SeatPool
from xueqiao.domains.payments import api as payments
from xueqiao.domains.payments.models import Bill, CallbackReceipt, Payment, Refund
from xueqiao.domains.payments.ports import SignedMessage
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.ledger.api import balances_of, find_unit
from xueqiao.foundation.ledger.models import Account
from xueqiao.foundation.scope import Scope
from xueqiao.gateways.payments import rehearsal

ALL = Scope.everything("test")
PRICE, SUBSIDY = 36000, 12000
TO_PAY = PRICE - SUBSIDY


@dataclass
class Owed:
    """A paid class of one seat, the rider's hold, and its bill."""

    world: SmallCounty
    run: Any
    actor: Actor
    place: enrolment.PlaceView
    bill: payments.BillView

    @property
    def now(self) -> datetime:
        return self.world.now

    def fresh(self) -> Bill:
        return Bill.objects.within(ALL).get(pk=self.bill.id)

    def place_state(self) -> str:
        return Place.objects.within(ALL).get(pk=self.place.id).state

    def pool(self) -> tuple[int, int]:
        row = SeatPool.objects.get(pk=self.run.pk)
        return row.held, row.taken


def owed(world: SmallCounty | None = None, *, capacity: int = 1) -> Owed:
    world = world or small_county()
    run, _, _ = add_run(world, price_fen=PRICE, subsidy_fen=SUBSIDY, capacity=capacity)
    actor = acting(world.rider)
    place = enrolment.hold_seat(
        actor=actor, run_id=run.pk, person_id=world.rider.pk, request_key="paid", channel="web", now=world.now
    )
    bill = enrolment.bill_seat(actor=actor, place_uuid=place.uuid, agreed_fen=TO_PAY, now=world.now)
    return Owed(world, run, actor, place, bill)


def begin(case: Owed, *, method: str = "wechat", now: datetime | None = None) -> Payment:
    start = payments.start_payment(
        actor=case.actor, bill_uuid=case.bill.uuid, gateway="rehearsal", method=method, now=now or case.now
    )
    return Payment.objects.select_related("bill").get(uuid=start.payment_uuid)


def send(message: SignedMessage, now: datetime, *, gateway: str = "rehearsal") -> str:
    return payments.take_callback(gateway=gateway, headers=message.headers, body=message.body, now=now).verdict


def signed(payment: Payment, now: datetime, *, message_id: str = "", **changes: Any) -> SignedMessage:
    """A properly signed message about `payment`, with anything inside it changed."""
    from xueqiao.domains.payments.actions.start_payment import order_of
    from xueqiao.domains.payments.queries.bills import gateway_named

    amount = changes.pop("amount", {})
    transaction = rehearsal._transaction(
        order_of(payment, payment.bill), state="SUCCESS", amount_fen=payment.amount_fen, now=now
    )
    transaction |= changes
    transaction["amount"] = transaction["amount"] | amount
    return rehearsal.sign(gateway_named("rehearsal").keys, transaction, now=now, message_id=message_id)


def pay(case: Owed, *, now: datetime | None = None) -> str:
    moment = now or case.now
    return send(signed(begin(case), moment), moment)


def books() -> dict[str, int]:
    """Every CNY account that is not empty, and what it holds; their sum is checked to be zero."""
    unit = find_unit("CNY")
    if unit is None:
        return {}
    names = list(Account.objects.filter(unit_id=unit.id).values_list("name", flat=True))
    held = {name: balance.posted for name, balance in balances_of("CNY", names).items() if balance.posted}
    assert sum(held.values()) == 0, held
    return held


def money_trace() -> tuple[Any, ...]:
    """All that must not move when a message is refused."""
    return (
        list(Bill.objects.within(ALL).order_by("pk").values("pk", "state", "paid_fen", "refunded_fen", "due_at")),
        list(Payment.objects.order_by("pk").values("pk", "state", "gateway_reference")),
        Refund.objects.aggregate(total=Sum("amount_fen"))["total"],
        books(),
        list(SeatPool.objects.order_by("pk").values()),
    )


def verdicts() -> list[str]:
    return list(CallbackReceipt.objects.order_by("pk").values_list("verdict", flat=True))


def changed(message: SignedMessage, **parts: Any) -> SignedMessage:
    return replace(message, **parts)
