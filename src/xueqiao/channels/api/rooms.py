"""Waiting rooms by program: take a number, see it, give it back. A turn is used by POST /places."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import Field

from xueqiao.channels.api.callers import MAY_ENROL, actor_of
from xueqiao.channels.api.problems import Problem
from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.api import ArrivalView
from xueqiao.foundation import clock
from xueqiao.foundation.reasons import NotFound

router = Router(tags=["enrolment 报名"])
_PROBLEMS = {403: Problem, 404: Problem, 409: Problem, 503: Problem}


class NumberOut(Schema):
    class_code: str
    state: str = Field(description="waiting, called, used, lapsed or left")
    number: int | None = Field(description="None before the opening: numbers are drawn by lot then")
    ahead: int = Field(description="How many wait in front; for showing")
    turn_until: datetime | None = Field(description="While called: until when a free seat is kept for POST /places")


@router.post(
    "/classes/{class_code}/room",
    auth=MAY_ENROL,
    response={201: NumberOut, **_PROBLEMS},
    summary="Enter a class's waiting room, or ask again: the number stays",
)
def enter_room(request: HttpRequest, class_code: str) -> Status:
    actor, now = actor_of(request), clock.now()
    run = classes.get_class(class_code, now=now)
    person_id = actor.person_id or 0
    arrival = enrolment.enter_room(actor=actor, run_id=run.run_id, person_id=person_id, channel="api", now=now)
    enrolment.mark_present(arrival_ids=[arrival.id], now=now)
    return Status(201, _out(class_code, arrival))


@router.get(
    "/classes/{class_code}/room", response={200: NumberOut, **_PROBLEMS}, summary="One's number in a waiting room"
)
def my_number(request: HttpRequest, class_code: str) -> dict[str, object]:
    actor, now = actor_of(request), clock.now()
    run = classes.get_class(class_code, now=now)
    arrival = enrolment.find_arrival(run_id=run.run_id, person_id=actor.person_id or 0)
    if arrival is None:
        raise NotFound
    enrolment.mark_present(arrival_ids=[arrival.id], now=now)
    return _out(class_code, arrival)


@router.delete(
    "/classes/{class_code}/room", auth=MAY_ENROL, response={204: None, **_PROBLEMS}, summary="Give the number back"
)
def leave_room(request: HttpRequest, class_code: str) -> Status:
    actor, now = actor_of(request), clock.now()
    run = classes.get_class(class_code, now=now)
    enrolment.leave_room(actor=actor, run_id=run.run_id, person_id=actor.person_id or 0, now=now)
    return Status(204, None)


def _out(class_code: str, arrival: ArrivalView) -> dict[str, object]:
    waits = arrival.number is not None and arrival.state == "waiting"
    return {
        "class_code": class_code,
        "state": arrival.state,
        "number": arrival.number,
        "ahead": enrolment.arrivals_ahead(run_id=arrival.run_id, number=arrival.number or 0) if waits else 0,
        "turn_until": arrival.turn_until,
    }
