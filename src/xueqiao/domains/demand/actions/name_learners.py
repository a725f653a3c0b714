from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.demand.actions._lists import hand_list, require_list_open
from xueqiao.domains.demand.actions._orders import locked_order, person_of
from xueqiao.domains.demand.errors import LearnersRefused
from xueqiao.domains.demand.models import NamedLearner
from xueqiao.domains.demand.queries import checked_for
from xueqiao.domains.demand.values import LearnerLine
from xueqiao.foundation.audit.api import Actor, record_deed


def name_learners(*, actor: Actor, order_uuid: UUID, lines: Sequence[LearnerLine], now: datetime) -> int:
    """A firm names people for the seats it ordered, all of the lines or none; return how many are new on its list.

    From the acceptance of the quote until the class begins, up to the ordered number. Has the order its class, they may
    enrol at once and are told. The same lines again add nobody. Locks the order, then the class's pool.
    Raises OrderNotFound, LearnerListShut, NoLearnerLines, LearnersRefused, ListUnfit.
    """
    with transaction.atomic():
        order = locked_order(actor, order_uuid, by_member=True)
        require_list_open(order, now=now)
        checked = checked_for(order, lines)
        wrong = [(each.line.number, each.problem.message) for each in checked if each.problem is not None]
        if wrong:
            first, why = wrong[0]
            raise LearnersRefused(lines=len(checked), wrong=len(wrong), first=first, why=why)
        new = [each.line for each in checked if not each.is_known]
        if not new:
            return 0
        by = person_of(actor)
        NamedLearner.objects.bulk_create(
            NamedLearner(order=order, name=x.name, phone=x.phone, post=x.post, named_by_id=by, named_at=now)
            for x in new
        )
        hand_list(order, now=now)
        record_deed(
            actor=actor,
            verb="name_learners",
            object_kind="order",
            object_id=order.pk,
            now=now,
            region=order.region,
            detail={"new": len(new)},
        )
        return len(new)
