"""Give back what a school did not answer in time."""

from datetime import datetime

from django.db import transaction

from xueqiao.domains.credits.actions.conversions.release_conversion import release_conversion
from xueqiao.domains.credits.actions.conversions.tell_conversion import tell_conversion
from xueqiao.domains.credits.models import Conversion
from xueqiao.domains.credits.queries.conversions import locked_conversion
from xueqiao.domains.credits.values.conversions import EXPIRED, RESERVED
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.scope import Scope


def expire_conversions(*, now: datetime, limit: int = 500) -> int:
    """Return how many reservations ended, the longest overdue first; each in a transaction of its own.

    One that somebody else ends at the same moment is left to them. Locks CREDIT_ACCOUNT, then the row.
    """
    everything = Scope.everything("every overdue reservation is given back")
    due = Conversion.objects.within(everything).filter(state=RESERVED, expires_at__lte=now).order_by("expires_at", "pk")
    count = 0
    for uuid in list(due.values_list("uuid", flat=True)[:limit]):
        with transaction.atomic():
            row = locked_conversion(uuid)
            if row.state != RESERVED:
                continue
            release_conversion(conversion=row, state=EXPIRED, by_id=None, words="", now=now)
            tell_conversion(conversion=row, now=now)
            record_deed(
                actor=Actor.system("expire_conversions"),
                verb="expire_conversions",
                object_kind="conversion",
                object_id=row.pk,
                region=row.institution.region,
                acting_for_id=row.person_id,
                now=now,
                detail={"programme": row.programme},
            )
            count += 1
    return count
