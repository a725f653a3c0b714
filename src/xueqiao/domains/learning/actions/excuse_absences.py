"""Say why somebody stayed away: the seat stays hers."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.learning.errors import AbsenceCaseOver, ExcuseNeeded, OwnExcuseUsed
from xueqiao.domains.learning.events import AbsenceExcused
from xueqiao.domains.learning.models import AbsenceCase
from xueqiao.domains.learning.queries.absences import (
    DESK_ROLES,
    absence_numbers,
    absence_views,
    access_absence_row,
    own_excuses_used,
)
from xueqiao.domains.learning.values import EXCUSED_CASE, LIVE_CASE, AbsenceView
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.locks import LockSpace, lock
from xueqiao.foundation.outbox.api import record_event
from xueqiao.foundation.scope import Scope

REASON_LENGTH_MIN = 4
STATE_WORDS = {"excused": "已经请过假，座位留着", "ended": "已经来上课了", "released": "座位已经给了候补的人"}


def excuse_absences(*, actor: Actor, case_uuid: UUID, reason: str, now: datetime) -> AbsenceView:
    """Count the absences so far as excused, with a reason: no seat goes for them, and counting begins anew.

    The learner or her family may do it as often as the parameter says, desk staff of the class always; the learner is
    told when the desk did it. Raises AbsenceCaseUnknown, ExcuseNeeded, AbsenceCaseOver, OwnExcuseUsed, NotAllowed, or
    what require_may_act_for raises. Locks the class's absences.
    """
    known = access_absence_row(actor=actor, case_uuid=case_uuid)
    reason = reason.strip()[:200]
    if len(reason) < REASON_LENGTH_MIN:
        raise ExcuseNeeded
    with transaction.atomic():
        lock(LockSpace.CLASS_ABSENCES, [known.run_id])
        row = (
            AbsenceCase.objects.within(Scope.everything("checked above"))
            .select_for_update(of=("self",))
            .select_related("run")
            .get(pk=known.pk)
        )
        if row.state not in LIVE_CASE:
            raise AbsenceCaseOver(state_words=STATE_WORDS[row.state])
        is_own = row.person_id in actor.scope.person_ids
        if is_own:
            people.require_may_act_for(actor, row.person_id, now=now)
            numbers = absence_numbers(region=row.region, institution_id=row.run.institution_id, now=now)
            if own_excuses_used([row.place_id]).get(row.place_id, 0) >= numbers.own_excuses:
                raise OwnExcuseUsed(times=numbers.own_excuses)
        else:
            people.require_role(actor, *DESK_ROLES, region=row.region)
        row.state, row.ended_at, row.excuse = EXCUSED_CASE, now, reason
        row.excused_by_id, row.is_own_excuse = actor.person_id, is_own
        row.save(update_fields=["state", "ended_at", "excuse", "excused_by", "is_own_excuse"])
        if not is_own:
            _tell(row, now)
        record_event(
            AbsenceExcused(row.pk, row.place_id, row.person_id, row.run_id, row.region), region=row.region, now=now
        )
        record_deed(
            actor=actor,
            verb="excuse_absences",
            object_kind="absence_case",
            object_id=row.pk,
            now=now,
            region=row.region,
            acting_for_id=row.person_id if row.person_id != actor.person_id else None,
            detail={"absences": row.absences, "reason": reason, "own": is_own},
        )
        return absence_views([row], now=now)[0]


def _tell(row: AbsenceCase, now: datetime) -> None:
    name = people.access_person(Actor.system("absences"), row.person_id).name
    people.notify(
        [
            people.NoticeWanted(
                row.person_id,
                f"{name}的《{row.run.title}》，中心已经按请假记下，座位给您留着。",
                {"name": name, "title": row.run.title},
                f"/mine/absences/{row.uuid}/",
            )
        ],
        template="absence_excused",
        key=f"absence_excused:{row.pk}",
        now=now,
    )
