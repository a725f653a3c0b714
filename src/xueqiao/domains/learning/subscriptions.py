"""What learning does when facts are reported: a signed or corrected roll may complete the class."""

from datetime import datetime

from xueqiao.domains.classes import api as classes
from xueqiao.domains.learning.actions import follow_absences, judge_completion
from xueqiao.domains.learning.events import AttendanceCorrected, RollSigned
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.outbox.api import enqueue, subscribe


@subscribe(RollSigned)
def judge_when_over(event: RollSigned, *, now: datetime) -> None:
    """Judge the class now if its last session is over, else queue the judgement for that moment."""
    ends = [session.ends_at for session in classes.sessions_of(event.run_id) if session.state != "cancelled"]
    if not ends:
        return
    if now >= max(ends):
        judge_completion(run_id=event.run_id, now=now)
        return
    is_last = any(
        session.id == event.session_id and session.ends_at == max(ends) for session in classes.sessions_of(event.run_id)
    )
    if is_last:
        enqueue(
            "learning.judge_class_run",
            {"run_id": event.run_id},
            run_at=max(ends),
            once_key=f"learning.judge:{event.run_id}",
        )


@subscribe(RollSigned)
def tell_timetable(event: RollSigned, *, now: datetime) -> None:
    """A signed roll says that the meeting takes place; one signed before the start says so at the start."""
    session = classes.get_session(event.session_id)
    if now < session.starts_at:
        enqueue(
            "learning.tell_timetable",
            {"session_id": event.session_id},
            run_at=session.starts_at,
            once_key=f"learning.held:{event.session_id}",
        )
    elif session.state == "planned":
        classes.mark_session_held(actor=Actor.system("signed roll"), session_id=event.session_id, now=now)


@subscribe(AttendanceCorrected)
def judge_again(event: AttendanceCorrected, *, now: datetime) -> None:
    """A correction upwards may complete somebody who was not."""
    judge_completion(run_id=event.run_id, now=now)


@subscribe(RollSigned)
def follow_absences_after_roll(event: RollSigned, *, now: datetime) -> None:
    """A roll says who did not come."""
    follow_absences(run_id=event.run_id, now=now)


@subscribe(AttendanceCorrected)
def follow_absences_after_correction(event: AttendanceCorrected, *, now: datetime) -> None:
    """A corrected roll may end a row of absences, or lengthen it."""
    follow_absences(run_id=event.run_id, now=now)
