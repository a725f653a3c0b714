"""Absences in a row by program: what was counted, from when the seat may go, and saying why."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from xueqiao.channels.api.callers import MAY_ENROL, actor_of
from xueqiao.channels.api.problems import Problem
from xueqiao.domains.learning import api as learning
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock
from xueqiao.foundation.audit.api import Actor

router = Router(tags=["absences 缺课"])
_PROBLEMS = {403: Problem, 404: Problem, 409: Problem, 422: Problem}


class AbsenceOut(Schema):
    uuid: UUID
    class_code: str
    person_uuid: UUID
    state: str = Field(description="warned, due, excused, ended or released")
    absences: int = Field(description="Meetings missed in a row without a word")
    seat_may_go_from: datetime | None
    may_excuse: bool = Field(description="The learner or her family may still say why by themselves")
    excuse: str


class Excuse(Schema):
    reason: str = Field(min_length=1, max_length=200)


@router.get("/absences", response=list[AbsenceOut], summary="Who of the caller's people stays away without a word")
def list_absences(request: HttpRequest) -> list[dict[str, Any]]:
    actor, now = actor_of(request), clock.now()
    return [_out(actor, each) for each in learning.absences_of(actor=actor, person_ids=actor.scope.person_ids, now=now)]


@router.post(
    "/absences/{uuid:case_uuid}/excuse",
    auth=MAY_ENROL,
    response={200: AbsenceOut, **_PROBLEMS},
    summary="Say why: the absences so far count as excused and the seat stays",
)
def excuse_absences(request: HttpRequest, case_uuid: UUID, said: Excuse) -> dict[str, Any]:
    actor, now = actor_of(request), clock.now()
    return _out(actor, learning.excuse_absences(actor=actor, case_uuid=case_uuid, reason=said.reason, now=now))


def _out(actor: Actor, shown: learning.AbsenceView) -> dict[str, Any]:
    return {
        "uuid": shown.uuid,
        "class_code": shown.run_code,
        "person_uuid": people.access_person(actor, shown.person_id).uuid,
        "state": shown.state,
        "absences": shown.absences,
        "seat_may_go_from": shown.release_at,
        "may_excuse": shown.may_excuse,
        "excuse": shown.excuse,
    }
