import pytest
from django.db import IntegrityError, transaction

from tests.domains.demand.ordering import DUE, FIRM, demand_trace, money_of, ordering
from tests.worlds.small_county import COUNTY, OTHER_COUNTY, on_duty
from xueqiao.domains.classes import api as classes
from xueqiao.domains.demand import api as demand
from xueqiao.domains.demand.models import Refund
from xueqiao.domains.people import api as people
from xueqiao.foundation.outbox.models import OutboxEvent as Event
from xueqiao.foundation.reasons import InvalidInput, NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return ordering()


def asked(case, order, amount=DUE):
    return demand.ask_refund(
        actor=case.clerk, order_uuid=order.uuid, amount_fen=amount, reason="企业停产", now=case.now
    ).refunds[-1]


def send(case, refund, actor=None, number="OUT001", **more):
    return demand.send_refund(
        actor=actor or case.officer, refund_uuid=refund.uuid, bank_reference=number, now=case.now, **more
    )


def test_a_second_person_sends_it_once_to_the_firms_account_the_surplus_first(case):
    order = case.paid()
    case.bank(("N2", FIRM, "3", order.code))
    refund = asked(case, order, 1_000)
    for _ in range(2):
        done = send(case, refund)
    assert (done.returned_fen, done.excess_fen) == (700, 0)
    assert money_of(order) == {"held": DUE - 700, "excess": 0, "bank": DUE - 700, "unknown": 0}
    assert done.refunds[0].bank_reference == "OUT001"
    assert Event.objects.filter(name="demand.EnterpriseRefunded").count() == 1
    assert any("已退回 10 元" in notice.text for notice in people.notices_of(case.member))


def test_never_by_who_asked_nor_without_the_banks_number_nor_from_another_county(case):
    order = case.paid()
    refund = asked(case, order)
    before = demand_trace()
    for actor, refusal in (
        (case.clerk, NotAllowed),
        (on_duty(case.world.clerk, "county_officer", COUNTY), demand.RefundNeedsAnother),
        (on_duty(case.world.other_officer, "county_officer", OTHER_COUNTY), demand.RefundNotFound),
        (case.member, NotAllowed),
    ):
        with pytest.raises(refusal):
            send(case, refund, actor)
    with pytest.raises(InvalidInput):
        send(case, refund, number="")
    assert demand_trace() == before
    with pytest.raises(IntegrityError, match="sent_by_another"), transaction.atomic():
        row = Refund.objects.get()
        Refund.objects.update(state="sent", sent_by=row.asked_by_id, sent_at=case.now, bank_reference="x")


def test_meetings_held_meanwhile_are_not_sent_back(case, deliver_due):
    order = case.paid()
    refund = asked(case, order)
    run, sessions, _ = case.run()
    case.give(order, run)
    classes.mark_session_held(actor=case.clerk, session_id=sessions[0].pk, now=sessions[0].ends_at)
    deliver_due(sessions[0].ends_at)
    before = demand_trace()
    with pytest.raises(demand.RefundTooMuch):
        send(case, refund)
    assert demand_trace() == before
    assert send(case, refund, is_dropped=True).refunds[0].state == "dropped"
    with pytest.raises(demand.RefundSettled):
        send(case, refund)
    assert asked(case, order, DUE - DUE // 8).state == "asked"
