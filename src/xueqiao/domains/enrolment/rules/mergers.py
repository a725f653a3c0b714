"""Pure rules of merging a class that has too few learners."""

from datetime import datetime

from xueqiao.domains.enrolment.errors.mergers import BadAnswerTime


def difference_back(*, paid_fen: int, old_to_pay_fen: int, new_to_pay_fen: int) -> int:
    """What goes back to a learner who agrees to move: the difference when the other class costs less.

    Nothing is charged when it costs more: the merger is the organiser's cause. Never more than was paid.
    """
    return max(0, min(paid_fen, old_to_pay_fen - new_to_pay_fen))


def require_answer_time(until: datetime, *, starts: list[datetime], now: datetime) -> None:
    """Raise BadAnswerTime unless the answers are due after now and before either class begins."""
    if not now < until <= min(starts, default=until):
        raise BadAnswerTime
