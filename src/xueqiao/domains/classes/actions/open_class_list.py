from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from xueqiao.domains.classes.actions.open_class_run import open_class_run
from xueqiao.domains.classes.errors.batches import ListHasErrors, NothingChosen, TooManyChosen
from xueqiao.domains.classes.queries.sheets import LinePlan, plans_of
from xueqiao.domains.classes.rules import runs as rules
from xueqiao.domains.classes.rules.sheets import LINES_MAX
from xueqiao.domains.classes.values.batches import CheckedLine, SheetLine
from xueqiao.domains.classes.values.runs import ClassDetail
from xueqiao.domains.institutions.api import get_institution_by_id
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.reasons import Refused


def open_class_list(
    *, actor: Actor, institution_id: int, lines: Sequence[SheetLine], now: datetime
) -> list[CheckedLine]:
    """A draft of every line of a list of classes; all of them or none, whatever goes wrong and wherever.

    The lines are read and laid out again here, so what was checked an hour ago decides nothing. Raises NotAllowed,
    NothingChosen, TooManyChosen, ListHasErrors (which names the first line that has to be mended).
    """
    centre = get_institution_by_id(institution_id)
    rules.require_may_plan(actor, centre.region)
    if not lines:
        raise NothingChosen
    if len(lines) > LINES_MAX:
        raise TooManyChosen(limit=LINES_MAX, chosen=len(lines))
    with transaction.atomic():
        planned = plans_of(institution_id, lines, now=now)
        wrong = [checked for checked, _ in planned if not checked.is_fine]
        if wrong:
            raise list_errors(len(lines), len(wrong), wrong[0].line.number, wrong[0].problems[0].refusal)
        opened = []
        for checked, plan in planned:
            if plan is None:
                raise AssertionError("a line without problems has a plan")
            made = _open(actor, institution_id, checked, plan, len(lines), now)
            opened.append(replace(checked, code=made.code, price_fen=made.card.price_fen))
        record_deed(
            actor=actor,
            verb="open_class_list",
            object_kind="institution",
            object_id=institution_id,
            region=centre.region,
            now=now,
            detail={"classes": [each.code for each in opened]},
        )
        return opened


def list_errors(lines: int, wrong: int, first: int, refusal: Refused) -> ListHasErrors:
    return ListHasErrors(lines=lines, wrong=wrong, first=first, why=refusal.message.rstrip("。"))


def _open(
    actor: Actor, institution_id: int, checked: CheckedLine, plan: LinePlan, lines: int, now: datetime
) -> ClassDetail:
    """One line; what somebody took since the look above is told with its line."""
    try:
        return open_class_run(
            actor=actor,
            course_code=plan.course.code,
            institution_id=institution_id,
            room_id=plan.room.id,
            teacher_id=plan.teacher_id,
            pattern=plan.pattern,
            capacity=plan.capacity,
            learners_min=plan.learners_min,
            title=plan.title,
            price_fen=plan.price_fen,
            admission=plan.admission,
            now=now,
        )
    except Refused as refused:
        raise list_errors(lines, 1, checked.line.number, refused) from refused
