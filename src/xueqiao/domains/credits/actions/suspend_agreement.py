"""Suspend an agreement, or let it go on: only new conversions stop, nothing that was recognised is touched."""

from datetime import datetime

from django.db import transaction

from xueqiao.domains.credits.actions.draft_rule_set import RULE_ROLES
from xueqiao.domains.credits.errors.rulesets import AgreementUnknown
from xueqiao.domains.credits.models import Agreement
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor


def suspend_agreement(*, actor: Actor, code: str, is_suspended: bool, now: datetime) -> str:
    """Return the state afterwards. An officer of the receiver's range; safe to repeat. Locks the row.

    Raises AgreementUnknown, NotAllowed. An agreement that has ended stays ended.
    """
    people.require_role(actor, *RULE_ROLES)
    with transaction.atomic():
        row = Agreement.objects.select_for_update(of=("self",)).select_related("receiver").filter(code=code).first()
        if row is None:
            raise AgreementUnknown
        people.require_role(actor, *RULE_ROLES, region=row.receiver.region)
        state = "suspended" if is_suspended else "active"
        if row.state in ("ended", state):
            return str(row.state)
        row.state, row.moved_at = state, now
        row.save(update_fields=["state", "moved_at"])
        record_deed(
            actor=actor,
            verb="suspend_agreement",
            object_kind="agreement",
            object_id=row.pk,
            region=row.receiver.region,
            now=now,
            detail={"state": state},
        )
    return state
