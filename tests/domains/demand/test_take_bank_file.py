import pytest
from django.db import IntegrityError, transaction

from tests.domains.demand.ordering import ACCOUNT, DUE, FIRM, HEADING, demand_trace, money_of, ordering, row_of
from tests.domains.payments.paying import ALL
from tests.worlds.small_county import COUNTY, HEDE, OTHER_COUNTY, on_duty
from xueqiao.domains.demand import api as demand
from xueqiao.domains.demand.models import BankLine
from xueqiao.domains.people import api as people
from xueqiao.foundation.outbox.models import OutboxEvent as Event
from xueqiao.foundation.reasons import InvalidInput, NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return ordering()


def test_a_transfer_that_names_its_bill_pays_it_once_whatever_file_brings_it(case):
    order = case.accepted()
    done = case.bank(("N1", "员工个人", "11520.00", f"培训费{order.code}"))
    assert (done.taken, done.known, done.counts) == (1, 0, {"exact": 1})
    before = demand_trace()
    again = case.bank(("N1", "员工个人", "11520.00", f"培训费{order.code}"))
    assert (again.taken, again.known) == (0, 1)
    assert demand_trace() == before
    assert case.fresh(order).left_fen == 0
    assert money_of(order) == {"held": DUE, "excess": 0, "bank": DUE, "unknown": 0}
    assert Event.objects.filter(name="demand.OrderPaid").count() == 1
    assert any("款已到齐" in notice.text for notice in people.notices_of(case.member))


def test_parts_add_up_and_what_is_above_stands_apart(case):
    order = case.accepted()
    case.bank(("N1", FIRM, "520", ""), ("N2", FIRM, "1000.00", order.code))
    assert case.fresh(order).left_fen == 1_000_000
    done = case.bank(("N3", FIRM, "10000.07", ""))
    assert done.counts == {"surplus": 1}
    assert money_of(order) == {"held": DUE, "excess": 7, "bank": DUE + 7, "unknown": 0}
    case.bank(("N4", FIRM, "5", order.code))
    assert money_of(order)["excess"] == 507
    assert list(BankLine.objects.order_by("pk").values_list("kind", "counted_fen")) == [
        ("partial", 52_000),
        ("partial", 100_000),
        ("surplus", 1_000_000),
        ("surplus", 0),
    ]


def test_money_nobody_can_place_waits_apart(case):
    order = case.accepted()
    done = case.bank(("N1", "不认识的公司", "88", "货款"))
    assert done.counts == {"unknown": 1}
    assert money_of(order) == {"held": 0, "excess": 0, "bank": 8_800, "unknown": 8_800}
    (line,) = demand.access_bank_lines(actor=case.officer, state="waiting")
    assert (line.payer, line.order_code) == ("不认识的公司", "")


def test_all_or_nothing_when_a_line_is_broken_or_a_known_number_has_another_amount(case):
    order = case.accepted()
    case.bank(("N1", FIRM, "100", order.code))
    before = demand_trace()
    with pytest.raises(demand.BankFileBroken):
        case.bank(("N2", FIRM, "100", order.code), ("N3", FIRM, "viel", order.code))
    with pytest.raises(demand.BankLineChanged):
        case.bank(("N2", FIRM, "100", order.code), ("N1", FIRM, "200", order.code))
    with pytest.raises(InvalidInput):
        case.bank(("N2", FIRM, "100", order.code), account="12-34")
    assert demand_trace() == before


def test_the_file_may_be_in_the_banks_own_encoding_and_numbers_are_of_one_account(case):
    order = case.accepted()
    content = f"{HEADING}\nN1,2026-03-05,{FIRM},1,{order.code}".encode("gb18030")
    terms = {"actor": case.officer, "region": COUNTY, "now": case.now, "content": content}
    assert demand.take_bank_file(account=ACCOUNT, **terms).counts == {"partial": 1}
    assert demand.take_bank_file(account="8888000011112222", **terms).taken == 1, "another account, another number"
    with pytest.raises(demand.BankFileBroken):
        demand.take_bank_file(account=ACCOUNT, **(terms | {"content": b"\xff\xfe\x00\x81"}))


def test_only_an_officer_and_only_for_orders_of_her_unit(case):
    order = case.accepted()
    before = demand_trace()
    for actor in (case.clerk, case.member):
        with pytest.raises(NotAllowed):
            demand.take_bank_file(actor=actor, account=ACCOUNT, content=b"", region=HEDE, now=case.now)
    assert demand_trace() == before
    case.officer = on_duty(case.world.other_officer, "county_officer", OTHER_COUNTY)
    content = f"{HEADING}\nN1,2026-03-05,{FIRM},1,{order.code}".encode()
    with pytest.raises(NotAllowed):
        demand.take_bank_file(actor=case.officer, account=ACCOUNT, content=content, region=COUNTY, now=case.now)
    done = demand.take_bank_file(
        actor=case.officer, account=ACCOUNT, content=content, region=OTHER_COUNTY, now=case.now
    )
    assert done.counts == {"unknown": 1}, "another county's officer moves no money of this order"
    assert case.fresh(order).received_fen == 0


def test_the_database_takes_a_number_once_and_never_more_than_the_bill(case):
    order = case.paid()
    line = BankLine.objects.get()
    line.pk = None
    with pytest.raises(IntegrityError, match="bank_line_once"), transaction.atomic():
        BankLine.objects.bulk_create([line])
    row = row_of(order)
    with pytest.raises(IntegrityError, match="order_amounts"), transaction.atomic():
        type(row).objects.within(ALL).filter(pk=row.pk).update(received_fen=DUE + 1)
