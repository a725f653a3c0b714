"""What several actions do to the vouchers of one bill, under its row's lock. Every function needs a transaction.

Locks: the voucher's row after the bill's, by id; then the ledger's budget account.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import F

from xueqiao.domains.payments.errors.quotes import VoucherGone
from xueqiao.domains.payments.models import Bill, Voucher, VoucherScheme, VoucherUse
from xueqiao.domains.payments.parameters import VOUCHER_GRACE_DAYS
from xueqiao.domains.payments.rules.bills import CNY, SOURCES, budget_account, held_account
from xueqiao.domains.payments.values.quotes import VoucherPart
from xueqiao.foundation import clock
from xueqiao.foundation.ledger.api import (
    InsufficientBalance,
    Posting,
    balance_of,
    find_transfer,
    hold_transfer,
    open_unit,
    post_held,
    post_transfer,
    void_held,
)
from xueqiao.foundation.locks import require_transaction
from xueqiao.foundation.parameters.api import parameter_at
from xueqiao.foundation.scope import Scope

ALL = Scope.everything("a bill's own vouchers")


def reserve_vouchers(bill: Bill, parts: Sequence[VoucherPart], *, now: datetime) -> None:
    """Set aside what each voucher pays of a new bill. Raises VoucherGone when somebody else's bill was faster."""
    require_transaction()
    if not parts:
        return
    open_unit(CNY, "人民币", 2, sources=SOURCES)
    day = clock.local_date(now)
    ids = [part.voucher_id or _first_voucher(part.scheme_id, bill, now).pk for part in parts]
    amounts = dict(zip(ids, (part.amount_fen for part in parts), strict=True))
    for voucher in lock_vouchers(ids):
        amount = amounts[voucher.pk]
        if voucher.amount_fen - voucher.used_fen < amount or not voucher.valid_from <= day <= voucher.valid_to:
            raise VoucherGone
        use = VoucherUse.objects.create(voucher=voucher, bill=bill, amount_fen=amount)
        _spend(voucher, amount)
        try:
            hold_transfer(
                unit=CNY,
                postings=[Posting(budget_account(voucher.scheme_id), held_account(bill.pk), amount)],
                key=_reservation(use),
                memo={"bill": bill.code},
                now=now,
                expires_at=None,
            )
        except InsufficientBalance as refusal:
            raise VoucherGone from refusal


def spend_vouchers(bill: Bill, *, now: datetime) -> None:
    """The bill is paid: what was reserved is final; what was freed meanwhile (late money) is taken again.

    `can_spend_again` has said yes under the same locks, so this does not fail.
    """
    require_transaction()
    uses = list(VoucherUse.objects.filter(bill=bill).exclude(state="spent").order_by("voucher_id"))
    vouchers = {v.pk: v for v in lock_vouchers([use.voucher_id for use in uses])}
    for use in uses:
        voucher = vouchers[use.voucher_id]
        if use.state == "reserved":
            hold = find_transfer(CNY, _reservation(use))
            if hold is None:
                raise LookupError(f"voucher use {use.pk} has no reservation")
            post_held(hold.id, key=f"payments:voucher:spend:{use.pk}", now=now)
        else:
            _spend(voucher, use.amount_fen)
            post_transfer(
                unit=CNY,
                postings=[Posting(budget_account(voucher.scheme_id), held_account(bill.pk), use.amount_fen)],
                key=f"payments:voucher:again:{use.pk}",
                memo={"bill": bill.code, "late": True},
                now=now,
            )
        use.state = "spent"
        use.save(update_fields=["state"])


def free_vouchers(bill: Bill, *, now: datetime) -> None:
    """The bill ended unpaid: what was set aside is free again."""
    require_transaction()
    for use in VoucherUse.objects.filter(bill=bill, state="reserved").order_by("voucher_id"):
        (voucher,) = lock_vouchers([use.voucher_id])
        hold = find_transfer(CNY, _reservation(use))
        if hold is not None:
            void_held(hold.id, key=f"payments:voucher:free:{use.pk}", now=now)
        _spend(voucher, -use.amount_fen)
        use.state = "freed"
        use.save(update_fields=["state"])


def can_spend_again(bill: Bill) -> bool:
    """True when every voucher of a bill that ended can still pay its part, for money that came late.

    Locks the vouchers; the budget account of each scheme is read while its row is locked by nobody else's bill only as
    far as the ledger's floor says, so the caller must be ready for the floor's refusal too.
    """
    require_transaction()
    uses = {use.voucher_id: use for use in VoucherUse.objects.filter(bill=bill, state="freed")}
    for voucher in lock_vouchers(list(uses)):
        amount = uses[voucher.pk].amount_fen
        scheme_is_open = VoucherScheme.objects.filter(pk=voucher.scheme_id, state="open").exists()
        if not scheme_is_open or voucher.amount_fen - voucher.used_fen < amount:
            return False
        if balance_of(CNY, budget_account(voucher.scheme_id)).available < amount:
            return False
    return True


def give_back_to_vouchers(bill: Bill, amounts: Mapping[int, int], *, now: datetime) -> None:
    """Money of vouchers went back (scheme id -> fen): the vouchers can spend it again, for a while longer."""
    require_transaction()
    uses = VoucherUse.objects.filter(bill=bill, state="spent").select_related("voucher__scheme")
    by_scheme = {use.voucher.scheme_id: use for use in uses}
    touched = [by_scheme[scheme_id] for scheme_id in amounts]
    for voucher in lock_vouchers([use.voucher_id for use in touched]):
        use = by_scheme[voucher.scheme_id]
        amount = amounts[voucher.scheme_id]
        VoucherUse.objects.filter(pk=use.pk).update(returned_fen=F("returned_fen") + amount)
        _spend(voucher, -amount)
        grace = parameter_at(VOUCHER_GRACE_DAYS.name, region=use.voucher.scheme.region, on=clock.local_date(now)).value
        until = clock.local_date(now) + timedelta(days=int(grace))
        if until > voucher.valid_to:
            Voucher.objects.within(ALL).filter(pk=voucher.pk).update(valid_to=until)


def lock_vouchers(ids: Sequence[int]) -> list[Voucher]:
    """Vouchers with their rows locked, by id."""
    rows = Voucher.objects.within(ALL).select_for_update().filter(pk__in=ids)
    return list(rows.order_by("pk"))


def _first_voucher(scheme_id: int, bill: Bill, now: datetime) -> Voucher:
    """The voucher of an automatic scheme, made at its first use in a year."""
    day = clock.local_date(now)
    scheme = VoucherScheme.objects.get(pk=scheme_id)
    voucher, _ = Voucher.objects.within(ALL).get_or_create(
        scheme=scheme,
        person_id=bill.beneficiary_id,
        year=day.year,
        defaults={
            "amount_fen": scheme.amount_fen,
            "valid_from": scheme.valid_from,
            "valid_to": scheme.valid_to,
            "issued_at": now,
        },
    )
    return voucher


def _spend(voucher: Voucher, amount_fen: int) -> None:
    """Move used_fen; a negative amount gives back. Needs the voucher's row locked.

    The database adds, so that its CHECK is a second wall: a path that forgot the lock is refused, not lost.
    """
    Voucher.objects.within(ALL).filter(pk=voucher.pk).update(used_fen=F("used_fen") + amount_fen)
    voucher.used_fen += amount_fen


def _reservation(use: VoucherUse) -> str:
    return f"payments:voucher:hold:{use.pk}"
