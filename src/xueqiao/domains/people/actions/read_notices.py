from __future__ import annotations

from datetime import datetime

from xueqiao.domains.people.models import Notice
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.reasons import NotAllowed
from xueqiao.foundation.scope import Scope


def read_notices(*, actor: Actor, now: datetime) -> int:
    """Mark what waits on one's own page as read; return how many. Reading twice changes nothing. Raises NotAllowed."""
    if actor.person_id is None:
        raise NotAllowed
    own = Notice.objects.within(Scope.of_persons([actor.person_id]))
    return own.filter(read_at=None, made_at__lte=now).update(read_at=now)
