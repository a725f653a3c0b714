"""A class whose learners earn points, a partner with rewards, an organiser of volunteers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from tests.domains.learning.classroom import Classroom, classroom
from tests.worlds.small_county import COUNTY, HEDE, acting, add_person, on_duty
from xueqiao.domains.incentives import api as incentives
from xueqiao.domains.incentives import rules
from xueqiao.domains.incentives.models import (
    Earning,
    Gift,
    PointsYear,
    PotSpending,
    Redemption,
    Reward,
    TimeService,
    VolunteerTime,
)
from xueqiao.domains.learning import api as learning
from xueqiao.domains.people.models import Person
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.ledger import api as ledger
from xueqiao.foundation.ledger.models import Balance
from xueqiao.foundation.parameters.models import Parameter
from xueqiao.foundation.scope import Scope

ALL = Scope.everything("tests")
_key = count(1)


@dataclass
class Case:
    """`now` is after the second meeting; the elder and two others were present at both (1.5 points each)."""

    room: Classroom
    now: datetime
    elder: Person
    other: Person
    desk: Actor
    officer: Actor

    @property
    def me(self) -> Actor:
        return acting(self.elder)

    def points(self, person: Person | None = None) -> incentives.PointsView:
        person = person or self.elder
        return incentives.access_points(actor=Actor.system("test"), person_id=person.pk, now=self.now)

    def available(self, person: Person | None = None) -> int:
        return self.points(person).available

    def give(self, hundredths: int, person: Person | None = None, year: int = 2026) -> None:
        """Points from nowhere, as if earned in `year`."""
        person = person or self.elder
        incentives_open()
        PointsYear.objects.within(ALL).get_or_create(person=person, year=year, defaults={"region": COUNTY})
        ledger.post_transfer(
            unit=rules.POINTS,
            postings=[ledger.Posting(rules.issuer_account(COUNTY), rules.points_account(person.pk, year), hundredths)],
            key=f"test:{next(_key)}",
            memo={"deed": "earn", "title": "测试", "minutes": 60},
            now=self.now,
        )

    def reward(self, **wanted: Any) -> incentives.RewardView:
        return incentives.offer_reward(
            **{
                "actor": self.desk,
                "institution_id": self.room.world.centre.pk,
                "title": "帆布书袋",
                "partner": "射阳新华书店",
                "price_hundredths": 200,
                "stock": 3,
                "person_year_max": 2,
                "valid_to": self.now.date() + timedelta(days=90),
                "now": self.now,
            }
            | wanted
        )

    def reserve(self, reward: incentives.RewardView, person: Person | None = None, key: str = "") -> Any:
        person = person or self.elder
        return incentives.reserve_reward(
            actor=acting(person),
            person_id=person.pk,
            reward_uuid=reward.uuid,
            request_key=key or f"form {next(_key)}",
            now=self.now,
        )

    def pot(self, hundredths: int) -> None:
        """Points that residents gave to the county."""
        self.give(hundredths)
        incentives.donate_points(
            actor=self.me,
            person_id=self.elder.pk,
            hundredths=hundredths,
            request_key=f"pot {next(_key)}",
            now=self.now,
        )

    def spending(self, reward: incentives.RewardView, pieces: int = 1, **wanted: Any) -> incentives.PotSpendingView:
        return incentives.ask_pot_spending(
            **{
                "actor": self.desk,
                "reward_uuid": reward.uuid,
                "pieces": pieces,
                "words": "送给独居老人活动日",
                "request_key": f"form {next(_key)}",
                "now": self.now,
            }
            | wanted
        )

    def decide(self, spending: incentives.PotSpendingView, is_spent: bool = True, **wanted: Any) -> Any:
        named = {"actor": self.officer, "spending_uuid": spending.uuid, "is_spent": is_spent, "now": self.now}
        return incentives.decide_pot_spending(**named | wanted)

    def bank(self) -> None:
        """The county opens its time bank; the elder has two hours."""
        self.set("time_bank_open", 1)
        self.confirm(self.hours(120))

    def service(self, minutes: int = 60, **wanted: Any) -> incentives.TimeServiceView:
        return incentives.ask_time_service(
            **{
                "actor": self.me,
                "person_id": self.elder.pk,
                "day": self.now.date(),
                "minutes": minutes,
                "words": "陪去医院取药",
                "request_key": f"form {next(_key)}",
                "now": self.now,
            }
            | wanted
        )

    def end(self, service: incentives.TimeServiceView, state: str = "served", **wanted: Any) -> Any:
        named = {"actor": self.desk, "service_uuid": service.uuid, "state": state, "now": self.now}
        return incentives.end_time_service(**named | wanted)

    def minutes(self, person: Person | None = None) -> int:
        return ledger.balance_of(rules.HOURS, rules.hours_account((person or self.elder).pk)).available

    def hours(self, minutes: int = 120, **wanted: Any) -> incentives.VolunteerTimeView:
        return incentives.record_hours(
            **{
                "actor": self.desk,
                "institution_id": self.room.world.centre.pk,
                "learner_code": self.elder.code,
                "day": self.now.date(),
                "minutes": minutes,
                "words": "教邻居用手机挂号",
                "request_key": f"form {next(_key)}",
                "now": self.now,
            }
            | wanted
        )

    def confirm(self, time: incentives.VolunteerTimeView, is_confirmed: bool = True) -> Any:
        return incentives.decide_hours(actor=self.officer, time_uuid=time.uuid, is_confirmed=is_confirmed, now=self.now)

    def set(self, name: str, value: Any, region: int = COUNTY) -> None:
        Parameter.objects.create(
            name=f"incentives.{name}",
            region=region,
            value=value,
            valid_from=date(2026, 1, 1),
            source="测试",
            approved_by="测试",
            recorded_at=self.now,
        )


def incentives_open() -> None:
    from xueqiao.domains.incentives.actions._books import open_books

    open_books()


def pointing(*, meetings: int = 0) -> Case:
    """The small county's class; `meetings` rolls are signed and their points earned."""
    room = classroom(3)
    for number in range(1, meetings + 1):
        sign(room, number)
    now = room.during(max(1, meetings), minutes=100)
    return Case(
        room=room,
        now=now,
        elder=room.learners[0],
        other=room.learners[1],
        desk=on_duty(room.world.clerk, "centre_clerk", HEDE),
        officer=on_duty(room.world.officer, "county_officer", COUNTY),
    )


def sign(room: Classroom, number: int, marks: dict[int, str] | None = None) -> None:
    """Sign a roll and bring everybody's points up to it."""
    session = room.sessions[number - 1]
    learning.record_roll(actor=room.teacher, session_id=session.pk, marks=marks or {}, now=room.during(number))
    for learner in room.learners:
        incentives.earn_points(person_id=learner.pk, session_id=session.pk, now=room.during(number, minutes=95))


def trace() -> tuple[Any, ...]:
    """All that must not move when a deed is refused."""
    models = (Earning, Gift, PointsYear, Redemption, TimeService, VolunteerTime)
    return (
        list(Balance.objects.order_by("pk").values()),
        list(Reward.objects.order_by("pk").values()),
        list(PotSpending.objects.order_by("pk").values()),
        *(list(model.objects.within(ALL).order_by("pk").values()) for model in models),
    )


def balance(account: str, unit: str = rules.POINTS) -> int:
    return ledger.balance_of(unit, account).posted


def stranger() -> Actor:
    return acting(add_person("外人"))
