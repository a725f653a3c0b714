"""What points do when a roll is signed or put right. The work is a job: a roll of forty must not wait for it."""

from datetime import datetime

from xueqiao.domains.classes import api as classes
from xueqiao.domains.learning.api import AttendanceCorrected, RollSigned
from xueqiao.foundation.outbox.api import enqueue, subscribe


@subscribe(RollSigned)
def earn_for_presence(event: RollSigned, *, now: datetime) -> None:
    """Whoever was there has her points once the meeting is over, without asking for them."""
    ends_at = classes.get_session(event.session_id).ends_at
    enqueue(
        "incentives.earn_for_roll",
        {"session_id": event.session_id},
        run_at=ends_at if ends_at > now else None,
        once_key=f"incentives.earn:{event.session_id}",
    )


@subscribe(AttendanceCorrected)
def earn_again_after_correction(event: AttendanceCorrected, *, now: datetime) -> None:
    """A roll that was put right changes what the meeting brought."""
    enqueue("incentives.earn_again", {"person_id": event.person_id, "session_id": event.session_id})
