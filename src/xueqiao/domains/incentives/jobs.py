"""Schedules of points and rewards."""

from datetime import datetime

from xueqiao.domains.incentives.actions.earn_points import earn_points
from xueqiao.domains.incentives.actions.expire_points import expire_points
from xueqiao.domains.incentives.actions.lapse_redemptions import lapse_redemptions
from xueqiao.domains.learning import api as learning
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.outbox.api import job


@job("incentives.earn_for_roll")
def earn_for_roll(*, now: datetime, session_id: int) -> None:
    """Everybody on a signed roll has her points, each in a transaction of her own."""
    for line in learning.access_roll(actor=Actor.system("earn_for_roll"), session_id=session_id, now=now).lines:
        earn_points(person_id=line.person_id, session_id=session_id, now=now)


@job("incentives.earn_again")
def earn_again(*, now: datetime, person_id: int, session_id: int) -> None:
    """A corrected roll: what the meeting brings her now."""
    earn_points(person_id=person_id, session_id=session_id, now=now)


@job("incentives.lapse_redemptions", every="13 * * * *")
def put_back_unfetched(*, now: datetime) -> None:
    """Every hour, rewards that nobody fetched in time go back into stock."""
    lapse_redemptions(now=now)


@job("incentives.expire_points", every="30 1 * * *")
def run_out(*, now: datetime) -> None:
    """Every morning (9:30 in the region), whose points run out is told; what ran out after notice is taken."""
    expire_points(now=now)
