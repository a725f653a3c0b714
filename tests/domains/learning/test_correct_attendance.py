from datetime import timedelta

import pytest

from tests.domains.learning.classroom import Classroom, classroom, rows
from tests.worlds.small_county import acting
from xueqiao.domains.learning import api as learning
from xueqiao.domains.learning.errors import (
    AlreadyCompleted,
    NothingRecordedYet,
    NotYourSession,
    ReasonNeeded,
    ReasonTooLong,
)
from xueqiao.foundation.audit.models import AuditEntry

pytestmark = pytest.mark.django_db


def signed(second: str) -> Classroom:
    room = classroom(2)
    learning.record_roll(
        actor=room.teacher,
        session_id=room.first.pk,
        marks={room.learners[1].pk: second},
        now=room.during(),
    )
    return room


def correct(room: Classroom, moment, *, state: str = "present", reason: str = "", **other):  # type: ignore[no-untyped-def]
    return learning.correct_attendance(
        **{
            "actor": room.teacher,
            "session_id": room.first.pk,
            "person_id": room.learners[1].pk,
            "state": state,
            "reason": reason,
            "now": moment,
            **other,
        }
    )


def test_inside_the_window_a_change_needs_no_reason() -> None:
    room = signed(second="absent")
    correct(room, room.first.ends_at + timedelta(hours=2))
    assert ("学员2", 1, "present", 90) in rows(room.run)


def test_after_it_the_learner_reads_what_stood_there_and_why_it_changed() -> None:
    room = signed(second="absent")
    late = room.first.ends_at + timedelta(hours=3)
    with pytest.raises(ReasonNeeded):
        correct(room, late)
    assert ("学员2", 1, "absent", 0) in rows(room.run)
    correct(room, late, reason=" 点名时在搬桌子 ")
    learner = room.learners[1]
    line = learning.attendance_of(actor=acting(learner), person_id=learner.pk, run_id=room.run.pk)[0]
    assert (line.state, line.previous_state, line.change_reason) == ("present", "absent", "点名时在搬桌子")
    assert line.changed_at == late
    deed = AuditEntry.objects.get(verb="correct_attendance")
    assert deed.detail == {"before": "absent", "after": "present", "reason": "点名时在搬桌子"}


def test_the_same_state_again_is_no_change() -> None:
    room = signed(second="absent")
    correct(room, room.during(), state="absent")
    assert not AuditEntry.objects.filter(verb="correct_attendance").exists()


def test_refusals_move_nothing() -> None:
    room = signed(second="absent")
    before = rows(room.run)
    late = room.first.ends_at + timedelta(hours=3)
    with pytest.raises(NotYourSession):
        correct(room, late, reason="改", actor=acting(room.learners[1]))
    with pytest.raises(ReasonTooLong):
        correct(room, late, reason="长" * 101)
    with pytest.raises(NothingRecordedYet):
        correct(room, late, reason="改", session_id=room.sessions[1].pk)
    assert rows(room.run) == before


def test_presence_a_completion_rests_on_cannot_be_taken_away() -> None:
    room = classroom(2, session_count=1)
    learning.record_roll(actor=room.teacher, session_id=room.first.pk, marks={}, now=room.during())
    learning.judge_completion(run_id=room.run.pk, now=room.after)
    with pytest.raises(AlreadyCompleted):
        correct(room, room.after, state="absent", reason="其实没来")
    assert ("学员2", 1, "present", 90) in rows(room.run)
