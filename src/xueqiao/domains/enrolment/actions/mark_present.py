from collections.abc import Collection
from datetime import datetime

from xueqiao.domains.enrolment.models import Arrival
from xueqiao.foundation.scope import Scope


def mark_present(*, arrival_ids: Collection[int], now: datetime) -> None:
    """Write down that these people's pages asked a moment ago: only who is there is called. One statement, no lock.

    Losing it costs nobody a number: she is called at the next sign of life.
    """
    Arrival.objects.within(Scope.everything("presence in waiting rooms")).filter(
        pk__in=arrival_ids, state="waiting", seen_at__lt=now
    ).update(seen_at=now)
