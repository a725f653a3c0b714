"""Nightly: recount the year from the records, so that a drift is found the next morning."""

from datetime import datetime

from xueqiao.domains.indicators.actions.compute_figures import compute_figures
from xueqiao.foundation import clock
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.outbox.api import job


@job("indicators.recount", every="20 3 * * *")
def recount(*, now: datetime) -> None:
    """Compute this year's figures anew, at night."""
    compute_figures(actor=Actor.system("recount"), year=clock.local_date(now).year, now=now)
