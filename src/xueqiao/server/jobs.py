"""Jobs of the platform itself."""

from datetime import datetime

from django.conf import settings

from xueqiao.foundation.outbox.api import job
from xueqiao.server.processes import rescue_stalled_jobs


@job("server.rescue_stalled_jobs", every="* * * * *")
def rescue(*, now: datetime) -> None:
    """Queue again what a killed worker left half done."""
    rescue_stalled_jobs()


@job("server.keep_demo_alive", every="17 * * * *")
def keep_demo_alive(*, now: datetime) -> None:
    """In a demo: open again the classes that are over and begin rounds anew, so that every window has one."""
    if settings.DEMO:
        from xueqiao.server.demo.extend import extend  # noqa: PLC0415 - of a demo alone
        from xueqiao.server.demo.restage import restage  # noqa: PLC0415

        extend(now=now)
        restage(now=now)
