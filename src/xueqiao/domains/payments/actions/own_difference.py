from datetime import datetime

from django.db import transaction

from xueqiao.domains.payments.errors.reconciliation import DifferenceNotFound, DifferenceResolved
from xueqiao.domains.payments.queries.reconciliation import FINANCE_ROLES, differences_within
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.locks import set_lock_timeout


def own_difference(*, actor: Actor, difference_id: int, now: datetime) -> None:
    """Take a difference upon oneself, so that two do not look into the same one. Locks its row.

    Raises NotAllowed, DifferenceNotFound or DifferenceResolved.
    """
    people.require_role(actor, *FINANCE_ROLES)
    with transaction.atomic():
        set_lock_timeout()
        each = differences_within(actor).select_for_update().filter(pk=difference_id).first()
        if each is None:
            raise DifferenceNotFound
        if each.resolved_at is not None:
            raise DifferenceResolved
        each.owner_id = actor.person_id
        each.save(update_fields=["owner"])
        record_deed(
            actor=actor,
            verb="own_difference",
            object_kind="difference",
            object_id=each.pk,
            now=now,
            region=each.region or None,
        )
