from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.classes.actions.copy_last_term import copy_last_term
from xueqiao.domains.classes.errors.runs import RoomTaken, TeacherTaken
from xueqiao.domains.classes.errors.timetables import TimetableNotSolved, TimetableOutdated, UnknownTimetable
from xueqiao.domains.classes.models import Timetable
from xueqiao.domains.classes.queries.timetables import timetable_view
from xueqiao.domains.classes.rules import runs as rules
from xueqiao.domains.classes.rules.timetables import TIMETABLE_STATE_WORDS, first_day_of
from xueqiao.domains.classes.values.runs import ClassDetail, Pattern
from xueqiao.foundation.audit.api import Actor, record_deed


def accept_timetable(*, actor: Actor, uuid: UUID, now: datetime) -> list[ClassDetail]:
    """Make a draft of every class the timetable places: all of them or none.

    The proposal reserved nothing, so a room or teacher may be taken by now; then nothing is made (TimetableOutdated
    names the class in the way). Locks the timetable's row. Raises UnknownTimetable, NotAllowed, TimetableNotSolved.
    """
    try:
        with transaction.atomic():
            row = Timetable.objects.select_for_update().filter(uuid=uuid).first()
            if row is None:
                raise UnknownTimetable
            rules.require_may_plan(actor, row.region)
            view = timetable_view(row)
            if view.state != "solved" or view.answer is None:
                raise TimetableNotSolved(state=TIMETABLE_STATE_WORDS[view.state])
            wanted = {each.key: each for each in view.task.classes}
            made = []
            for each in view.answer.seatings:
                source = wanted[each.key]
                pattern = Pattern(
                    first_day=first_day_of(view.task, each.slot),
                    weekdays=(each.slot.weekday,),
                    start_hour=each.slot.start_minute // 60,
                    start_minute=each.slot.start_minute % 60,
                    session_minutes=source.session_minutes,
                    session_count=source.session_count,
                )
                made.append(
                    copy_last_term(
                        actor=actor,
                        source_code=each.key,
                        first_day=pattern.first_day,
                        pattern=pattern,
                        room_id=each.room_id,
                        teacher_id=each.teacher_id,
                        now=now,
                    )
                )
            row.state, row.decided_by_id, row.decided_at = "accepted", actor.person_id, now
            row.save(update_fields=["state", "decided_by", "decided_at"])
            record_deed(
                actor=actor,
                verb="accept_timetable",
                object_kind="timetable",
                object_id=row.pk,
                region=row.region,
                now=now,
                detail={"classes": [each.code for each in made]},
            )
            return made
    except (RoomTaken, TeacherTaken) as clash:
        raise TimetableOutdated(clash=clash.message.split("。")[0]) from clash
