from datetime import datetime

from django.db import transaction

from xueqiao.domains.enrolment.actions._entries import EVERYTHING
from xueqiao.domains.enrolment.admission.rounds import shut_gate
from xueqiao.domains.enrolment.errors.rounds import BadRoundPlan, RoundNotPlanned
from xueqiao.domains.enrolment.events import RoundCancelled
from xueqiao.domains.enrolment.models import Entry, EntryMember, RoundRun
from xueqiao.domains.enrolment.queries.rounds import access_round, round_view
from xueqiao.domains.enrolment.queries.seats import STAFF_ROLES
from xueqiao.domains.enrolment.rules.rounds import ROUND_STATE_WORDS
from xueqiao.domains.enrolment.values.rounds import (
    AGREED,
    CANCELLED,
    ENTERED,
    FROZEN,
    INVITED,
    LEFT,
    LEFT_ROUND,
    OPEN,
    PLANNED,
    RoundView,
)
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.outbox.api import record_event


def cancel_round(*, actor: Actor, code: str, reason: str, now: datetime) -> RoundView:
    """End a round that was not drawn: its entries are over, its classes are free for another round, people are told.

    Cancelling again changes nothing. Locks the round's gate. Raises NotAllowed, RoundNotFound, RoundNotPlanned once it
    is drawn, BadRoundPlan without a reason.
    """
    if not reason.strip():
        raise BadRoundPlan(what="请写明为什么取消")
    with transaction.atomic():
        known = access_round(actor=actor, code=code, now=now)
        people.require_role(actor, *STAFF_ROLES, region=known.region)
        row = shut_gate(known.id)
        if row.state == CANCELLED:
            return round_view(row, now=now)
        if row.state not in {PLANNED, OPEN, FROZEN}:
            raise RoundNotPlanned(state_words=ROUND_STATE_WORDS[row.state])
        row.state, row.end_reason = CANCELLED, reason.strip()[:120]
        row.save(update_fields=["state", "end_reason"])
        RoundRun.objects.filter(round=row).update(is_live=False)
        told = _end_entries(row.pk, now)
        if told:
            words = f"“{row.title}”这一轮报名取消了：{row.end_reason}。您的志愿不再有效，不用您做什么。"
            people.notify(
                [
                    people.NoticeWanted(
                        person_id=person_id,
                        text=words,
                        values={"name": name, "title": row.title[:20]},
                        path=f"/rounds/{row.code}/",
                    )
                    for person_id, name in told
                ],
                template="round_cancelled",
                key=f"round_cancelled:{row.pk}",
                now=now,
            )
        record_event(RoundCancelled(row.pk, row.region, row.end_reason), region=row.region, now=now)
        record_deed(
            actor=actor,
            verb="cancel_round",
            object_kind="round",
            object_id=row.pk,
            now=now,
            region=row.region,
            detail={"code": row.code, "reason": row.end_reason, "entries": len(told)},
        )
        return round_view(row, now=now)


def _end_entries(round_id: int, now: datetime) -> list[tuple[int, str]]:
    """End every living entry; return (person, name) of those who were in one."""
    members = EntryMember.objects.within(EVERYTHING).filter(
        round_id=round_id, state__in=[AGREED, INVITED], entry__state=ENTERED
    )
    told = list(members.order_by("person_id").values_list("person_id", "person__name").distinct())
    members.update(state=LEFT, answered_at=now)
    Entry.objects.within(EVERYTHING).filter(round_id=round_id, state=ENTERED).update(
        state=LEFT_ROUND, ended_at=now, end_reason="round_cancelled"
    )
    return told
