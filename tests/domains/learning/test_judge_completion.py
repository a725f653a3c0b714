from datetime import date, timedelta

import pytest

from tests.domains.learning.classroom import EVERYTHING, Classroom, classroom
from xueqiao.domains.learning import api as learning
from xueqiao.domains.learning.models import Completion
from xueqiao.foundation.outbox.models import OutboxEvent
from xueqiao.foundation.parameters.models import Parameter

pytestmark = pytest.mark.django_db


def held(room: Classroom, absences: dict[int, set[int]], sessions: int) -> None:
    """Sign the rolls of the first sessions; absences: learner index -> session numbers."""
    for number in range(1, sessions + 1):
        marks = {room.learners[i].pk: "absent" for i, numbers in absences.items() if number in numbers}
        learning.record_roll(
            actor=room.teacher, session_id=room.sessions[number - 1].pk, marks=marks, now=room.during(number)
        )


def test_six_of_eight_completes_and_five_of_eight_does_not() -> None:
    room = classroom(3)
    held(room, {0: {2, 5}, 1: {1, 2, 3}}, 8)
    verdict = learning.judge_completion(run_id=room.run.pk, now=room.after)
    assert verdict.completed_now == (room.learners[0].pk, room.learners[2].pk)
    assert verdict.not_completed == (room.learners[1].pk,)
    done = Completion.objects.within(EVERYTHING).get(person=room.learners[0])
    assert (done.sessions_attended, done.sessions_held, done.minutes_attended) == (6, 8, 540)
    assert done.rule["share_numerator"] == 2
    assert "第 3 条" in done.rule["sources"]["learning.completion_share"]
    assert OutboxEvent.objects.filter(name="learning.CompletionJudged").count() == 2


def test_nobody_is_judged_before_the_last_session_is_over() -> None:
    room = classroom(2, session_count=2)
    held(room, {}, 2)
    assert learning.judge_completion(run_id=room.run.pk, now=room.sessions[-1].ends_at - timedelta(seconds=1)) == (
        learning.CompletionVerdict(room.run.pk, False, 0, (), (), ())
    )
    assert not Completion.objects.within(EVERYTHING).exists()


def test_judging_again_completes_nobody_twice() -> None:
    room = classroom(2, session_count=1)
    held(room, {}, 1)
    first = learning.judge_completion(run_id=room.run.pk, now=room.after)
    again = learning.judge_completion(run_id=room.run.pk, now=room.after + timedelta(days=1))
    assert len(first.completed_now) == 2
    assert again.completed_now == ()
    assert again.completed_before == first.completed_now
    assert OutboxEvent.objects.filter(name="learning.CompletionJudged").count() == 2


def test_cancelled_sessions_and_sessions_without_a_roll_do_not_count_against_anybody() -> None:
    room = classroom(1, session_count=4)
    held(room, {}, 2)
    room.sessions[3].state = "cancelled"
    room.sessions[3].save()
    verdict = learning.judge_completion(run_id=room.run.pk, now=room.after)
    assert (verdict.sessions_held, verdict.completed_now) == (2, (room.learners[0].pk,))


def test_a_class_nobody_ever_came_to_completes_nobody() -> None:
    room = classroom(2, session_count=1)
    held(room, {0: {1}, 1: {1}}, 1)
    verdict = learning.judge_completion(run_id=room.run.pk, now=room.after)
    assert (verdict.is_over, verdict.sessions_held, verdict.completed_now) == (True, 0, ())


def test_the_share_is_the_one_in_force_at_the_place() -> None:
    room = classroom(3, session_count=4)
    Parameter.objects.create(
        name="learning.completion_share",
        region=room.run.region,
        value=[1, 2],
        valid_from=date(2026, 1, 1),
        source="合德镇办学规定第 1 条",
        approved_by="陈明",
        recorded_at=room.during(),
    )
    held(room, {0: {1, 2}, 1: {1, 2, 3}}, 4)
    verdict = learning.judge_completion(run_id=room.run.pk, now=room.after)
    assert verdict.completed_now == (room.learners[0].pk, room.learners[2].pk)
    rule = Completion.objects.within(EVERYTHING).get(person=room.learners[0]).rule
    assert rule["sources"]["learning.completion_share"] == "合德镇办学规定第 1 条"


def test_signing_the_last_roll_after_the_end_judges_by_itself(deliver_due) -> None:  # type: ignore[no-untyped-def]
    room = classroom(2, session_count=1)
    learning.record_roll(actor=room.teacher, session_id=room.first.pk, marks={}, now=room.after)
    deliver_due(room.after)
    assert Completion.objects.within(EVERYTHING).count() == 2


def test_an_upward_correction_completes_who_was_missing(deliver_due) -> None:  # type: ignore[no-untyped-def]
    room = classroom(2, session_count=1)
    held(room, {1: {1}}, 1)
    learning.judge_completion(run_id=room.run.pk, now=room.after)
    learning.correct_attendance(
        actor=room.teacher,
        session_id=room.first.pk,
        person_id=room.learners[1].pk,
        state="present",
        reason="签名册上有她",
        now=room.after + timedelta(days=1),
    )
    deliver_due(room.after + timedelta(days=1))
    assert Completion.objects.within(EVERYTHING).count() == 2
