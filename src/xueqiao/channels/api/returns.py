"""Going on with a series by program: where somebody may keep a seat without the draw, and keeping it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.responses import Status

from xueqiao.channels.api.callers import MAY_ENROL, actor_of
from xueqiao.channels.api.enrolment import _person_id
from xueqiao.channels.api.problems import Problem
from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock

router = Router(tags=["rounds 抽签报名"])
_PROBLEMS = {403: Problem, 404: Problem, 409: Problem, 422: Problem, 503: Problem}


class ReturnOut(Schema):
    class_code: str
    class_title: str
    person_uuid: UUID
    terms_done: int
    series_terms: int
    is_full: bool
    place_uuid: UUID | None


class ReturnAsked(Schema):
    class_code: str
    person_uuid: UUID | None = None


class Claimed(Schema):
    place_uuid: UUID
    code: str


@router.get("/rounds/{code}/returns", response={200: list[ReturnOut], **_PROBLEMS}, summary="Who may go on, and where")
def list_returns(request: HttpRequest, code: str) -> list[dict[str, Any]]:
    actor, now = actor_of(request), clock.now()
    known = people.access_persons(actor, actor.scope.person_ids)
    return [
        {
            "class_code": classes.get_class_by_id(each.run_id, now=now).code,
            "class_title": each.run_title,
            "person_uuid": known[each.person_id].uuid,
            "terms_done": each.terms_done,
            "series_terms": each.series_terms,
            "is_full": each.is_full,
            "place_uuid": each.place_uuid,
        }
        for each in enrolment.returns_of(actor=actor, round_code=code, person_ids=known, now=now)
    ]


@router.post(
    "/rounds/{code}/returns",
    auth=MAY_ENROL,
    response={201: Claimed, **_PROBLEMS},
    summary="Keep a seat in the priority window; confirm or pay its place",
)
def claim_return(request: HttpRequest, code: str, asked: ReturnAsked) -> Status:
    actor, now = actor_of(request), clock.now()
    place = enrolment.claim_return(
        actor=actor,
        round_code=code,
        run_id=classes.get_class(asked.class_code[:20], now=now).run_id,
        person_id=_person_id(actor, asked.person_uuid, now),
        channel="api",
        now=now,
    )
    return Status(201, {"place_uuid": place.uuid, "code": place.code})
