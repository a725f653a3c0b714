"""Points and volunteer time by program: what the caller has and what happened. Neither is money or credit."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from xueqiao.channels.api.callers import actor_of
from xueqiao.channels.api.problems import Problem
from xueqiao.domains.incentives import api as incentives
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock
from xueqiao.foundation.reasons import NotFound

router = Router(tags=["points 积分"])


class YearOut(Schema):
    year: int
    available_hundredths: int
    last_day: date = Field(description="They can be used until this day, or 30 days after the notice if that is later")


class EntryOut(Schema):
    at: datetime
    deed: str = Field(description="earn, correct, reserve, return, give, pot, expire; served, bank, surplus")
    amount: int = Field(description="Hundredths of a point, or minutes; negative when it left")
    state: str = Field(description="posted, held or voided")


class SlipOut(Schema):
    uuid: UUID
    code: str
    reward_title: str
    institution_name: str
    points_hundredths: int
    state: str = Field(description="reserved, handed_over, taken_back or lapsed")
    keep_until: datetime


class PointsOut(Schema):
    available_hundredths: int
    set_aside_hundredths: int
    years: list[YearOut]
    slips: list[SlipOut]
    history: list[EntryOut]
    volunteer_minutes: int
    volunteer_minutes_waiting: int
    volunteer_history: list[EntryOut]


@router.get(
    "/me/points",
    response={200: PointsOut, 404: Problem},
    summary="Points and volunteer time of the caller, or of one she acts for",
)
def my_points(request: HttpRequest, person: UUID | None = None) -> dict[str, Any]:
    actor, now = actor_of(request), clock.now()
    person_id = actor.person_id or 0
    if person is not None:
        known = people.access_persons(actor, actor.scope.person_ids).values()
        person_id = next((card.id for card in known if card.uuid == person), 0)
        if not person_id:
            raise NotFound
    points = incentives.access_points(actor=actor, person_id=person_id, now=now)
    time = incentives.access_hours(actor=actor, person_id=person_id, now=now)
    return {
        "available_hundredths": points.available,
        "set_aside_hundredths": points.set_aside,
        "years": [
            {"year": each.year, "available_hundredths": each.available, "last_day": each.last_day}
            for each in points.years
        ],
        "slips": [vars(each) for each in points.redemptions],
        "history": [vars(each) for each in points.history],
        "volunteer_minutes": time.minutes,
        "volunteer_minutes_waiting": time.waiting_minutes,
        "volunteer_history": [vars(each) for each in time.history],
    }
