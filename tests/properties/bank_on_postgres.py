"""The bank's machine on PostgreSQL: the real actions, and the tables asked what they say of themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, ClassVar
from uuid import UUID

from django.db import DatabaseError, connection, transaction

from tests.domains.credits.completed import EVERYTHING
from tests.domains.payments.paying import send, signed
from tests.properties.bank_machine import BankMachine
from tests.properties.bank_tables import BACK_TWICE, DEEDS, ORDERS, PAIRS, PARTS, ZERO, balances_now, rows
from tests.properties.test_paid_seats import deliver_in_place
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.models import CreditExpiry
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.payments import api as payments
from xueqiao.domains.payments.models import Payment
from xueqiao.foundation.ledger import api as ledger
from xueqiao.foundation.reasons import Refused


class BankOnPostgres(BankMachine):
    """Every deed in a savepoint; a walk is rolled back at its end."""

    bank = credit_bank
    counted: ClassVar[Counter[tuple[str, str]]] = Counter()

    @classmethod
    @contextmanager
    def forgotten(cls) -> Iterator[None]:
        with transaction.atomic():
            try:
                yield
            finally:
                transaction.set_rollback(True)

    def all_or_nothing(self) -> Any:
        return transaction.atomic()

    def balances(self, unit: str, names: Sequence[str]) -> dict[str, tuple[int, int]]:
        return balances_now(unit, names)

    def expiry_of(self, claim: Any) -> UUID:
        uuid: UUID = CreditExpiry.objects.within(EVERYTHING).get(claim=claim.pk).uuid
        return uuid

    def expire_held(self) -> int:
        return len(ledger.expire_held(now=self.now))

    def deliver(self) -> None:
        while deliver_in_place(self.now):
            pass

    def paid_order(self, person: int, *, told: int, leaves: bool) -> str:
        now, actor = self.now, self.ground.actors[person]
        try:
            with transaction.atomic():
                place = enrolment.hold_seat(
                    actor=actor,
                    run_id=self.ground.run.pk,
                    person_id=self.ground.people[person].pk,
                    request_key=f"form {self.deeds}",
                    channel="web",
                    now=now,
                )
                to_pay = enrolment.quote_for(place=place, now=now).to_pay_fen
                bill = enrolment.bill_seat(actor=actor, place_uuid=place.uuid, agreed_fen=to_pay, now=now)
                start = payments.start_payment(actor=actor, bill_uuid=bill.uuid, gateway="rehearsal", now=now)
        except Refused as refusal:
            return refusal.code
        payment = Payment.objects.select_related("bill").get(uuid=start.payment_uuid)
        message = signed(payment, now)
        self.captured += payment.amount_fen * sum(send(message, now) == "applied" for _ in range(told))
        self.deliver()  # the seat that was paid for is hers
        with suppress(Refused), transaction.atomic():
            if leaves:
                enrolment.withdraw(actor=actor, place_uuid=place.uuid, now=now)
                return "left"
        return "done"

    def orders_add_up(self) -> None:
        assert not rows(ORDERS), "I9: an order is not the sum of its shares, or its money is not where they say"
        ((kept,),) = rows("SELECT coalesce(sum(paid_fen), 0) FROM payments_bill")
        assert kept == self.captured, f"I9: captured {self.captured}, kept {kept}"

    def tables_agree(self) -> None:
        assert not rows(ZERO), "I1: a unit's balances do not add up to zero"
        assert not rows(BACK_TWICE), "I6: more came back than was moved"
        assert not rows(PAIRS), "I7: a conversion took something else than its outcomes gave"
        assert not rows(PARTS), "I7: an outcome's row says something else than its uses in force"
        assert not rows(DEEDS), "I7: a row says what no transfer did"

    def history_agrees(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        ledger.seal_new_transfers(now=self.now)
        verdict = ledger.verify_ledger()
        assert verdict.wrong is None and verdict.unsealed_transfers == 0, verdict
        assert credit_bank.replay_recognitions().is_sound
        if rows("SELECT FROM ledger_postingrow LIMIT 1"):
            for statement in ("UPDATE ledger_postingrow SET amount = amount + 1", "DELETE FROM ledger_postingrow"):
                self._is_refused(statement)

    @staticmethod
    def _is_refused(statement: str) -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
        except DatabaseError:
            return
        raise AssertionError("I2: a posting was changed")
