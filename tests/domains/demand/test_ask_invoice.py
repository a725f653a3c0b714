import pytest

from tests.domains.demand.ordering import CODE, DUE, FIRM, demand_trace, ordering
from tests.worlds.small_county import acting
from xueqiao.domains.demand import api as demand

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return ordering()


def ask(case, order, **wanted):
    terms = {"title": FIRM, "tax_number": CODE, "kind": "special"}
    return demand.ask_invoice(actor=case.member, order_uuid=order.uuid, now=case.now, **(terms | wanted))


def test_a_paid_order_is_invoiced_to_its_firm_once(case):
    order = case.paid()
    for _ in range(2):
        done = ask(case, order)
    assert (done.invoice.title, done.invoice.tax_number, done.invoice.amount_fen) == (FIRM, CODE, DUE)
    assert (done.invoice.state, done.invoice.kind) == ("asked", "special")


def test_what_is_refused_leaves_nothing(case):
    unpaid = case.accepted()
    with pytest.raises(demand.NothingToInvoice):
        ask(case, unpaid)
    order = case.paid(request_key="form 2")
    for wrong in ({"title": "x"}, {"tax_number": "123"}, {"kind": "gold"}):
        with pytest.raises(demand.BadOrder):
            ask(case, order, **wrong)
    case.member = acting(case.world.elder)
    with pytest.raises(demand.OrderNotFound):
        ask(case, order)
    assert demand_trace()[-1] == []


def test_another_title_later_is_the_desks_matter(case):
    order = case.paid()
    ask(case, order)
    with pytest.raises(demand.InvoiceAsked):
        ask(case, order, title="另一家公司")
    assert case.fresh(order).invoice.title == FIRM
