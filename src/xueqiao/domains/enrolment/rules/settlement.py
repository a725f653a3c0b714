"""Pure rules of settlement: which meetings a place's money pays for, when a missed meeting is paid back."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from xueqiao.domains.enrolment.values.settlement import PaidMeeting


def meetings_paid_for(meetings: Sequence[PaidMeeting], *, since: datetime, until: datetime | None) -> list[int]:
    """Return the ids of the meetings that somebody's money pays for, in order of time.

    Those not over when she was enrolled (all of them when every one was over), and, once part of her money went back,
    only those begun by then. Cancelled ones are left out.
    """
    alive = sorted((m for m in meetings if not m.is_cancelled), key=lambda m: (m.starts_at, m.id))
    ahead = [m for m in alive if m.ends_at > since] or alive
    return [m.id for m in ahead if until is None or m.starts_at <= until]


def is_made_up_too_late(*, fell_out_at: datetime, now: datetime, days: int, has_meetings_ahead: bool) -> bool:
    """True when the money of a meeting that fell out goes back: so many days without a make-up, or the class is over.

    Source: 领域规则 5.2 第 8 条（举办方原因退 100 %）、第 6 节（30 天内补课）.
    """
    return not has_meetings_ahead or now >= fell_out_at + timedelta(days=days)
