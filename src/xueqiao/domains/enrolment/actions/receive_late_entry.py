from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from xueqiao.domains.enrolment.actions._entries import EVERYTHING
from xueqiao.domains.enrolment.admission.rounds import pass_gate
from xueqiao.domains.enrolment.errors.rounds import RoundNotFound, StampTooLate
from xueqiao.domains.enrolment.models import AdmissionRound, LateEntry, RoundRun
from xueqiao.domains.enrolment.queries.late import late_view
from xueqiao.domains.enrolment.rules.rounds import require_list_open, require_wishes
from xueqiao.domains.enrolment.rules.seats import when
from xueqiao.domains.enrolment.values.late import LateView
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.reasons import InvalidInput


def receive_late_entry(
    *,
    actor: Actor,
    round_code: str,
    person_id: int,
    run_ids: Sequence[int],
    stamped_at: datetime,
    why: str,
    source: str,
    request_key: str,
    now: datetime,
) -> LateView:
    """Write down a form that reached the desk after the close, stamped (paper) or signed (device) before it.

    The rule: who handed the form in before the close has done her part. It counts when a second person accepts it
    before the freeze (`decide_late_entry`); until then nothing is entered. The same request_key again returns it.
    Locks the round's gate (shared). Raises NotAllowed, MayNotActFor, RoundNotFound, RoundNotTaking, StampTooLate,
    BadWishes, InvalidInput.
    """
    people.require_role(actor, people.CENTRE_CLERK)
    if not why.strip() or source not in {"paper", "device"} or not 1 <= len(request_key) <= 64:
        raise InvalidInput(what="请写明为什么晚到")
    with transaction.atomic():
        people.require_may_act_for(actor, person_id, now=now)
        known = AdmissionRound.objects.filter(code=round_code[:16]).only("pk").first()
        if known is None:
            raise RoundNotFound
        admission = pass_gate(known.pk)
        earlier = (
            LateEntry.objects.within(EVERYTHING).filter(received_by_id=actor.person_id, request_key=request_key).first()
        )
        if earlier is not None:
            return late_view(earlier)
        require_list_open(admission.state)
        if not admission.wishes_open_at <= stamped_at < admission.wishes_close_at or stamped_at > now:
            raise StampTooLate(closed=when(admission.wishes_close_at))
        offered = RoundRun.objects.filter(round=admission, is_live=True).values_list("run_id", flat=True)
        require_wishes(run_ids, list(offered), most=admission.wishes_max)
        row = LateEntry.objects.create(
            round=admission,
            person_id=person_id,
            run_ids=list(run_ids),
            source=source,
            stamped_at=stamped_at,
            why=why.strip()[:120],
            received_by_id=actor.person_id,
            received_at=now,
            request_key=request_key,
        )
        record_deed(
            actor=actor,
            verb="receive_late_entry",
            object_kind="late_entry",
            object_id=row.pk,
            acting_for_id=person_id,
            region=admission.region,
            now=now,
            detail={"stamped_at": stamped_at.isoformat(), "source": source, "why": row.why},
        )
        return late_view(LateEntry.objects.within(EVERYTHING).get(pk=row.pk))
