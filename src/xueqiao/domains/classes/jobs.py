from datetime import datetime

from xueqiao.domains.classes.actions.refresh_listings import refresh_due_listings
from xueqiao.foundation.outbox.api import job


@job("classes.refresh_due_listings", every="*/5 * * * *")
def move_listings_on(*, now: datetime) -> None:
    """Every five minutes: a class whose meeting is over shows its next one."""
    refresh_due_listings(now=now)
