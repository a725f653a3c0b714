from datetime import datetime

from django.db import transaction

from xueqiao.domains.incentives.actions.take_back_reward import put_back
from xueqiao.domains.incentives.models import Redemption
from xueqiao.domains.incentives.queries import EVERYTHING
from xueqiao.foundation.audit.api import Actor, record_deed

AT_ONCE = 500


def lapse_redemptions(*, now: datetime) -> int:
    """Put back what nobody fetched in time, each in its own transaction; return how many. Slips in use are left."""
    rows = Redemption.objects.within(EVERYTHING)
    due = rows.filter(state="reserved", keep_until__lte=now).order_by("keep_until").values_list("pk", flat=True)
    count = 0
    for pk in list(due[:AT_ONCE]):
        with transaction.atomic():
            row = rows.filter(pk=pk, state="reserved").select_for_update(skip_locked=True).first()
            if row is None:
                continue
            put_back(row, state="lapsed", now=now)
            record_deed(
                actor=Actor.system("lapse_redemptions"),
                verb="lapse_redemption",
                object_kind="redemption",
                object_id=row.pk,
                region=row.region,
                acting_for_id=row.person_id,
                now=now,
            )
            count += 1
    return count
