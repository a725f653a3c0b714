import re
from datetime import datetime

from django.db import transaction

from xueqiao.domains.enrolment.actions.freeze_round import lock_round
from xueqiao.domains.enrolment.draws.sources import ValueUnreadable, write_value
from xueqiao.domains.enrolment.errors.draws import (
    DrawWrongState,
    SourceDiffers,
    SourceNotDue,
    SourceSettled,
    SourceUnreadable,
)
from xueqiao.domains.enrolment.models import AdmissionRound
from xueqiao.domains.enrolment.rules.draws import DRAW_STATE_WORDS
from xueqiao.domains.enrolment.rules.seats import when
from xueqiao.domains.enrolment.values.draws import TypingView
from xueqiao.domains.enrolment.values.rounds import FROZEN
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.reasons import NotAllowed


def type_source_value(
    *, actor: Actor, code: str, value: str, now: datetime, is_starting_over: bool = False
) -> TypingView:
    """Write down the public value. Two people type it, each by herself: the second must say the same as the first.

    The first may correct her own until then. is_starting_over: the first person's value is put aside and this one
    counts as the first; the deed keeps both. Shuts the round's gate. Raises NotAllowed, DrawNotFound, DrawWrongState,
    SourceNotDue, SourceUnreadable, SourceDiffers or SourceSettled.
    """
    with transaction.atomic():
        row = lock_round(actor, code)
        if actor.person_id is None:
            raise NotAllowed  # a job is not a person, and two jobs are not two people
        if row.state != FROZEN:
            raise DrawWrongState(state_words=DRAW_STATE_WORDS[row.state])
        if now < row.source_due_at:
            raise SourceNotDue(due=when(row.source_due_at))
        written = _written(row, value)
        before = row.source_value
        if row.source_confirmed_at is not None:
            if written != before:
                raise SourceSettled
            return TypingView("settled", row.source_typed_by_id, written)
        if not before or row.source_typed_by_id == actor.person_id or is_starting_over:
            row.source_value, row.source_typed_by_id, row.source_typed_at = written, actor.person_id, now
            step = "typed"
        elif written != before:
            raise SourceDiffers
        else:
            row.source_confirmed_by_id, row.source_confirmed_at = actor.person_id, now
            step = "settled"
        row.save(
            update_fields=[
                *("source_value", "source_typed_by", "source_typed_at"),
                *("source_confirmed_by", "source_confirmed_at"),
            ]
        )
        record_deed(
            actor=actor,
            verb="type_source_value",
            object_kind="round",
            object_id=row.pk,
            now=now,
            region=row.region,
            detail={"code": row.code, "step": step, "value": written, "before": before},
        )
        return TypingView(step, row.source_typed_by_id, written if step == "settled" else "")


def _written(row: AdmissionRound, value: str) -> str:
    try:
        written = write_value(row.source_kind, value)
    except ValueUnreadable as reason:
        raise SourceUnreadable(what=str(reason)) from reason
    if row.source_kind == "beacon":
        number = written.split(" ")[0]
        if number not in re.findall(r"[0-9]+", row.source_name):
            raise SourceUnreadable(what=f"公布过的是{row.source_name}，您填的是第 {number} 轮")
    return written
