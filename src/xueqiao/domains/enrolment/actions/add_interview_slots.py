from datetime import datetime, timedelta

from django.db import transaction

from xueqiao.domains.enrolment.admission.rounds import pass_gate
from xueqiao.domains.enrolment.errors.interviews import BadSlots
from xueqiao.domains.enrolment.errors.rounds import RoundNotTaking
from xueqiao.domains.enrolment.models import InterviewSlot, RoundRun
from xueqiao.domains.enrolment.queries.interviews import require_interviews, slots_of
from xueqiao.domains.enrolment.queries.rounds import access_round
from xueqiao.domains.enrolment.queries.seats import STAFF_ROLES
from xueqiao.domains.enrolment.rules.rounds import ROUND_STATE_WORDS
from xueqiao.domains.enrolment.values.interviews import SlotView
from xueqiao.domains.enrolment.values.rounds import OPEN, PLANNED
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed

SLOTS_MAX = 60


def add_interview_slots(
    *,
    actor: Actor,
    code: str,
    run_id: int,
    starts_at: datetime,
    minutes: int,
    count: int,
    capacity: int,
    where: str,
    now: datetime,
) -> list[SlotView]:
    """Offer `count` times one after the other, of so many minutes, at which a class sees `capacity` applicants each.

    A time that is there already stays as it is. Passes the round's gate.
    Raises NotAllowed, RoundNotFound, NotAnInterview, RoundNotTaking, BadSlots.
    """
    with transaction.atomic():
        known = access_round(actor=actor, code=code, now=now)
        people.require_role(actor, *STAFF_ROLES, region=known.region)
        require_interviews(known)
        row = pass_gate(known.id)
        if row.state not in {PLANNED, OPEN}:
            raise RoundNotTaking(state_words=ROUND_STATE_WORDS[row.state])
        one = RoundRun.objects.filter(round=row, run_id=run_id, is_live=True).first()
        if one is None:
            raise BadSlots(what="这个班不在这一轮里")
        if not (1 <= count <= SLOTS_MAX and 5 <= minutes <= 240 and 1 <= capacity <= 50):
            raise BadSlots(what=f"一次 1 到 {SLOTS_MAX} 个时间，每个 5 到 240 分钟，1 到 50 人")
        ends = starts_at + timedelta(minutes=minutes * count)
        if starts_at <= now or starts_at < row.wishes_open_at or ends > row.source_due_at:
            raise BadSlots(what="面谈要在开始报名之后、公布结果之前")
        InterviewSlot.objects.bulk_create(
            [
                InterviewSlot(
                    round_run=one,
                    region=row.region,
                    starts_at=starts_at + timedelta(minutes=minutes * number),
                    minutes=minutes,
                    where=where.strip()[:60],
                    capacity=capacity,
                )
                for number in range(count)
            ],
            ignore_conflicts=True,
        )
        record_deed(
            actor=actor,
            verb="add_interview_slots",
            object_kind="round",
            object_id=row.pk,
            now=now,
            region=row.region,
            detail={"code": row.code, "run": run_id, "from": starts_at.isoformat(), "count": count},
        )
        return slots_of(row.pk)
