"""What several actions do with the list of people an order is for, under its row's lock; in an open transaction."""

from datetime import datetime

from xueqiao.domains.demand.errors import LearnerListShut
from xueqiao.domains.demand.models import Order
from xueqiao.domains.demand.queries import SHUT_WORDS, list_shut_because, named_of
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.locks import require_transaction


def require_list_open(order: Order, *, now: datetime) -> None:
    """Raises LearnerListShut before the acceptance of the quote, and once the class has begun."""
    if shut := list_shut_because(order, now=now):
        raise LearnerListShut(what=SHUT_WORDS[shut])


def hand_list(order: Order, *, now: datetime) -> None:
    """Bring the class of an order to its list: these people and nobody else. Without a class there is nothing to do.

    Raises ListUnfit, ListedHasSeat.
    """
    require_transaction()
    if order.run_id is None:
        return
    enrolment.list_learners(
        actor=Actor.system("hand_list"),
        run_id=order.run_id,
        host=order.enterprise.name,
        learners=set(named_of(order).values_list("name", "phone")),
        now=now,
    )


def forget_list(order: Order, *, now: datetime) -> int:
    """Delete the names of an order's list here and at its class; return how many went."""
    require_transaction()
    actor = Actor.system("forget_list")
    if order.run_id is not None:
        enrolment.forget_listed(actor=actor, run_id=order.run_id, region=order.region, now=now)
    gone = int(named_of(order).delete()[0])
    if gone:
        record_deed(
            actor=actor,
            verb="forget_list",
            object_kind="order",
            object_id=order.pk,
            now=now,
            region=order.region,
            detail={"deleted": gone},
        )
    return gone
