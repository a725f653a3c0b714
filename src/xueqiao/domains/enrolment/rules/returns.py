"""Rules of the priority window: who may go on, how many seats they may take, what the draw has left. Pure.

Source: rule 2 of section 5.2 of the platform's rule set: returning students of a series keep a place up to the length
of the series; at least 40 % of a beginner class stays with newcomers; what nobody claims flows into the draw.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from xueqiao.domains.enrolment.errors.returns import ReturnsNotOpen, ReturnsOver
from xueqiao.domains.enrolment.rules.seats import when
from xueqiao.domains.enrolment.values.rounds import OPEN, PRIORITY_DRAW, RETURNING


def require_returns(mode: str, state: str, opens_at: datetime | None, closes_at: datetime, *, now: datetime) -> None:
    """Raise unless seats may be kept at `now`: an open round with a priority window, its end (wishes open) excluded."""
    if mode != PRIORITY_DRAW or state != OPEN or opens_at is None or now >= closes_at:
        raise ReturnsOver
    if now < opens_at:
        raise ReturnsNotOpen(opens=when(opens_at))


def claims_left(seats: int, quotas: Mapping[str, int], claims: int) -> int:
    """Return how many more seats of a class learners who go on may keep: never those kept for other buckets."""
    others = sum(number for bucket, number in quotas.items() if bucket != RETURNING)
    return max(0, seats - others - claims)


def claim_until(*, now: datetime, offer_hours: int, wishes_close_at: datetime) -> datetime:
    """Return until when a claimed seat is kept for confirming and paying: the hours a winner has, but never beyond the
    close of the wishes, so that what is not taken up is in the draw.
    """
    return min(now + timedelta(hours=offer_hours), wishes_close_at)


def quotas_after(seats: int, quotas: Mapping[str, int], claims: int) -> dict[str, int]:
    """Return the kept seats of a class for its draw, once `claims` seats were kept by learners who go on.

    seats: what is left to draw. Those who claimed have had their share of the returning seats; where kept seats would
    still be more than seats, the returning ones give way first, then the others in turn, the largest first.
    """
    left = dict(quotas)
    if RETURNING in left:
        left[RETURNING] = max(0, left[RETURNING] - claims)
    while sum(left.values()) > seats:
        bucket = RETURNING if left.get(RETURNING) else max(left, key=lambda each: (left[each], each))
        left[bucket] -= 1
    return {bucket: number for bucket, number in left.items() if number}
