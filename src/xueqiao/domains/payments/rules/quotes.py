"""Pure rules of a price: what is taken off by itself, who carries it, and what is left to pay. Whole fen.

Order: price - subsidy of the class - concession of the person - vouchers = what the learner pays. Never below zero.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from xueqiao.domains.payments.values.bills import LEARNER, VOUCHER, Share
from xueqiao.domains.payments.values.quotes import VoucherOffer, VoucherPart
from xueqiao.foundation.money import split_by_weights

CARRIERS = ("government", "market", "institution")


def concession_fen(*, after_subsidy_fen: int, percent: int) -> int:
    """Return what a concession takes off the learner's part, rounded up in the learner's favour.

    Source: 惠民收费规则（领域规则第 6 节）：优惠 50 %，登记困难的免费.
    """
    if not 0 <= percent <= 100 or after_subsidy_fen < 0:
        raise ValueError("a concession is between 0 and 100 percent")
    return -(-after_subsidy_fen * percent // 100)


def vouchers_applied(
    to_pay_fen: int, offers: Iterable[VoucherOffer], *, order: Sequence[str], count_max: int
) -> tuple[VoucherPart, ...]:
    """Return which vouchers pay how much: kinds in the written order, the soonest to expire first within a kind, never
    two of one kind, at most `count_max`, none above what it has left, what its budget has left, or what is to pay.
    """
    rank = {kind: number for number, kind in enumerate(order)}
    usable = [offer for offer in offers if offer.kind in rank and offer.left_fen > 0 and offer.budget_fen > 0]
    parts: list[VoucherPart] = []
    kinds: set[str] = set()
    for offer in sorted(usable, key=lambda o: (rank[o.kind], o.valid_to, o.scheme_id)):
        if to_pay_fen == 0 or len(parts) == count_max:
            break
        if offer.kind in kinds:
            continue
        part = min(to_pay_fen, offer.left_fen, offer.budget_fen)
        parts.append(VoucherPart(offer.voucher_id, offer.scheme_id, offer.title, part))
        kinds.add(offer.kind)
        to_pay_fen -= part
    return tuple(parts)


def shares_quoted(
    *,
    price_fen: int,
    subsidy_fen: int,
    subsidy_weights: Mapping[str, int],
    concession: int,
    concession_weights: Mapping[str, int],
    vouchers: Sequence[VoucherPart],
) -> tuple[Share, ...]:
    """Return who carries how much; the sum is `price_fen` to the fen. Zero shares are left out, except the learner's.

    Subsidy and concession are each split among their carriers by largest remainder.
    """
    carried = dict.fromkeys(CARRIERS, 0)
    for amount, weights in ((subsidy_fen, subsidy_weights), (concession, concession_weights)):
        kinds = [kind for kind in CARRIERS if weights.get(kind, 0) > 0]
        if amount:
            for kind, part in zip(kinds, split_by_weights(amount, [weights[k] for k in kinds]), strict=True):
                carried[kind] += part
    by_voucher = [Share(VOUCHER, part.amount_fen, part.scheme_id) for part in vouchers]
    learner = price_fen - subsidy_fen - concession - sum(part.amount_fen for part in vouchers)
    if min(subsidy_fen, concession, learner) < 0:
        raise ValueError("nobody pays less than nothing")
    return (
        *(Share(kind, carried[kind]) for kind in CARRIERS if carried[kind]),
        *by_voucher,
        Share(LEARNER, learner),
    )


def subsidy_by_scheme(price_fen: int, percents: Mapping[str, int]) -> int:
    """Return what the learner does not pay under a written scheme (percents of the price that add up to 100).

    Split to the fen by largest remainder over government, market, institution, learner, in this order.
    """
    kinds = (*CARRIERS, LEARNER)
    return price_fen - split_by_weights(price_fen, [percents[kind] for kind in kinds])[-1]


def is_in_force(valid_from: date, valid_to: date | None, day: date) -> bool:
    """True on a day between the first and the last, both counted."""
    return valid_from <= day and (valid_to is None or day <= valid_to)
