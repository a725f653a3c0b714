"""Pure rules of money: shares, and how a refund goes back to each payer."""

from collections.abc import Mapping, Sequence

from xueqiao.domains.payments.values.bills import LEARNER, Share
from xueqiao.foundation.money import split_by_weights

CNY = "CNY"
INSIDE = "wechat"  # the device of an order that is paid inside WeChat
SOURCES = ("gateway:", "payer:")  # accounts that stand for money outside the platform: they may go below zero


def order_device(device: str, *, method: str, can_pay_inside: bool) -> str:
    """Which kind of order a gateway is asked for, by the browser the payer sits at.

    WeChat forbids orders from a phone's browser (H5) inside itself: whoever cannot pay inside is shown a code there.
    Other companies' pages are those for a phone.
    """
    if device != INSIDE:
        return device
    if method != "wechat":
        return "phone"
    return INSIDE if can_pay_inside else "desktop"


def clearing_account(gateway: str) -> str:
    """What a gateway has collected for us and not yet settled."""
    return f"gateway:{gateway}:clearing"


def account_of_payer(payer_kind: str, institution_id: int) -> str:
    """What a subsidising payer owes; an institution owes for itself."""
    return f"payer:institution:{institution_id}" if payer_kind == "institution" else f"payer:{payer_kind}"


def income_account(institution_id: int) -> str:
    """What an institution has earned by delivered meetings."""
    return f"institution:{institution_id}:income"


def budget_account(scheme_id: int) -> str:
    """What a voucher scheme can still pay. Its floor is zero."""
    return f"voucher:{scheme_id}:budget"


def sponsor_account(sponsor: str) -> str:
    """Where a voucher scheme's money comes from: government, market or enterprise:<id>."""
    return f"payer:{sponsor}"


def held_account(bill_id: int) -> str:
    """What was paid for a bill and waits until the class is delivered."""
    return f"bill:{bill_id}:held"


def shares_of(*, price_fen: int, subsidy_fen: int, weights: Mapping[str, int]) -> tuple[Share, ...]:
    """Return who carries how much: the learner pays price minus subsidy, the others split the subsidy by weight.

    Shares of zero are left out, except the learner's. Their sum is `price_fen` to the fen.
    Raises ValueError when the subsidy is negative or above the price.
    """
    if not 0 <= subsidy_fen <= price_fen:
        raise ValueError("a subsidy lies between zero and the price")
    kinds = [kind for kind in ("government", "market", "institution") if weights.get(kind, 0) > 0]
    parts = split_by_weights(subsidy_fen, [weights[kind] for kind in kinds]) if subsidy_fen else []
    shares = [Share(kind, part) for kind, part in zip(kinds, parts, strict=False) if part]
    return (*shares, Share(LEARNER, price_fen - subsidy_fen))


def shares_returned(
    shares: Sequence[Share], *, to_pay_fen: int, refunded_before_fen: int, refund_fen: int
) -> tuple[Share, ...]:
    """Return what goes back to each payer when the learner gets `refund_fen`.

    Each other payer gets back the same fraction of its share as the learner has got back so far, rounded down on the
    running total: parts never drift, and the last refund returns the last fen.
    """
    after = refunded_before_fen + refund_fen
    returned = []
    for share in shares:
        if share.payer_kind == LEARNER:
            part = refund_fen
        else:
            part = share.amount_fen * after // to_pay_fen - share.amount_fen * refunded_before_fen // to_pay_fen
            part = min(part, share.held_fen)  # never what delivered meetings have earned
        if part:
            returned.append(Share(share.payer_kind, part, share.source_id))
    return tuple(returned)


def state_after_refund(*, amount_fen: int, paid_fen: int, refunded_fen: int, returned_fen: int) -> str:
    """Return paid, partly_refunded or refunded. returned_fen: of all payers together.

    A bill is refunded when all of the learner's money is back, or, when the learner paid nothing, all of the others'.
    """
    if returned_fen == 0:
        return "paid"
    is_all_back = refunded_fen == paid_fen if paid_fen else returned_fen == amount_fen
    return "refunded" if is_all_back else "partly_refunded"
