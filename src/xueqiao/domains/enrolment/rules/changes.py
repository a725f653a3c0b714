"""Pure rules of what an organiser's change gives back."""

from xueqiao.domains.enrolment.values.seats import RefundRule
from xueqiao.foundation.money import yuan

ORGANISER_SOURCE = "平台规则：举办方原因停课，没上的课全部退还（参照台北市老人大学、广东省老年大学的做法）"


def organiser_refund(*, paid_fen: int, sold: int, delivered: int) -> RefundRule:
    """What goes back when the organiser stops a class: everything before the first meeting, else the part not given.

    paid_fen: what of the learner's money has not gone back yet; sold, delivered: meetings. Rounded to the fen, half up.
    Source: rule 8 of enrolment, the organiser's cause returns the missing meetings whole.
    """
    missing = max(0, sold - delivered)
    if delivered == 0 or sold == 0:
        return RefundRule(paid_fen, "还没开课，全部退还", ORGANISER_SOURCE, missing, sold, 1, 1)
    back = (2 * paid_fen * missing + sold) // (2 * sold)
    words = f"举办方原因，退还没上的 {missing} 次（共 {sold} 次）"
    return RefundRule(back, words, ORGANISER_SOURCE, missing, sold, missing, sold)


def share_of_one_meeting(*, paid_fen: int, sold: int) -> int:
    """What one meeting of `sold` is worth of the money not gone back yet, to the fen, half up."""
    return 0 if sold <= 0 else (2 * paid_fen + sold) // (2 * sold)


def money_words(refund_fen: int) -> str:
    """What happens to the money, in words for a notice."""
    return f"{yuan(refund_fen)} 元原路退回，最迟 15 天到账" if refund_fen else "您没有交过钱，不用办退费"
