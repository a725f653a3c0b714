"""The daily list against our books: what agrees is settled, what does not is found and named, every single one."""

from collections import Counter
from datetime import timedelta
from uuid import UUID, uuid5

import pytest

from tests.domains.payments.paying import ALL, TO_PAY, begin, books, owed, pay
from tests.worlds.small_county import small_county
from xueqiao.domains.payments import api as payments
from xueqiao.domains.payments.jobs import take_statements
from xueqiao.domains.payments.models import Bill, Difference, Payment, Refund, Statement
from xueqiao.domains.payments.ports import StatementBroken
from xueqiao.domains.payments.rules.reconciliation import differences_of
from xueqiao.domains.payments.values.reconciliation import OurLine, TheirLine
from xueqiao.foundation import clock
from xueqiao.foundation.audit.api import Actor
from xueqiao.gateways.payments import rehearsal
from xueqiao.gateways.payments.models import RehearsalRefund, RehearsalTrade

pytestmark = pytest.mark.django_db
NAMES = UUID("00000000-0000-0000-0000-0000000000aa")


def tomorrow(case):
    return case.now + timedelta(hours=17)


def take(case, now=None):
    return payments.take_statement(gateway="rehearsal", day=clock.local_date(case.now), now=now or tomorrow(case))


def pay_there_and_here(case):
    """A payment the far side's book knows of, because its cashier made the message."""
    payment = begin(case)
    for message in payments.rehearse_callback(payment_uuid=payment.uuid, choice="pay", now=case.now):
        payments.take_callback(gateway="rehearsal", headers=message.headers, body=message.body, now=case.now)
    return payment


def found():
    rows = Difference.objects.within(ALL).order_by("pk")
    return [(row.kind, row.line_kind, row.key) for row in rows]


def test_a_list_that_agrees_moves_the_money_to_the_bank(deliver_due):
    case = owed()
    pay_there_and_here(case)
    assert books()["gateway:rehearsal:clearing"] == -TO_PAY
    assert take(case) == 0
    assert Statement.objects.get().state == "settled"
    assert books() == {
        "bank:rehearsal": -TO_PAY,
        "payer:government": -12000,
        f"bill:{case.bill.id}:held": 36000,
    }


def test_a_refund_is_on_the_list_and_nets_out(deliver_due):
    case = owed()
    pay_there_and_here(case)
    deliver_due(case.now)
    payments.refund_bill(
        actor=Actor.system("test"),
        bill_id=case.bill.id,
        learner_amount_fen=10000,
        key="x",
        reason="退课",
        rule="规则",
        now=case.now,
    )
    deliver_due(case.now)
    assert Refund.objects.get().state == "done"
    assert take(case) == 0
    assert books()["bank:rehearsal"] == -(TO_PAY - 10000)
    assert "gateway:rehearsal:clearing" not in books()


def test_a_day_is_taken_once():
    case = owed()
    pay(case)
    assert take(case) == 1
    RehearsalTrade.objects.all().delete()
    assert take(case) == 1
    assert Statement.objects.count() == 1


def test_with_a_difference_the_money_stays_where_it_is():
    case = owed()
    payment = begin(case)
    payments.rehearse_callback(payment_uuid=payment.uuid, choice="lost", now=case.now)
    before = books()
    assert take(case) == 1
    row = Difference.objects.within(ALL).get()
    assert (row.kind, row.order_code, row.ours_state, row.theirs_state) == (
        "state",
        payment.order_code,
        "started",
        "SUCCESS",
    )
    assert row.region == case.fresh().region
    assert Statement.objects.get().state == "open"
    assert books() == before


def test_a_broken_list_writes_nothing(monkeypatch):
    case = owed()
    pay(case)
    real = rehearsal.write_trade_bill
    monkeypatch.setattr(
        rehearsal, "write_trade_bill", lambda *args, **kwargs: real(*args, **kwargs).replace("`0,", "`9,", 1)
    )
    with pytest.raises(StatementBroken):
        take(case)
    assert not Statement.objects.exists()
    take_statements(now=tomorrow(case))
    assert not Statement.objects.filter(day=clock.local_date(case.now)).exists()


def test_what_came_on_the_next_list_closes_by_itself_and_settles():
    """Counted here on the 4th, on the company's list of the 5th: both days settle, nobody had to look."""
    case = owed()
    payment = pay_there_and_here(case)
    RehearsalTrade.objects.update(paid_at=case.now + timedelta(days=1))
    assert take(case) == 1
    assert found() == [("missing_there", "payment", payment.order_code)]
    day = clock.local_date(case.now) + timedelta(days=1)
    assert payments.take_statement(gateway="rehearsal", day=day, now=tomorrow(case) + timedelta(days=1)) == 0
    row = Difference.objects.within(ALL).get()
    assert (row.resolution != "", row.resolved_by_id) == (True, None)
    assert set(Statement.objects.values_list("state", flat=True)) == {"settled"}
    assert "gateway:rehearsal:clearing" not in books()


def test_what_an_earlier_list_had_is_not_missing():
    """On the company's list of the 3rd, counted here on the 4th (its message came after midnight)."""
    case = owed()
    pay_there_and_here(case)
    RehearsalTrade.objects.update(paid_at=case.now - timedelta(days=1))
    yesterday = clock.local_date(case.now) - timedelta(days=1)
    assert payments.take_statement(gateway="rehearsal", day=yesterday, now=tomorrow(case)) == 0
    assert take(case) == 0
    assert found() == []


def test_the_job_takes_three_days_and_waits_for_a_gateway_that_is_down():
    case = owed()
    pay_there_and_here(case)
    payments.rehearse_callback(payment_uuid=Payment.objects.get().uuid, choice="down", now=tomorrow(case))
    take_statements(now=tomorrow(case))
    assert not Statement.objects.exists()
    take_statements(now=tomorrow(case) + timedelta(hours=1))
    assert Statement.objects.count() == 3


def many_orders(world, count):
    """Paid bills with their far side's trades, and for every third one a refund that went back."""
    span = range(count)
    bills = Bill.objects.bulk_create(
        Bill(
            code=f"R{n:06d}",
            payer=world.rider,
            beneficiary=world.rider,
            institution=world.centre,
            region=world.centre.region,
            purpose="drill",
            purpose_id=n,
            subject="课",
            amount_fen=1000 + n,
            to_pay_fen=1000 + n,
            paid_fen=1000 + n,
            state="paid",
            made_at=world.now,
            due_at=world.now,
        )
        for n in span
    )
    paid = Payment.objects.bulk_create(
        Payment(
            bill=bills[n],
            order_code=f"R{n:06d}-1",
            gateway="rehearsal",
            method="wechat",
            gateway_reference=f"42{n}",
            amount_fen=1000 + n,
            state="succeeded",
            started_at=world.now,
            settled_at=world.now,
        )
        for n in span
    )
    trades = [
        RehearsalTrade(
            order_code=p.order_code,
            amount_fen=p.amount_fen,
            state="SUCCESS",
            reference=p.gateway_reference,
            paid_at=world.now,
        )
        for p in paid
    ]
    refunds = [
        Refund(
            uuid=uuid5(NAMES, p.order_code),
            key=f"r{p.pk}",
            bill_id=p.bill_id,
            payment=p,
            amount_fen=7,
            reason="退课",
            rule="规则",
            state="done",
            asked_at=world.now,
            done_at=world.now,
        )
        for p in paid[::3]
    ]
    Refund.objects.bulk_create(refunds)
    back = [
        RehearsalRefund(
            refund_code=r.uuid.hex,
            order_code=r.payment.order_code,
            reference=r.payment.gateway_reference,
            amount_fen=7,
            done_at=world.now,
        )
        for r in refunds
    ]
    return paid, trades, refunds, back


def test_a_thousand_planted_differences_are_a_thousand_found_and_named(monkeypatch, capsys):
    """Two hundred of each kind among 1,500 payments and 500 refunds that mostly agree."""
    world = small_county()
    paid, trades, refunds, back = many_orders(world, 1500)
    planted = set()
    for n in range(200):
        planted.add(("missing_there", "payment", trades[n].order_code))
    gone = {trades[n].order_code for n in range(200)}
    for n in range(200, 400):
        trades[n].amount_fen += 1 if n % 2 else -1
        planted.add(("amount", "payment", trades[n].order_code))
    for n in range(400, 500):
        trades[n].reference = f"43{n}"
        planted.add(("reference", "payment", trades[n].order_code))
    for n in range(500, 650):
        planted.add(("state", "payment", paid[n].order_code))
        Payment.objects.filter(pk=paid[n].pk).update(state="failed")
    for n in range(650, 700):
        planted.add(("missing_here", "payment", f"X{n}-1"))
        trades.append(
            RehearsalTrade(order_code=f"X{n}-1", amount_fen=5, state="SUCCESS", reference=f"X{n}", paid_at=world.now)
        )
    for n in range(300, 400):
        planted.add(("missing_there", "refund", back[n].refund_code))
    lost = {back[n].refund_code for n in range(300, 400)}
    for n in range(400, 450):
        back[n].amount_fen += 3
        planted.add(("amount", "refund", back[n].refund_code))
    for n in range(450, 500):
        planted.add(("missing_here", "refund", back[n].refund_code))
        Refund.objects.filter(pk=refunds[n].pk).delete()
    RehearsalTrade.objects.bulk_create(trade for trade in trades if trade.order_code not in gone)
    RehearsalRefund.objects.bulk_create(row for row in back if row.refund_code not in lost)
    real = rehearsal.book.lines_of

    def with_doubles(day):
        lines = real(day)
        return lines + [line for line in lines if line.order_code in doubled and line.kind == "payment"]

    doubled = {trades[n].order_code for n in range(1000, 1100)}
    planted |= {("double", "payment", code) for code in doubled}
    monkeypatch.setattr(rehearsal.book, "lines_of", with_doubles)
    assert len(planted) == 1000
    count = payments.take_statement(
        gateway="rehearsal", day=clock.local_date(world.now), now=world.now + timedelta(hours=17)
    )
    assert count == 1000
    assert set(found()) == planted
    assert Statement.objects.get().state == "open"
    with capsys.disabled():
        kinds = Counter(f"{kind} {line}" for kind, line, _ in found())
        print(f"\n1000 planted, {count} found and named: {dict(sorted(kinds.items()))}")


def ours(key="A", **changes):
    parts = {"kind": "payment", "key": key, "order_code": key, "reference": "1", "amount_fen": 5, "state": "succeeded"}
    return OurLine(**(parts | {"is_counted": True, "is_of_day": True, "region": 1} | changes))


def theirs(key="A", **changes):
    parts = {"kind": "payment", "key": key, "order_code": key, "reference": "1", "amount_fen": 5, "state": "SUCCESS"}
    return TheirLine(**(parts | changes))


@pytest.mark.parametrize(
    ("listed", "mine", "kinds"),
    [
        ([theirs()], [ours()], []),
        ([], [], []),
        ([theirs()], [], ["missing_here"]),
        ([], [ours()], ["missing_there"]),
        ([], [ours(is_of_day=False)], []),
        ([], [ours(is_counted=False)], []),
        ([theirs(amount_fen=6)], [ours()], ["amount"]),
        ([theirs(reference="2")], [ours()], ["reference"]),
        ([theirs(state="PROCESSING")], [ours()], ["state"]),
        ([theirs()], [ours(is_counted=False, state="failed", reference="")], ["state"]),
        ([theirs(state="PROCESSING")], [ours(is_counted=False, state="asked")], []),
        ([theirs(), theirs()], [ours()], ["double"]),
        ([theirs(), theirs()], [], ["double", "missing_here"]),
        ([theirs(amount_fen=6, reference="2")], [ours()], ["amount", "reference"]),
        ([theirs(kind="refund")], [ours()], ["missing_here", "missing_there"]),
        ([theirs("B")], [ours("A")], ["missing_here", "missing_there"]),
    ],
)
def test_every_way_to_disagree_has_a_name(listed, mine, kinds):
    assert [each.kind for each in differences_of(listed, mine)] == kinds
