from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.incentives.actions.offer_reward import STOCK_MOST
from xueqiao.domains.incentives.errors import StockTooSmall
from xueqiao.domains.incentives.models import Reward
from xueqiao.domains.incentives.queries import find_reward, reward_view
from xueqiao.domains.incentives.values import RewardView
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.reasons import InvalidInput


def change_stock(*, actor: Actor, reward_uuid: UUID, stock: int, is_closed: bool = False, now: datetime) -> RewardView:
    """Say how many pieces there are in all, taken ones included, or that no more are given.

    What was reserved stays reserved. Locks the reward's row. Raises NotAllowed, RewardNotFound, StockTooSmall,
    InvalidInput.
    """
    found = find_reward(actor, reward_uuid)
    if not 0 <= stock <= STOCK_MOST:
        raise InvalidInput(what="数量要在 0 到 100000 之间")
    with transaction.atomic():
        row = Reward.objects.select_for_update(of=("self",)).select_related("institution").get(pk=found.pk)
        if stock < row.taken:
            raise StockTooSmall(taken=row.taken)
        row.stock, row.closed_at = stock, now if is_closed else None
        row.save(update_fields=["stock", "closed_at"])
        record_deed(
            actor=actor,
            verb="change_stock",
            object_kind="reward",
            object_id=row.pk,
            region=row.region,
            now=now,
            detail={"stock": stock, "is_closed": is_closed},
        )
        return reward_view(row, on=local_date(now))
