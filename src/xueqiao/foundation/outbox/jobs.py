"""The worker's part of the outbox."""

from datetime import datetime

from xueqiao.foundation.outbox.delivery import HEAD_START, deliver_due
from xueqiao.foundation.outbox.queue import job


@job("outbox.sweep", every="* * * * * */5")
def sweep(*, now: datetime) -> None:
    """Deliver what the committing process could not: it died, or a subscriber failed and its next try is due."""
    deliver_due(now, due_before=now - HEAD_START)
