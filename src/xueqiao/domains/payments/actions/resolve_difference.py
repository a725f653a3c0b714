from datetime import datetime

from django.db import transaction

from xueqiao.domains.payments.actions.settle_statement import settle_statement
from xueqiao.domains.payments.errors.reconciliation import DifferenceNotFound, DifferenceResolved
from xueqiao.domains.payments.models import Difference
from xueqiao.domains.payments.queries.reconciliation import FINANCE_ROLES, differences_within
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.locks import set_lock_timeout
from xueqiao.foundation.reasons import InvalidInput

WORDS_MIN = 4


def resolve_difference(*, actor: Actor, difference_id: int, resolution: str, now: datetime) -> None:
    """Close a difference with words: what it was and what was done about it. Locks its row.

    Only an officer whose unit contains the bill's; a difference nobody here knows the bill of, by any officer. It moves
    no money by itself; when it was the last of its list, the list is settled. Raises NotAllowed, DifferenceNotFound,
    DifferenceResolved or InvalidInput for fewer than four characters.
    """
    people.require_role(actor, *FINANCE_ROLES)
    words = resolution.strip()
    if len(words) < WORDS_MIN:
        raise InvalidInput(what="写清楚这是怎么回事、怎么处理的，至少 4 个字")
    with transaction.atomic():
        set_lock_timeout()
        each: Difference | None = differences_within(actor).select_for_update().filter(pk=difference_id).first()
        if each is None:
            raise DifferenceNotFound
        if each.resolved_at is not None:
            raise DifferenceResolved
        each.owner_id = each.owner_id or actor.person_id
        each.resolution, each.resolved_by_id, each.resolved_at = words[:200], actor.person_id, now
        each.save(update_fields=["owner", "resolution", "resolved_by", "resolved_at"])
        record_deed(
            actor=actor,
            verb="resolve_difference",
            object_kind="difference",
            object_id=each.pk,
            now=now,
            region=each.region or None,
            detail={"kind": each.kind, "order": each.order_code, "resolution": words[:200]},
        )
        settle_statement(statement_id=each.statement_id, now=now)
