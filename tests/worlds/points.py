"""Points, rewards and volunteer time for worlds: one of everything that their pages show."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.worlds import small_county as small
from xueqiao.domains.incentives import api as incentives
from xueqiao.domains.incentives import rules
from xueqiao.domains.people.models import Person
from xueqiao.foundation.ledger.api import Posting, post_transfer
from xueqiao.foundation.parameters.models import Parameter


def add_points(world: small.SmallCounty, run: Any) -> Any:
    """张桂兰 earned points in a class that is over, has one reward to fetch and one handed over, and gave time.

    run: a class of hers whose rolls are signed. Returns the slip that waits.
    """
    now, elder = world.now, world.elder
    for session in run.sessions.order_by("number"):
        incentives.earn_points(person_id=elder.pk, session_id=session.pk, now=now)
    clerk = small.on_duty(world.clerk, "centre_clerk", small.HEDE)
    officer = small.on_duty(world.officer, "county_officer", small.COUNTY)
    rewards = [
        incentives.offer_reward(
            actor=clerk,
            institution_id=world.centre.pk,
            title=title,
            partner=partner,
            price_hundredths=price,
            stock=stock,
            person_year_max=2,
            valid_to=small.TODAY + timedelta(days=120),
            now=now,
        )
        for title, partner, price, stock in (
            ("帆布书袋", "射阳新华书店", 200, 30),
            ("图书九折券", "射阳新华书店", 300, 100),
            ("保温杯", "合德供销社", 5_000, 5),
        )
    ]
    mine = small.acting(elder)
    slips = [
        incentives.reserve_reward(
            actor=mine, person_id=elder.pk, reward_uuid=reward.uuid, request_key=f"world {number}", now=now
        )
        for number, reward in enumerate(rewards[:2])
    ]
    incentives.hand_over_reward(actor=clerk, code=slips[1].code, now=now)
    incentives.donate_points(actor=mine, person_id=elder.pk, hundredths=100, request_key="world", now=now)
    for minutes, what, is_decided in ((120, "教邻居用手机挂号", True), (90, "社区书架整理", False)):
        record(world, clerk, elder, minutes, what, officer if is_decided else None)
    record(world, officer, world.daughter, 60, "接送老人上课", None)
    _give_and_use(world, clerk, officer, rewards[0])
    return slips[0]


def _give_and_use(world: small.SmallCounty, clerk: Any, officer: Any, reward: Any) -> None:
    """The county's time bank is open; the pot paid once and is asked again, 张桂兰 wants to be driven to the doctor."""
    Parameter.objects.create(
        name="incentives.time_bank_open",
        region=small.COUNTY,
        value=1,
        valid_from=small.TODAY - timedelta(days=60),
        source="测试",
        approved_by="测试",
        recorded_at=world.now,
    )
    mine, elder = small.acting(world.elder), world.elder
    post_transfer(
        unit=rules.POINTS,
        postings=[Posting(rules.issuer_account(small.COUNTY), rules.pot_account(small.COUNTY), 2_000)],
        key="world pot",
        now=world.now,
    )
    for number, (what, pieces) in enumerate((("重阳节看望独居老人", 4), ("送给暑期班的孩子", 3))):
        asked = incentives.ask_pot_spending(
            actor=clerk,
            reward_uuid=reward.uuid,
            pieces=pieces,
            words=what,
            request_key=f"world {number}",
            now=world.now,
        )
        if number == 0:
            incentives.decide_pot_spending(actor=officer, spending_uuid=asked.uuid, is_spent=True, now=world.now)
    incentives.donate_hours(actor=mine, person_id=elder.pk, minutes=30, request_key="world hours", now=world.now)
    incentives.ask_time_service(
        actor=mine,
        person_id=elder.pk,
        day=small.TODAY,
        minutes=45,
        words="陪去医院取药",
        request_key="world help",
        now=world.now,
    )


def record(world: small.SmallCounty, desk: Any, person: Person, minutes: int, words: str, second: Any) -> None:
    made = incentives.record_hours(
        actor=desk,
        institution_id=world.centre.pk,
        learner_code=person.code,
        day=small.TODAY - timedelta(days=2),
        minutes=minutes,
        words=words,
        request_key=f"world {words}",
        now=world.now,
    )
    if second is not None:
        incentives.decide_hours(actor=second, time_uuid=made.uuid, is_confirmed=True, now=world.now)
