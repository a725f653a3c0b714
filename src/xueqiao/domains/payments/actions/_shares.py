"""What several actions do to the shares of one bill, under its row's lock. Every function needs an open transaction."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import F

from xueqiao.domains.payments.actions._vouchers import give_back_to_vouchers
from xueqiao.domains.payments.events import RefundAsked
from xueqiao.domains.payments.models import Bill, BillPart, BillShare, Payment, Refund, ShareMove, VoucherScheme
from xueqiao.domains.payments.rules.bills import (
    CNY,
    account_of_payer,
    budget_account,
    clearing_account,
    held_account,
    income_account,
    sponsor_account,
    state_after_refund,
)
from xueqiao.domains.payments.values.bills import LEARNER, VOUCHER
from xueqiao.foundation.ledger.api import Posting, post_transfer
from xueqiao.foundation.locks import require_transaction, set_lock_timeout
from xueqiao.foundation.outbox.api import record_event
from xueqiao.foundation.scope import Scope

OPEN_PARTS = ("waiting", "owed")  # parts whose money is still held


def lock_bill(bill_id: int) -> Bill:
    """The bill with its row locked. Needs an open transaction."""
    require_transaction()
    set_lock_timeout()
    return (
        Bill.objects.within(Scope.everything("the caller checked the permission")).select_for_update().get(pk=bill_id)
    )


def shares_in_order(bill: Bill) -> list[BillShare]:
    """The bill's shares as they are now, in the order of the bill."""
    return list(BillShare.objects.filter(bill=bill).order_by("pk"))


def open_part_count(bill: Bill) -> int:
    """How many meetings the bill's held money still pays for."""
    return BillPart.objects.filter(bill=bill, state__in=OPEN_PARTS).count()


def payer_account(bill: Bill, share: BillShare, payment: Payment | None) -> str:
    """Where this share came from and goes back to: its payer's own account."""
    if share.payer_kind == LEARNER:
        if payment is None:
            raise ValueError("a learner's share came through a payment")
        return clearing_account(payment.gateway)
    if share.payer_kind == VOUCHER:
        scheme = VoucherScheme.objects.get(pk=share.source_id)
        return budget_account(scheme.pk) if scheme.state == "open" else sponsor_account(scheme.sponsor)
    return account_of_payer(share.payer_kind, bill.institution_id)


def give_back(
    bill: Bill,
    amounts: Mapping[int, int],
    *,
    key: str,
    reason: str,
    rule: str,
    parts: Iterable[BillPart] = (),
    now: datetime,
) -> Refund | None:
    """Return held money to each payer (share id -> fen), and ask for the learner's refund. Needs the bill locked.

    The learner's refund row, or None when nothing of hers goes back. Parts named here are marked returned.
    """
    require_transaction()
    shares = [share for share in shares_in_order(bill) if amounts.get(share.pk)]
    payment = Payment.objects.filter(bill=bill, state="succeeded").first()
    if payment is not None:
        payment.bill = bill
    if shares:
        transfer_key = f"payments:refund:{key}"
        post_transfer(
            unit=CNY,
            postings=[
                Posting(held_account(bill.pk), payer_account(bill, share, payment), amounts[share.pk])
                for share in shares
            ],
            key=transfer_key,
            memo={"bill": bill.code, "reason": reason[:80]},
            now=now,
        )
        _note(shares, amounts, kind="returned", part=None, transfer_key=transfer_key, now=now)
        give_back_to_vouchers(bill, {s.source_id: amounts[s.pk] for s in shares if s.payer_kind == VOUCHER}, now=now)
    BillPart.objects.filter(pk__in=[part.pk for part in parts]).update(state="returned", moved_at=now)
    learner_fen = sum(amounts[share.pk] for share in shares if share.payer_kind == LEARNER)
    bill.refunded_fen += learner_fen
    bill.state = state_after_refund(
        amount_fen=bill.amount_fen,
        paid_fen=bill.paid_fen,
        refunded_fen=bill.refunded_fen,
        returned_fen=sum(share.returned_fen for share in shares_in_order(bill)),
    )
    bill.save(update_fields=["refunded_fen", "state"])
    if not learner_fen or payment is None:
        return None
    refund = Refund.objects.create(
        key=key,
        bill=bill,
        payment=payment,
        amount_fen=learner_fen,
        reason=reason[:120],
        rule=rule[:200],
        asked_at=now,
    )
    refund.refresh_from_db(fields=["uuid"])
    record_event(RefundAsked(refund.pk, bill.pk, bill.region, learner_fen), region=bill.region, now=now)
    return refund


def earn(bill: Bill, amounts: Mapping[int, int], *, part: BillPart | None, transfer_key: str, now: datetime) -> int:
    """Move held money (share id -> fen) to the institution's income; return how much. Needs the bill locked."""
    require_transaction()
    shares = [share for share in shares_in_order(bill) if amounts.get(share.pk)]
    total = sum(amounts[share.pk] for share in shares)
    if total:
        post_transfer(
            unit=CNY,
            postings=[Posting(held_account(bill.pk), income_account(bill.institution_id), total)],
            key=transfer_key,
            memo={
                "bill": bill.code,
                "shares": {f"{s.payer_kind}:{s.source_id}": amounts[s.pk] for s in shares},
            },
            now=now,
        )
        _note(shares, amounts, kind="released", part=part, transfer_key=transfer_key, now=now)
    return total


def unearn(bill: Bill, amounts: Mapping[int, int], *, part: BillPart, transfer_key: str, now: datetime) -> int:
    """The correction of `earn`: income back to held, share by share. Needs the bill locked."""
    require_transaction()
    shares = [share for share in shares_in_order(bill) if amounts.get(share.pk)]
    total = sum(amounts[share.pk] for share in shares)
    if total:
        post_transfer(
            unit=CNY,
            postings=[Posting(income_account(bill.institution_id), held_account(bill.pk), total)],
            key=transfer_key,
            memo={"bill": bill.code},
            now=now,
        )
        _note(shares, amounts, kind="taken_back", part=part, transfer_key=transfer_key, now=now)
    return total


def earn_rest(bill: Bill, *, now: datetime) -> int:
    """Release what rounding left when no meeting waits any more, so that no fen stays held for ever.

    Only for bills whose meetings were planned. Needs the bill locked.
    """
    if open_part_count(bill) or not BillPart.objects.filter(bill=bill).exists():
        return 0
    rest = {share.pk: share.held_fen for share in shares_in_order(bill) if share.held_fen}
    number = ShareMove.objects.filter(share__bill=bill, part=None, kind="released").values("transfer_key").distinct()
    return earn(bill, rest, part=None, transfer_key=f"payments:rest:{bill.pk}:{number.count()}", now=now)


def _note(
    shares: Iterable[BillShare],
    amounts: Mapping[int, int],
    *,
    kind: str,
    part: BillPart | None,
    transfer_key: str,
    now: datetime,
) -> None:
    """The rows and the running sums of one move."""
    column, sign = {
        "released": ("released_fen", 1),
        "taken_back": ("released_fen", -1),
        "returned": ("returned_fen", 1),
    }[kind]
    for share in shares:
        ShareMove.objects.create(
            share=share, part=part, kind=kind, amount_fen=amounts[share.pk], transfer_key=transfer_key, moved_at=now
        )
        BillShare.objects.filter(pk=share.pk).update(**{column: F(column) + sign * amounts[share.pk]})
