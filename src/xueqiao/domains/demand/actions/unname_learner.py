from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.demand.actions._lists import hand_list, require_list_open
from xueqiao.domains.demand.actions._orders import locked_order
from xueqiao.domains.demand.errors import NamedLearnerNotFound
from xueqiao.domains.demand.queries import named_of
from xueqiao.foundation.audit.api import Actor, record_deed


def unname_learner(*, actor: Actor, order_uuid: UUID, learner_id: int, now: datetime) -> None:
    """A firm takes somebody who has no seat yet off its list: her name and phone are deleted.

    Until the class begins. Locks the order, then the class's pool. Raises OrderNotFound, LearnerListShut,
    NamedLearnerNotFound, and ListedHasSeat for who has a seat: she leaves the class herself first.
    """
    with transaction.atomic():
        order = locked_order(actor, order_uuid, by_member=True)
        require_list_open(order, now=now)
        if not named_of(order).filter(pk=learner_id).delete()[0]:
            raise NamedLearnerNotFound
        hand_list(order, now=now)
        record_deed(
            actor=actor,
            verb="unname_learner",
            object_kind="order",
            object_id=order.pk,
            now=now,
            region=order.region,
        )
