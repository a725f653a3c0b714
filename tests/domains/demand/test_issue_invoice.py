import pytest

from tests.domains.demand.ordering import CODE, DUE, FIRM, demand_trace, ordering
from tests.worlds.small_county import OTHER_COUNTY, TODAY, on_duty
from xueqiao.domains.demand import api as demand
from xueqiao.domains.people import api as people
from xueqiao.foundation.outbox.models import OutboxEvent as Event
from xueqiao.foundation.reasons import NotAllowed

pytestmark = pytest.mark.django_db
NUMBER = "26322000000012345678"


@pytest.fixture
def case():
    return ordering()


def asked(case, **wanted):
    order = case.paid(**wanted)
    return demand.ask_invoice(actor=case.member, order_uuid=order.uuid, title=FIRM, tax_number=CODE, now=case.now)


def issue(case, order, number=NUMBER, actor=None):
    return demand.issue_invoice(actor=actor or case.officer, order_uuid=order.uuid, number=number, now=case.now)


def test_its_number_is_written_down_once_and_the_firm_hears(case):
    order = asked(case)
    for _ in range(2):
        done = issue(case, order)
    assert (done.invoice.state, done.invoice.number, done.invoice.issued_on) == ("issued", NUMBER, TODAY)
    assert done.invoice.amount_fen == DUE
    assert Event.objects.filter(name="demand.InvoiceIssued").count() == 1
    assert any(NUMBER in notice.text for notice in people.notices_of(case.member))


def test_what_is_refused_moves_nothing(case):
    order, other = asked(case), asked(case, request_key="form 2")
    issue(case, other)
    before = demand_trace()
    with pytest.raises(demand.BadOrder):
        issue(case, order, "12")
    with pytest.raises(demand.BadOrder):
        issue(case, order, NUMBER)
    with pytest.raises(demand.InvoiceNotFound):
        issue(case, other, "12345678")
    with pytest.raises(demand.InvoiceNotFound):
        issue(case, case.fresh(case.accepted(request_key="form 3")))
    with pytest.raises(NotAllowed):
        issue(case, order, actor=case.clerk)
    with pytest.raises(demand.OrderNotFound):
        issue(case, order, actor=on_duty(case.world.other_officer, "county_officer", OTHER_COUNTY))
    assert demand_trace()[-1] == before[-1]


def test_it_is_for_what_stayed(case):
    order = asked(case)
    asked_back = demand.ask_refund(
        actor=case.clerk, order_uuid=order.uuid, amount_fen=DUE, reason="不办了", now=case.now
    )
    demand.send_refund(actor=case.officer, refund_uuid=asked_back.refunds[0].uuid, bank_reference="OUT1", now=case.now)
    with pytest.raises(demand.NothingToInvoice):
        issue(case, order)
