from datetime import datetime

from django.db import transaction

from xueqiao.domains.payments.actions._vouchers import reserve_vouchers
from xueqiao.domains.payments.models import Bill, BillShare
from xueqiao.domains.payments.parameters import SUBSIDY_WEIGHTS
from xueqiao.domains.payments.queries.bills import bill_view
from xueqiao.domains.payments.rules.bills import shares_of
from xueqiao.domains.payments.values.bills import BillView
from xueqiao.domains.payments.values.quotes import BillQuote
from xueqiao.foundation import clock
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.parameters.api import parameter_at
from xueqiao.foundation.reasons import InvalidInput
from xueqiao.foundation.scope import Scope


def make_bill(
    *,
    actor: Actor,
    payer_id: int,
    beneficiary_id: int,
    institution_id: int,
    region: int,
    purpose: str,
    purpose_id: int,
    subject: str,
    price_fen: int,
    subsidy_fen: int,
    due_at: datetime,
    now: datetime,
    quote: BillQuote | None = None,
) -> BillView:
    """Make the bill of one thing, or return the one that exists: a thing is billed once.

    price_fen and subsidy_fen in fen; without a quote the learner pays the difference, which must be at least one fen.
    quote: from `quote_bill` for the same price, with concession and vouchers; then the learner may owe nothing, and
    `cover_bill` settles it. Vouchers are reserved here, in the bill's transaction. The caller has checked that the
    actor may do this. Raises InvalidInput for impossible amounts, VoucherGone when a voucher or its budget is used up.
    """
    if not (0 <= subsidy_fen <= price_fen and price_fen) or (quote is None and subsidy_fen == price_fen):
        raise InvalidInput(what="应付金额必须大于零")
    if quote is not None and (quote.price_fen, quote.subsidy_fen) != (price_fen, subsidy_fen):
        raise InvalidInput(what="报价和价格对不上")
    if quote is None:
        weights = parameter_at(
            SUBSIDY_WEIGHTS.name, region=region, on=clock.local_date(now), institution_id=institution_id
        ).value
        shares = shares_of(price_fen=price_fen, subsidy_fen=subsidy_fen, weights=weights)
    else:
        shares = quote.shares
    with transaction.atomic():
        bills = Bill.objects.within(Scope.everything("the caller checked the permission"))
        bill, is_new = bills.get_or_create(
            purpose=purpose,
            purpose_id=purpose_id,
            defaults={
                "code": _bill_code(purpose_id, now),
                "payer_id": payer_id,
                "beneficiary_id": beneficiary_id,
                "institution_id": institution_id,
                "region": region,
                "subject": subject[:120],
                "amount_fen": price_fen,
                "to_pay_fen": shares[-1].amount_fen,
                "made_at": now,
                "due_at": due_at,
            },
        )
        if is_new:
            BillShare.objects.bulk_create(
                BillShare(bill=bill, payer_kind=s.payer_kind, source_id=s.source_id, amount_fen=s.amount_fen)
                for s in shares
            )
            reserve_vouchers(bill, quote.vouchers if quote else (), now=now)
            record_deed(
                actor=actor,
                verb="make_bill",
                object_kind="bill",
                object_id=bill.pk,
                now=now,
                region=region,
                acting_for_id=beneficiary_id if actor.person_id != beneficiary_id else None,
                detail={"to_pay_fen": bill.to_pay_fen, "amount_fen": price_fen},
            )
        return bill_view(bill)


def _bill_code(purpose_id: int, now: datetime) -> str:
    return f"B{clock.local_date(now):%y%m%d}{purpose_id:07d}"
