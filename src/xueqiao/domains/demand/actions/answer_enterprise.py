from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.demand.errors import BadOrder, EnterpriseNotFound
from xueqiao.domains.demand.events import EnterpriseVerified
from xueqiao.domains.demand.models import Enterprise
from xueqiao.domains.demand.queries import DESK_ROLES, access_enterprise
from xueqiao.domains.demand.values import EnterpriseView
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.locks import set_lock_timeout
from xueqiao.foundation.outbox.api import record_event


def answer_enterprise(
    *, actor: Actor, enterprise_uuid: UUID, is_verified: bool, reason: str = "", now: datetime
) -> EnterpriseView:
    """Staff have compared the licence with what was typed: the enterprise may order, or not, with a reason.

    Never by who applied. The same answer twice changes nothing; a refused one can be verified later. Locks its row.
    Raises NotAllowed, EnterpriseNotFound, BadOrder without a reason for a refusal.
    """
    people.require_role(actor, *DESK_ROLES)
    clean = " ".join(reason.split())[:120]
    if not is_verified and len(clean) < 2:
        raise BadOrder(what="不通过要写明原因，企业看得到")
    with transaction.atomic():
        set_lock_timeout()
        row = Enterprise.objects.select_for_update().filter(uuid=enterprise_uuid).first()
        if row is None or not actor.scope.has_region(row.region) or row.applied_by_id == actor.person_id:
            raise EnterpriseNotFound
        people.require_role(actor, *DESK_ROLES, region=row.region)
        state = "verified" if is_verified else "refused"
        if row.state not in {state, "verified"}:
            row.state, row.reason = state, "" if is_verified else clean
            row.answered_by_id, row.answered_at = actor.person_id, now
            row.save(update_fields=["state", "reason", "answered_by", "answered_at"])
            if is_verified:
                record_event(EnterpriseVerified(row.pk, row.region), region=row.region, now=now)
            record_deed(
                actor=actor,
                verb="answer_enterprise",
                object_kind="enterprise",
                object_id=row.pk,
                now=now,
                region=row.region,
                detail={"state": state, "reason": clean},
            )
        return access_enterprise(actor=actor, enterprise_uuid=row.uuid)
