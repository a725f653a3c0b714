from datetime import datetime
from functools import partial
from uuid import UUID

from xueqiao.domains.enrolment.actions._entries import EVERYTHING
from xueqiao.domains.enrolment.actions.enter_round import enter_late
from xueqiao.domains.enrolment.admission import seats
from xueqiao.domains.enrolment.errors.rounds import DecidedByAnother, LateNotFound
from xueqiao.domains.enrolment.models import LateEntry
from xueqiao.domains.enrolment.queries.late import late_view
from xueqiao.domains.enrolment.queries.seats import STAFF_ROLES
from xueqiao.domains.enrolment.values.late import LateView
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.reasons import InvalidInput


def decide_late_entry(*, actor: Actor, late_uuid: UUID, accepts: bool, decision: str, now: datetime) -> LateView:
    """A second person accepts a late form, which makes the entry (the same checks, its channel paper), or refuses it.

    Deciding the same again changes nothing. Locks as enter_round. Raises NotAllowed, LateNotFound, DecidedByAnother,
    RoundNotTaking after the freeze, and what enter_round raises about the person and the wishes.
    """
    if not decision.strip():
        raise InvalidInput(what="请写明理由")
    return seats.with_patience(partial(_decide, actor, late_uuid, accepts, decision.strip()[:120], now))


def _decide(actor: Actor, late_uuid: UUID, accepts: bool, decision: str, now: datetime) -> LateView:
    everything = LateEntry.objects.within(EVERYTHING)
    row = everything.select_for_update(of=("self",)).select_related("round").filter(uuid=late_uuid).first()
    if row is None:
        raise LateNotFound
    people.require_role(actor, *STAFF_ROLES, region=row.round.region)
    if row.state != "waiting":
        if (row.state == "accepted") == accepts:
            return late_view(row)
        raise LateNotFound
    if actor.person_id is None or actor.person_id == row.received_by_id:
        raise DecidedByAnother
    row.state, row.decided_by_id, row.decided_at, row.decision = "refused", actor.person_id, now, decision
    if accepts:
        entry = enter_late(
            actor=Actor.system("decide_late_entry"),
            round_id=row.round_id,
            person_id=row.person_id,
            run_ids=row.run_ids,
            request_key=f"late:{row.pk}",
            now=now,
        )
        row.state, row.entry_id = "accepted", entry.id
    row.save(update_fields=["state", "decided_by", "decided_at", "decision", "entry"])
    record_deed(
        actor=actor,
        verb="decide_late_entry",
        object_kind="late_entry",
        object_id=row.pk,
        acting_for_id=row.person_id,
        region=row.round.region,
        now=now,
        detail={"accepts": accepts, "decision": decision, "received_by": row.received_by_id},
    )
    return late_view(row)
