from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from xueqiao.domains.classes.actions.copy_last_term import copy_last_term
from xueqiao.domains.classes.errors.batches import BatchClash, NothingChosen, TooManyChosen
from xueqiao.domains.classes.errors.runs import BadClassPlan, RoomTaken, RoomTooSmall, TeacherTaken
from xueqiao.domains.classes.queries import get_class
from xueqiao.domains.classes.queries.batches import COPIES_MAX
from xueqiao.domains.classes.rules import runs as rules
from xueqiao.domains.classes.values.batches import CopyChoice
from xueqiao.domains.classes.values.runs import ClassDetail
from xueqiao.domains.institutions.api import get_institution_by_id
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.reasons import NotAllowed


def copy_classes(
    *, actor: Actor, institution_id: int, first_day: date, choices: Sequence[CopyChoice], now: datetime
) -> list[ClassDetail]:
    """照上学期全部再开: a draft of each chosen class of a centre, from `first_day` on; all of them or none.

    In the order of their codes, so that two clerks who press at once wait for each other and not in a circle; the
    second finds the rooms taken. Raises NotAllowed, NothingChosen, TooManyChosen, UnknownClass, BatchClash.
    """
    centre = get_institution_by_id(institution_id)
    rules.require_may_plan(actor, centre.region)
    wanted = {each.code: each for each in choices}
    if not wanted:
        raise NothingChosen
    if len(wanted) > COPIES_MAX:
        raise TooManyChosen(limit=COPIES_MAX, chosen=len(wanted))
    with transaction.atomic():
        made = [_copy(actor, institution_id, first_day, wanted[code], now) for code in sorted(wanted)]
        record_deed(
            actor=actor,
            verb="copy_classes",
            object_kind="institution",
            object_id=institution_id,
            region=centre.region,
            now=now,
            detail={"first_day": first_day.isoformat(), "classes": [each.code for each in made]},
        )
        return made


def _copy(actor: Actor, institution_id: int, first_day: date, choice: CopyChoice, now: datetime) -> ClassDetail:
    source = get_class(choice.code, now=now)
    if source.card.institution_id != institution_id:
        raise NotAllowed
    try:
        return copy_last_term(
            actor=actor,
            source_code=choice.code,
            first_day=choice.first_day or first_day,
            room_id=choice.room_id,
            teacher_id=choice.teacher_id,
            now=now,
        )
    except (RoomTaken, TeacherTaken, RoomTooSmall, BadClassPlan) as refused:
        raise BatchClash(title=source.card.title, why=refused.message.split("。")[0]) from refused
