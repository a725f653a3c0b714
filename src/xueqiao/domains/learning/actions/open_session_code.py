"""Make the secret behind a session's rotating code."""

import secrets
from datetime import datetime

from django.db import transaction

from xueqiao.domains.learning.errors import SessionCancelled
from xueqiao.domains.learning.models import SessionCode
from xueqiao.domains.learning.queries.attendance import plan_of, require_may_call_roll
from xueqiao.domains.learning.values import SessionPlan
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor


def open_session_code(*, actor: Actor, session_id: int, now: datetime) -> SessionPlan:
    """Open a session's code; opening it again changes nothing, so two screens show the same code.

    Raises SessionUnknown, NotYourSession, SessionCancelled.
    """
    plan = plan_of(session_id, now=now)
    require_may_call_roll(actor, plan)
    if plan.is_cancelled:
        raise SessionCancelled
    with transaction.atomic():
        _, is_new = SessionCode.objects.get_or_create(
            session_id=session_id, defaults={"secret": secrets.token_bytes(32), "opened_at": now}
        )
        if is_new:
            record_deed(
                actor=actor,
                verb="open_session_code",
                object_kind="session",
                object_id=session_id,
                region=plan.region,
                now=now,
            )
    return plan
