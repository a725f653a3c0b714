"""Schedules of the credit bank."""

from datetime import datetime

from xueqiao.domains.credits.actions.seal_certificates import seal_certificates
from xueqiao.foundation.outbox.api import job


@job("credits.seal_certificates", every="* * * * *")
def enter_in_the_time_log(*, now: datetime) -> None:
    """Every minute: new certificates get their place under a published head."""
    seal_certificates(now=now)
