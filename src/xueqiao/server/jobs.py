"""Jobs of the platform itself."""

from datetime import datetime

from xueqiao.foundation.outbox.api import job
from xueqiao.server.processes import rescue_stalled_jobs


@job("server.rescue_stalled_jobs", every="* * * * *")
def rescue(*, now: datetime) -> None:
    """Queue again what a killed worker left half done."""
    rescue_stalled_jobs()
