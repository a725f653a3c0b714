from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from xueqiao.domains.classes.actions.add_to_programme import carry_on
from xueqiao.domains.classes.actions.open_class_run import open_class_run
from xueqiao.domains.classes.queries import get_class
from xueqiao.domains.classes.rules import runs as rules
from xueqiao.domains.classes.values.runs import ClassDetail, Pattern
from xueqiao.foundation.audit.api import Actor


def copy_last_term(
    *,
    actor: Actor,
    source_code: str,
    first_day: date,
    room_id: int | None = None,
    teacher_id: int | None = None,
    price_fen: int | None = None,
    subsidy_fen: int | None = None,
    capacity: int | None = None,
    title: str = "",
    admission: str = "",
    pattern: Pattern | None = None,
    now: datetime,
) -> ClassDetail:
    """照上学期再开: a new draft like an earlier class, on the same weekdays and at the same time from `first_day`.

    pattern: another weekly time, as a timetable found it. admission: first_come, draw, priority_draw or interview. What
    is not given is copied, price and subsidy too; a new price without a subsidy takes the subsidy by rule. A class of a
    programme goes on under its name. Raises what open_class_run raises, and UnknownClass.
    """
    source = get_class(source_code, now=now)
    rules.require_may_plan(actor, source.region)
    held = [(each.starts_at, each.ends_at) for each in source.sessions if each.state != "cancelled"]
    if price_fen is None and subsidy_fen is None:
        price_fen, subsidy_fen = source.card.price_fen, source.card.subsidy_fen
    with transaction.atomic():
        made = open_class_run(
            actor=actor,
            course_code=source.card.course_code,
            institution_id=source.card.institution_id,
            room_id=room_id or source.room_id,
            teacher_id=teacher_id or source.teacher_id,
            pattern=pattern or rules.pattern_of(held, first_day),
            capacity=capacity or source.card.capacity,
            learners_min=min(source.learners_min, capacity or source.card.capacity),
            title=title or source.card.title,
            price_fen=price_fen,
            subsidy_fen=subsidy_fen,
            admission=admission or source.card.admission,
            age_min=source.age_min,
            age_max=source.age_max,
            copied_from_id=source.run_id,
            is_demo=source.card.is_demo,
            now=now,
        )
        carry_on(actor=actor, source_run_id=source.run_id, run_id=made.run_id, now=now)
        return made
