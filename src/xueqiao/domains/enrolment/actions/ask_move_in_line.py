from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.enrolment.errors.waiting import MoveAskedAlready, MoveNotWaiting, MoveReasonNeeded
from xueqiao.domains.enrolment.models import LineMove
from xueqiao.domains.enrolment.queries.offers import access_waiting_row, waiting_views
from xueqiao.domains.enrolment.queries.seats import STAFF_ROLES
from xueqiao.domains.enrolment.values.waiting import WAITING
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.reasons import InvalidInput
from xueqiao.foundation.scope import Scope

REASON_LENGTH_MIN = 6


def ask_move_in_line(*, actor: Actor, entry_uuid: UUID, position: int, reason: str, now: datetime) -> UUID:
    """Ask that an entry stand elsewhere in its line; another member of staff decides. Nothing moves yet.

    Return the number of the request. Raises WaitingEntryNotFound, NotAllowed, InvalidInput, MoveReasonNeeded,
    MoveNotWaiting, MoveAskedAlready.
    """
    with transaction.atomic():
        entry = access_waiting_row(actor=actor, entry_uuid=entry_uuid)
        people.require_role(actor, *STAFF_ROLES, region=entry.region)
        words = reason.strip()[:200]
        if len(words) < REASON_LENGTH_MIN:
            raise MoveReasonNeeded
        if position < 1:
            raise InvalidInput(what="排到第几位要填 1 或更大的数")
        if entry.state != WAITING:
            raise MoveNotWaiting
        if LineMove.objects.within(Scope.everything("of this entry")).filter(entry=entry, state="asked").exists():
            raise MoveAskedAlready
        move = LineMove.objects.create(
            entry=entry,
            position=position,
            position_before=max(1, waiting_views([entry])[0].position),
            reason=words,
            asked_by_id=actor.person_id or 0,
            asked_at=now,
        )
        move.refresh_from_db(fields=["uuid"], from_queryset=LineMove.objects.within(Scope.everything("just written")))
        record_deed(
            actor=actor,
            verb="ask_move_in_line",
            object_kind="waiting_entry",
            object_id=entry.pk,
            now=now,
            region=entry.region,
            detail={"to": position, "reason": words},
        )
        return move.uuid
