from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Count

from xueqiao.domains.classes.actions.publish_class_run import locked_run
from xueqiao.domains.classes.errors.assistants import (
    AssistantsEnough,
    AssistantTaken,
    AssistantUnfit,
    NoMeetingToAssist,
)
from xueqiao.domains.classes.models import ClassRun, Session, SessionAssistant
from xueqiao.domains.classes.parameters import ASSISTANTS_MAX
from xueqiao.domains.classes.queries.assistants import person_in_the_way
from xueqiao.domains.classes.rules import runs as rules
from xueqiao.domains.people.api import teachers_in
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.parameters.api import parameter_at


def add_assistant(*, actor: Actor, code: str, person_id: int, session_ids: Sequence[int] = (), now: datetime) -> int:
    """Let somebody help the teacher in a class's coming meetings, or in those named; all of them or none.

    Returns in how many she was not before. Whoever teaches at the institution may assist. Locks the run's row; the
    calendar of those who teach is the judge of two who ask for one person. Raises NotAllowed, UnknownClass,
    NoMeetingToAssist, AssistantUnfit, AssistantsEnough, AssistantTaken; then nothing was written.
    """
    with transaction.atomic():
        run = locked_run(code)
        rules.require_may_plan(actor, run.region)
        coming = Session.objects.filter(run=run, state="planned", starts_at__gt=now)
        if session_ids:
            coming = coming.filter(id__in=list(session_ids)[:500])
        sessions = list(coming.exclude(assistants__person_id=person_id).order_by("starts_at"))
        if not coming.exists() or (session_ids and coming.count() < len(set(session_ids))):
            raise NoMeetingToAssist
        _require_fit(run, sessions, person_id, now)
        _require_room_for_one(run, sessions, now)
        ids = [session.pk for session in sessions]
        _require_free(person_id, ids)
        try:
            with transaction.atomic():
                SessionAssistant.objects.bulk_create(
                    SessionAssistant(session=each, person_id=person_id, added_at=now, added_by_id=actor.person_id)
                    for each in sessions
                )
        except IntegrityError as error:
            if "teaching_use_once" in str(error):
                _require_free(person_id, ids)
            raise
        record_deed(
            actor=actor,
            verb="add_assistant",
            object_kind="class_run",
            object_id=run.id,
            region=run.region,
            now=now,
            detail={"code": run.code, "person": person_id, "sessions": len(sessions)},
        )
        return len(sessions)


def _require_fit(run: ClassRun, sessions: Sequence[Session], person_id: int, now: datetime) -> None:
    if any(session.teacher_id == person_id for session in sessions):
        raise AssistantUnfit(what="老师不能给自己的课当助教")
    on = local_date(now)
    if person_id not in {each for each, _ in teachers_in(run.region, institution_id=run.institution_id, on=on)}:
        raise AssistantUnfit(what="这个人不在本单位的教师名单里")


def _require_room_for_one(run: ClassRun, sessions: Sequence[Session], now: datetime) -> None:
    value = parameter_at(ASSISTANTS_MAX.name, region=run.region, on=local_date(now), institution_id=run.institution_id)
    limit = int(value.value)
    counted = SessionAssistant.objects.filter(session__in=sessions).values("session").annotate(number=Count("pk"))
    full = counted.filter(number__gte=limit).order_by("session__starts_at").values_list("session", flat=True).first()
    if full is not None:
        session = next(each for each in sessions if each.pk == full)
        raise AssistantsEnough(when=rules.when_words(session.starts_at, session.ends_at), limit=limit)


def _require_free(person_id: int, session_ids: Sequence[int]) -> None:
    """Raise AssistantTaken with what is in the way. A friendly first look; the constraint decides."""
    busy = person_in_the_way(person_id, session_ids)
    if busy is not None:
        raise AssistantTaken(name=busy.name, when=rules.when_words(busy.starts_at, busy.ends_at), title=busy.title)
