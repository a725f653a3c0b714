import pytest

from tests.domains.payments.paying import TO_PAY, begin, books, owed
from xueqiao.domains.payments.actions.collect_payment import collect_payment
from xueqiao.domains.payments.models import Payment
from xueqiao.foundation.audit.models import AuditEntry
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.outbox.models import OutboxEvent

pytestmark = pytest.mark.django_db


def test_books_facts_and_deeds_are_written_together():
    case = owed()
    payment = begin(case)
    collect_payment(payment, reference="42", is_late=False, actor=Actor.system("test"), now=case.now)
    assert Payment.objects.get().state == "succeeded"
    assert books()[f"bill:{case.bill.id}:held"] == case.bill.amount_fen
    fact = OutboxEvent.objects.get(name="payments.BillPaid")
    assert (fact.payload["amount_fen"], fact.payload["is_late"]) == (TO_PAY, False)
    assert AuditEntry.objects.get(verb="collect_payment").authority == "job:test"
