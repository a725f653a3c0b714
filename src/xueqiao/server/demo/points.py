"""Points and volunteer time of the demo people, made by the same deeds as anybody's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from xueqiao.domains.incentives import api as incentives
from xueqiao.domains.learning import api as learning
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.audit.values import RESIDENT, STAFF
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.scope import Scope
from xueqiao.server.demo.network import HEDE, SHEYANG, Network
from xueqiao.server.demo.story import PARTS, Cast
from xueqiao.server.demo.timetable import Run

REWARDS = (
    ("帆布书袋", "射阳新华书店", 500, 40),
    ("图书九折券", "射阳新华书店", 300, 200),
    ("手机支架", "合德供销社", 800, 25),
    ("电影票两张", "射阳影剧院", 2_500, 10),
)
VOLUNTEERED = ((120, "教邻居用手机挂号", True), (90, "整理社区书架", True), (60, "接送老人上课", False))


def add_points(cast: Cast, runs: Sequence[Run], network: Network, now: datetime) -> int:
    """张桂兰 earns points in class, has a reward to fetch, and gave time; return her points in hundredths."""
    for session_id in sorted(_attended(cast.elder, runs)):
        incentives.earn_points(person_id=cast.elder, session_id=session_id, now=now)
    centre, today = network.by_code["TC320924100"].id, local_date(now)
    clerk = Actor(
        STAFF, cast.ids["clerk"], frozenset({"centre_clerk"}), "staff:centre_clerk", scope=Scope.of_region(HEDE)
    )
    officer = Actor(
        STAFF,
        cast.ids["county_officer"],
        frozenset({"county_officer"}),
        "staff:county_officer",
        scope=Scope.of_region(SHEYANG),
    )
    offered = [
        incentives.offer_reward(
            actor=clerk,
            institution_id=centre,
            title=title,
            partner=partner,
            price_hundredths=price,
            stock=stock,
            person_year_max=2,
            valid_to=today + timedelta(days=180),
            now=now,
        )
        for title, partner, price, stock in REWARDS
    ]
    elder = Actor(RESIDENT, person_id=cast.elder, scope=Scope.of_persons([cast.elder]))
    points = incentives.access_points(actor=elder, person_id=cast.elder, now=now).available
    if points >= offered[0].price_hundredths:
        incentives.reserve_reward(
            actor=elder, person_id=cast.elder, reward_uuid=offered[0].uuid, request_key="demo", now=now
        )
    code = next(part.code for part in PARTS if part.key == "elder")
    for number, (minutes, words, is_confirmed) in enumerate(VOLUNTEERED):
        made = incentives.record_hours(
            actor=clerk,
            institution_id=centre,
            learner_code=code,
            day=today - timedelta(days=3 + number),
            minutes=minutes,
            words=words,
            request_key=f"demo {number}",
            now=now,
        )
        if is_confirmed:
            incentives.decide_hours(actor=officer, time_uuid=made.uuid, is_confirmed=True, now=now)
    return points


def _attended(person_id: int, runs: Sequence[Run]) -> set[int]:
    """The meetings of the story's past courses at which she is on the roll."""
    system = Actor.system("demo load")
    past = [run.id for run in runs if run.story == "past"]
    lines = learning.attendance_by_run(actor=system, person_id=person_id, run_ids=past).values()
    return {line.session_id for each in lines for line in each if line.state}
