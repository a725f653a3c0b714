from datetime import datetime

from django.db import transaction

from xueqiao.domains.enrolment.admission.rounds import shut_gate
from xueqiao.domains.enrolment.errors.interviews import CriteriaMissing
from xueqiao.domains.enrolment.errors.rounds import OpenedByAnother, RoundNotPlanned
from xueqiao.domains.enrolment.events import RoundOpened
from xueqiao.domains.enrolment.models import InterviewCriterion
from xueqiao.domains.enrolment.queries.round_numbers import rules_at
from xueqiao.domains.enrolment.queries.rounds import access_round, round_view
from xueqiao.domains.enrolment.queries.seats import STAFF_ROLES
from xueqiao.domains.enrolment.rules.rounds import ROUND_STATE_WORDS
from xueqiao.domains.enrolment.values.rounds import INTERVIEW, OPEN, PLANNED, RoundView
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.outbox.api import record_event


def open_round(*, actor: Actor, code: str, now: datetime) -> RoundView:
    """Make a planned round public: another person than who planned it looks and agrees; from here on its rules stand.

    Weights and limits in force today are written into the round with their sources. Opening an open round changes
    nothing. Locks the round's gate. Interviews need their criteria first.
    Raises NotAllowed, RoundNotFound, OpenedByAnother, RoundNotPlanned, CriteriaMissing.
    """
    with transaction.atomic():
        known = access_round(actor=actor, code=code, now=now)
        people.require_role(actor, *STAFF_ROLES, region=known.region)
        row = shut_gate(known.id)
        if row.state == OPEN:
            return round_view(row, now=now)
        if row.state != PLANNED or row.wishes_close_at <= now:
            raise RoundNotPlanned(state_words=ROUND_STATE_WORDS[row.state] if row.state != PLANNED else "时间已经过了")
        if row.mode == INTERVIEW and not InterviewCriterion.objects.filter(round=row).exists():
            raise CriteriaMissing
        if actor.person_id is None or actor.person_id == row.planned_by_id:
            raise OpenedByAnother
        row.rules = rules_at(region=row.region, institution_id=row.institution_id, now=now) | row.rules
        row.state, row.opened_by_id, row.opened_at = OPEN, actor.person_id, now
        row.save(update_fields=["rules", "state", "opened_by", "opened_at"])
        record_event(RoundOpened(row.pk, row.region), region=row.region, now=now)
        record_deed(
            actor=actor,
            verb="open_round",
            object_kind="round",
            object_id=row.pk,
            now=now,
            region=row.region,
            detail={"code": row.code, "planned_by": row.planned_by_id, "rules": row.rules["weights"]},
        )
        return round_view(row, now=now)
