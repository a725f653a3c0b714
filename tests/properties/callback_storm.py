"""Sends hostile messages among good ones and checks after each that the order is paid once or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Sum

from tests.domains.payments.paying import ALL, books
from tests.properties.hostile_callbacks import (
    AMOUNT,
    FAILS,
    PAYS,
    REFUSED,
    G,
    Kind,
    good_alipay,
    good_wechat,
    inner,
    parts,
    sides,
)
from tests.worlds.small_county import SmallCounty
from xueqiao.domains.payments import api as payments
from xueqiao.domains.payments.models import Bill, BillShare, CallbackReceipt, Payment, Refund
from xueqiao.domains.payments.ports import SignedMessage
from xueqiao.foundation.ledger.api import balances_of

GOOD = {"rehearsal": good_wechat, "wechat": good_wechat, "alipay": good_alipay}


class Storm:
    """Orders of one town, and what became of them."""

    def __init__(self, world: SmallCounty) -> None:
        self.world, self.now = world, world.now
        self.sides = sides(world.now)
        self.number = 0
        self.messages = 0
        for scheme, number, reference in (
            ("rehearsal", "EV-PAID", "4200PAID"),
            ("wechat", "EV-PAID", "4200PAID"),
            ("alipay", "N-PAID", "2026PAID"),
        ):
            self._pay_the_other_order(scheme, number, reference)

    def order(self, scheme: str) -> Payment:
        """A due bill of 360 yuan, 240 of them the learner's, with one attempt to pay it."""
        self.number += 1
        person = self.world.rider
        bill = Bill.objects.create(
            code=f"B260304{self.number:07d}",
            payer=person,
            beneficiary=person,
            institution=self.world.centre,
            region=self.world.centre.region,
            purpose="drill",
            purpose_id=self.number,
            subject="手机支付与防诈骗",
            amount_fen=36000,
            to_pay_fen=AMOUNT,
            made_at=self.now,
            due_at=self.now + timedelta(days=4),
        )
        BillShare.objects.bulk_create(
            [
                BillShare(bill=bill, payer_kind="government", amount_fen=12000),
                BillShare(bill=bill, payer_kind="learner", amount_fen=AMOUNT),
            ]
        )
        return Payment.objects.create(
            bill=bill,
            order_code=f"{bill.code}-1",
            gateway=scheme,
            method="alipay" if scheme == "alipay" else "wechat",
            amount_fen=AMOUNT,
            started_at=self.now,
        )

    def send(self, scheme: str, message: SignedMessage, at: datetime) -> payments.CallbackVerdict:
        self.messages += 1
        return payments.take_callback(gateway=scheme, headers=message.headers, body=message.body, now=at)

    def run(self, kind: Kind, arrival: Iterable[str]) -> None:
        """One order, one kind, one order of arrival; raises AssertionError when money or an answer is wrong."""
        payment, side = self.order(kind.scheme), self.sides[kind.scheme]
        good = GOOD[kind.scheme](side, payment)
        hostile = kind.make(side, payment)
        is_paid, has_failed = False, False
        for word in arrival:
            if word == G:
                answer = self.send(kind.scheme, good, self.now)
                is_paid = True
                assert answer.status == 200, (kind, arrival, answer.verdict)
            else:
                answer = self.send(kind.scheme, hostile, self.now + kind.shift)
                is_paid = is_paid or kind.effect == PAYS
                has_failed = has_failed or kind.effect == FAILS
                assert (answer.status == 200) == (kind.effect != REFUSED), (kind, arrival, answer.verdict)
            because = (kind.scheme, kind.name, arrival, answer.verdict)
            self.check(payment, is_paid=is_paid, because=because)
            payment.refresh_from_db()
            assert payment.state == ("succeeded" if is_paid else "failed" if has_failed else "started"), because

    def check(self, payment: Payment, *, is_paid: bool, because: Any) -> None:
        """The order is paid once when it is paid, and not at all when not."""
        bill = Bill.objects.within(ALL).get(pk=payment.bill_id)
        assert (bill.state, bill.paid_fen) == (("paid", AMOUNT) if is_paid else ("due", 0)), because
        moved = CallbackReceipt.objects.filter(bill=bill, verdict__in=("late", "returned")).count()
        assert moved == 0, because
        assert not Refund.objects.filter(bill=bill).exists(), because
        held = f"bill:{bill.pk}:held"
        assert balances_of("CNY", [held])[held].posted == (36000 if is_paid else 0), because

    def check_books(self) -> None:
        """Every paid order is on the ledger once, and all sums are zero."""
        held = books()
        for scheme in GOOD:
            paid = Payment.objects.filter(gateway=scheme, state="succeeded").aggregate(sum=Sum("amount_fen"))["sum"]
            assert held.get(f"gateway:{scheme}:clearing", 0) == -paid
        for bill in Bill.objects.within(ALL).filter(purpose="drill"):
            assert held.get(f"bill:{bill.pk}:held", 0) == (36000 if bill.state == "paid" else 0)

    def _pay_the_other_order(self, scheme: str, number: str, reference: str) -> None:
        """An order already paid, whose numbers hostile messages borrow."""
        payment, side = self.order(scheme), self.sides[scheme]
        if scheme == "alipay":
            message = side.sign(parts(side, payment) | {"notify_id": number, "trade_no": reference})
        else:
            said = inner(side, payment) | {"transaction_id": reference}
            message = side.message(said, message_id=number, event="TRANSACTION.SUCCESS")
        assert self.send(scheme, message, self.now).verdict == "applied"
