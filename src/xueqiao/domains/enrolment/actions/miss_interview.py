from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from xueqiao.domains.enrolment.actions._entries import EVERYTHING
from xueqiao.domains.enrolment.admission.rounds import pass_gate
from xueqiao.domains.enrolment.errors.interviews import InterviewOver, InterviewTooEarly
from xueqiao.domains.enrolment.models import Interview, InterviewSheet, InterviewSlot
from xueqiao.domains.enrolment.queries.interviews import access_interview, access_interview_row
from xueqiao.domains.enrolment.queries.seats import STAFF_ROLES
from xueqiao.domains.enrolment.rules.rounds import require_list_open
from xueqiao.domains.enrolment.rules.seats import when
from xueqiao.domains.enrolment.values.interviews import BOOKED, MISSED, InterviewView
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed


def miss_interview(*, actor: Actor, interview_uuid: UUID, now: datetime) -> InterviewView:
    """Write down that nobody came to an interview, after it began; the desk may give another time until the results.

    Repeating it changes nothing. Passes the round's gate; locks the interview, then its slot.
    Raises InterviewNotFound, NotAllowed, InterviewTooEarly, or InterviewOver when somebody has judged it.
    """
    known = access_interview_row(actor=actor, interview_uuid=interview_uuid)
    people.require_role(actor, *STAFF_ROLES, region=known.region)
    with transaction.atomic():
        admission = pass_gate(known.entry.round_id)
        require_list_open(admission.state)
        row = (
            Interview.objects.within(EVERYTHING).select_for_update(of=("self",)).select_related("slot").get(pk=known.pk)
        )
        if row.state == MISSED:
            return access_interview(actor=actor, interview_uuid=interview_uuid)[0]
        if row.state != BOOKED or InterviewSheet.objects.filter(interview=row).exists():
            raise InterviewOver
        if now < row.slot.starts_at:
            raise InterviewTooEarly(starts=when(row.slot.starts_at))
        row.state = MISSED
        row.save(update_fields=["state"])
        InterviewSlot.objects.within(EVERYTHING).filter(pk=row.slot_id).update(taken=F("taken") - 1)
        record_deed(
            actor=actor, verb="miss_interview", object_kind="interview", object_id=row.pk, now=now, region=row.region
        )
        return access_interview(actor=actor, interview_uuid=interview_uuid)[0]
