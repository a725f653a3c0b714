"""Points and volunteer time of the demo people, made by the same deeds as anybody's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.apps import apps

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
NEIGHBOURS = 4  # classmates who give what they earned to the community
SPENT_ON = (("重阳节看望独居老人", 4, "spent"), ("送给暑期班的孩子", 3, "asked"))
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
    _fill_pot(cast, runs, now)
    _spend_pot(clerk, officer, offered[0], now)
    _use_time(elder, now)
    return points


def _fill_pot(cast: Cast, runs: Sequence[Run], now: datetime) -> None:
    """Some of 张桂兰's classmates give all their points to the community."""
    past = [run.id for run in runs if run.story == "past"]
    rolls = apps.get_model("learning.Attendance").objects.within(Scope.everything("the demo people are made up"))
    rolls = rolls.filter(session__run_id__in=past).exclude(person_id__in=cast.people)
    for person_id in sorted(set(rolls.values_list("person_id", flat=True)))[:NEIGHBOURS]:
        neighbour = Actor(RESIDENT, person_id=person_id, scope=Scope.of_persons([person_id]))
        for session_id in sorted(_attended(person_id, runs)):
            incentives.earn_points(person_id=person_id, session_id=session_id, now=now)
        points = incentives.access_points(actor=neighbour, person_id=person_id, now=now).available
        if points:
            incentives.donate_points(
                actor=neighbour, person_id=person_id, hundredths=points, request_key="demo pot", now=now
            )


def _spend_pot(clerk: Actor, officer: Actor, reward: incentives.RewardView, now: datetime) -> None:
    """The pot paid for one thing and is asked for another, as far as it goes."""
    for number, (words, pieces, state) in enumerate(SPENT_ON):
        if reward.price_hundredths * pieces > incentives.pot_of(SHEYANG).points_left:
            return
        asked = incentives.ask_pot_spending(
            actor=clerk,
            reward_uuid=reward.uuid,
            pieces=pieces,
            words=words,
            request_key=f"demo pot {number}",
            now=now,
        )
        if state == "spent":
            incentives.decide_pot_spending(actor=officer, spending_uuid=asked.uuid, is_spent=True, now=now)


def _use_time(elder: Actor, now: datetime) -> None:
    """射阳's time bank is open: 张桂兰 gave it an hour and asked for help tomorrow."""
    apps.get_model("parameters.Parameter").objects.create(
        name="incentives.time_bank_open",
        region=SHEYANG,
        value=1,
        valid_from=local_date(now) - timedelta(days=200),
        source="演示数据：射阳县开通时间银行",
        approved_by="演示",
        recorded_at=now,
    )
    person_id = elder.person_id or 0
    incentives.donate_hours(actor=elder, person_id=person_id, minutes=60, request_key="demo bank", now=now)
    incentives.ask_time_service(
        actor=elder,
        person_id=person_id,
        day=local_date(now) + timedelta(days=1),
        minutes=90,
        words="陪去县医院复查",
        request_key="demo help",
        now=now,
    )


def _attended(person_id: int, runs: Sequence[Run]) -> set[int]:
    """The meetings of the story's past courses at which she is on the roll."""
    system = Actor.system("demo load")
    past = [run.id for run in runs if run.story == "past"]
    lines = learning.attendance_by_run(actor=system, person_id=person_id, run_ids=past).values()
    return {line.session_id for each in lines for line in each if line.state}
