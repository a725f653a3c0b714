"""Schedules of demand."""

from datetime import datetime

from xueqiao.domains.demand.actions.forget_named_learners import forget_named_learners
from xueqiao.foundation.outbox.api import job


@job("demand.forget_named_learners", every="20 3 * * *")
def forget_lists_that_are_over(*, now: datetime) -> None:
    """Every night, delete the names on lists whose class is over."""
    forget_named_learners(now=now)
