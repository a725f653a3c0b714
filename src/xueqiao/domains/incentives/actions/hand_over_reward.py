from datetime import datetime

from django.db import transaction

from xueqiao.domains.incentives.errors import HandOverToOneself, RedemptionEnded, RedemptionNotFound
from xueqiao.domains.incentives.events import RewardHandedOver
from xueqiao.domains.incentives.models import Redemption
from xueqiao.domains.incentives.queries import DESK_ROLES, EVERYTHING, is_desk_of, redemption_view
from xueqiao.domains.incentives.rules import REDEMPTION_WORDS
from xueqiao.domains.incentives.values import RedemptionView
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.ledger.api import post_held
from xueqiao.foundation.outbox.api import record_event


def hand_over_reward(*, actor: Actor, code: str, now: datetime) -> RedemptionView:
    """Give a person what she reserved: from now on her points are spent. Pressed twice, it is handed over once.

    By the desk of the place, never to oneself. Locks the slip's row. Raises NotAllowed, RedemptionNotFound,
    HandOverToOneself, RedemptionEnded (given up, not fetched in time).
    """
    people.require_role(actor, *DESK_ROLES)
    rows = Redemption.objects.within(EVERYTHING)
    with transaction.atomic():
        row = rows.filter(code=code.strip()).select_for_update().first()
        if row is None or not is_desk_of(actor, row.region):
            raise RedemptionNotFound
        if row.person_id == actor.person_id:
            raise HandOverToOneself
        if row.state == "handed_over":
            return redemption_view(row)
        if row.state != "reserved" or now >= row.keep_until:
            state = row.state if row.state != "reserved" else "lapsed"
            raise RedemptionEnded(state=REDEMPTION_WORDS[state])
        post_held(row.hold_id, key=f"incentives.hand_over:{row.pk}", memo={"deed": "hand_over"}, now=now)
        row.state, row.handed_at, row.handed_by_id = "handed_over", now, actor.person_id
        row.save(update_fields=["state", "handed_at", "handed_by"])
        record_event(
            RewardHandedOver(row.pk, row.reward_id, row.person_id, row.region, row.points_hundredths),
            region=row.region,
            now=now,
        )
        record_deed(
            actor=actor,
            verb="hand_over_reward",
            object_kind="redemption",
            object_id=row.pk,
            region=row.region,
            acting_for_id=row.person_id,
            now=now,
        )
        return redemption_view(row)
