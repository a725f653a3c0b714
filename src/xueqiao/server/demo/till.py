"""Bills of paid places: the rows by COPY, the money through the ledger's own door, so that every refund finds it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection

from xueqiao.domains.payments.api import CNY, SOURCES, account_of_payer, clearing_account, held_account, shares_of
from xueqiao.foundation.clock import local
from xueqiao.foundation.ledger.api import Posting, TransferDraft, open_unit, post_transfers
from xueqiao.foundation.parameters.api import parameter_at
from xueqiao.server.demo.copying import catch_up_sequence, copy_rows, next_id
from xueqiao.server.demo.seats import Seat

TRANSFERS_AT_ONCE = 2_000
GATEWAYS = {"counter": ("counter", "cash"), "paper": ("counter", "cash")}  # everybody else pays in rehearsal


def write_bills(seats: Iterable[Seat], *, now: datetime) -> int:
    """Write a paid bill for every seat that costs something, in the open transaction; return the rows written.

    The money follows by `settle_bills` once these rows are committed.
    """
    paying = [seat for seat in seats if seat.run.to_pay_fen > 0]
    if not paying:
        return 0
    place = {"region": paying[0].run.institution.region, "on": local(now).date()}
    weights = parameter_at("payments.subsidy_weights", **place).value
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
    rows += copy_rows("payments.BillShare", ("bill_id", "payer_kind", "amount_fen"), shares)
    rows += copy_rows("payments.Payment", _PAYMENT, payments)
    catch_up_sequence("payments.Bill")
    catch_up_sequence("payments.Payment")
    return rows


def settle_bills(*, now: datetime) -> int:
    """Put the money of paid demo bills on the ledger; return the transfers written. Safe to repeat and to interrupt.

    The same accounts, keys and memos as payments' own `collect_payment`. Needs to run outside a transaction: every
    transfer keeps a lock until its commit, and a server has room for some thousands only.
    """
    open_unit(CNY, "人民币", 2, sources=SOURCES)
    written = 0
    while True:
        drafts = _unsettled(TRANSFERS_AT_ONCE)
        if not drafts:
            return written
        written += len(post_transfers(drafts, now=now))


_UNSETTLED = """
SELECT p.id, p.order_code, p.gateway, b.id, b.code, b.institution_id,
       array_agg(s.payer_kind ORDER BY s.id), array_agg(s.amount_fen ORDER BY s.id)
  FROM payments_payment p
  JOIN payments_bill b ON b.id = p.bill_id
  JOIN payments_billshare s ON s.bill_id = b.id
 WHERE p.state = 'succeeded' AND p.gateway_reference LIKE 'DEMO%%' AND s.amount_fen > 0
   AND NOT EXISTS (SELECT FROM ledger_transfer t WHERE t.key = 'payments:collect:' || p.id)
 GROUP BY p.id, b.id
 ORDER BY p.id
 LIMIT %s
"""


def _unsettled(limit: int) -> list[TransferDraft]:
    with connection.cursor() as cursor:
        cursor.execute(_UNSETTLED, [limit])
        found = cursor.fetchall()
    return [
        TransferDraft(
            CNY,
            tuple(
                Posting(
                    clearing_account(gateway) if kind == "learner" else account_of_payer(kind, institution),
                    held_account(bill),
                    amount,
                )
                for kind, amount in zip(kinds, amounts, strict=True)
            ),
            f"payments:collect:{payment}",
            {"bill": code, "order": order, "late": False},
        )
        for payment, order, gateway, bill, code, institution, kinds, amounts in found
    ]


_BILL = (
    "id",
    "code",
    "payer_id",
    "beneficiary_id",
    "institution_id",
    "region",
    "purpose",
    "purpose_id",
    "subject",
    "amount_fen",
    "to_pay_fen",
    "paid_fen",
    "state",
    "made_at",
    "due_at",
    "paid_at",
)
_PAYMENT = (
    "id",
    "bill_id",
    "order_code",
    "gateway",
    "method",
    "gateway_reference",
    "amount_fen",
    "state",
    "started_at",
    "settled_at",
)
