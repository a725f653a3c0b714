"""Bills of paid places: the rows by COPY, the money through the ledger's own door, so that every refund finds it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection

from xueqiao.domains.payments.api import CNY, SOURCES, account_of_payer, clearing_account, held_account, shares_of
from xueqiao.foundation.clock import local
from xueqiao.foundation.ledger.api import Posting, open_unit, post_transfer
from xueqiao.foundation.parameters.api import parameter_at
from xueqiao.server.demo.copying import catch_up_sequence, copy_rows, next_id
from xueqiao.server.demo.seats import Seat

# The ledger's plans were made for empty tables and would read them whole, more slowly with every row.
PLAN_AGAIN_AFTER = (1, 4, 16, 64, 256)
BILLS_AT_ONCE = 60  # the work of one transfer grows with the square of its postings
GATEWAYS = {"counter": ("counter", "cash"), "paper": ("counter", "cash")}  # everybody else pays in rehearsal


def write_bills(seats: Iterable[Seat], *, now: datetime) -> int:
    """Write a paid bill for every seat that costs something, in the open transaction; return the rows written.

    The money follows by `settle_bills` once these rows are committed.
    """
    paying = [seat for seat in seats if seat.run.to_pay_fen > 0]
    if not paying:
        return 0
    here, today = paying[0].run.institution.region, local(now).date()
    weights = parameter_at("payments.subsidy_weights", region=here, on=today).value
    first_bill, first_payment = next_id("payments.Bill"), next_id("payments.Payment")
    bills, shares, payments = [], [], []
    for number, seat in enumerate(paying):
        bill, payment, run = first_bill + number, first_payment + number, seat.run
        code = f"B{local(seat.at):%y%m%d}{seat.id:07d}"
        gateway, method = GATEWAYS.get(seat.channel, ("rehearsal", "wechat"))
        paid_at = min(now, seat.at + timedelta(minutes=3))
        bills.append(
            (
                bill,
                code,
                seat.person_id,
                seat.person_id,
                run.institution.id,
                run.institution.region,
                "enrolment",
                seat.id,
                run.course.title,
                run.price_fen,
                run.to_pay_fen,
                run.to_pay_fen,
                "paid",
                seat.at,
                seat.at + timedelta(minutes=15),
                paid_at,
            )
        )
        parts = shares_of(price_fen=run.price_fen, subsidy_fen=run.subsidy_fen, weights=weights)
        shares += [(bill, part.payer_kind, part.amount_fen) for part in parts]
        order = f"{code}-1"
        payments.append(
            (
                payment,
                bill,
                order,
                gateway,
                method,
                f"DEMO{payment:012d}",
                run.to_pay_fen,
                "succeeded",
                seat.at,
                paid_at,
            )
        )
    rows = copy_rows("payments.Bill", _BILL, bills)
    rows += copy_rows("payments.BillShare", "bill_id payer_kind amount_fen", shares)
    rows += copy_rows("payments.Payment", _PAYMENT, payments)
    catch_up_sequence("payments.Bill")
    catch_up_sequence("payments.Payment")
    return rows


def settle_bills(*, now: datetime) -> int:
    """Put the money of paid demo bills on the ledger; return how many bills. Safe to repeat and to interrupt.

    The same accounts and amounts as payments' own `collect_payment`, but one transfer for many bills: thirty times
    faster, and a real gateway settles in bulk too. Needs to run outside a transaction, because a transfer keeps its
    lock until the commit and a server has room for some thousands only.
    """
    open_unit(CNY, "人民币", 2, sources=SOURCES)
    with connection.cursor() as cursor:
        cursor.execute(_FAR_SIDE)
    unsettled = _unsettled()
    for number, start in enumerate(range(0, len(unsettled), BILLS_AT_ONCE)):
        bills = unsettled[start : start + BILLS_AT_ONCE]
        if number in PLAN_AGAIN_AFTER:
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE ledger_account, ledger_balance, ledger_transfer, ledger_postingrow")
        postings = tuple(
            Posting(
                clearing_account(gateway) if kind == "learner" else account_of_payer(kind, institution),
                held_account(bill),
                amount,
            )
            for bill, gateway, institution, kinds, amounts in bills
            for kind, amount in zip(kinds, amounts, strict=True)
        )
        first, last = bills[0][0], bills[-1][0]
        post_transfer(
            unit=CNY,
            postings=postings,
            key=f"demo:collect:{first}:{last}",
            memo={"demo": True, "first_bill": first, "last_bill": last, "bills": len(bills)},
            now=now,
        )
    return len(unsettled)


# The rehearsal's far side has the same payments in its own book, or every one would be a difference the morning after.
_FAR_SIDE = """
INSERT INTO payment_gateway_rehearsaltrade (order_code, amount_fen, state, reference, paid_at)
SELECT order_code, amount_fen, 'SUCCESS', gateway_reference, settled_at
  FROM payments_payment
 WHERE gateway = 'rehearsal' AND state = 'succeeded' AND gateway_reference LIKE 'DEMO%'
    ON CONFLICT (order_code) DO NOTHING
"""

_UNSETTLED = """
SELECT b.id, p.gateway, b.institution_id,
       array_agg(s.payer_kind ORDER BY s.id), array_agg(s.amount_fen ORDER BY s.id)
  FROM payments_payment p
  JOIN payments_bill b ON b.id = p.bill_id
  JOIN payments_billshare s ON s.bill_id = b.id
 WHERE p.state = 'succeeded' AND p.gateway_reference LIKE 'DEMO%' AND s.amount_fen > 0
   AND NOT EXISTS (SELECT FROM ledger_account a WHERE a.name = 'bill:' || b.id || ':held')
 GROUP BY b.id, p.gateway
 ORDER BY b.id
"""


def _unsettled() -> list[tuple[int, str, int, list[str], list[int]]]:
    """Paid demo bills without an account on the ledger: id, gateway, institution, payer kinds, amounts."""
    with connection.cursor() as cursor:
        cursor.execute(_UNSETTLED)
        return list(cursor.fetchall())


_BILL = (
    "id code payer_id beneficiary_id institution_id region"
    " purpose purpose_id subject amount_fen to_pay_fen paid_fen state made_at due_at paid_at"
)
_PAYMENT = "id bill_id order_code gateway method gateway_reference amount_fen state started_at settled_at"
