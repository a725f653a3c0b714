"""Interviews by program: by what they are judged, times to take, one's own interview and its result."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from xueqiao.channels.api.callers import MAY_ENROL, PUBLIC, actor_of
from xueqiao.channels.api.problems import Problem
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.foundation import clock
from xueqiao.foundation.audit.api import Actor

router = Router(tags=["interviews 面谈"])
_PROBLEMS = {403: Problem, 404: Problem, 409: Problem, 422: Problem}


class CriterionOut(Schema):
    number: int
    name: str
    words: str
    points_max: int = Field(description="For one judge; two judge")


class CriteriaOut(Schema):
    round_code: str
    pass_percent: int | None = Field(description="Of the points both judges can give")
    criteria: list[CriterionOut]


class SlotOut(Schema):
    uuid: UUID
    starts_at: datetime
    minutes: int
    where: str
    left: int


class SheetOut(Schema):
    words: str
    points: dict[int, int] = Field(description="By number of the criterion")


class InterviewOut(Schema):
    state: str = Field(description="none, booked, missed or judged")
    slot: SlotOut | None
    total: int | None = Field(description="Of both judges; once the results are public")
    sheets: list[SheetOut]
    slots: list[SlotOut] = Field(description="Times still ahead at the class wished for")


class SlotChosen(Schema):
    slot_uuid: UUID


@router.get(
    "/rounds/{code}/criteria",
    auth=PUBLIC,
    response={200: CriteriaOut, **_PROBLEMS},
    summary="By what the interviews of a round are judged",
)
def get_criteria(request: HttpRequest, code: str) -> dict[str, Any]:
    shown = enrolment.get_round(code, now=clock.now())
    return {
        "round_code": shown.code,
        "pass_percent": shown.rules.get("interview_pass_percent") if shown.mode == "interview" else None,
        "criteria": [
            {"number": each.number, "name": each.name, "words": each.words, "points_max": each.points_max}
            for each in enrolment.criteria_of(shown.id)
        ],
    }


@router.get(
    "/entries/{uuid:entry_uuid}/interview",
    response={200: InterviewOut, **_PROBLEMS},
    summary="An entry's interview, and the times it can be moved to",
)
def get_interview(request: HttpRequest, entry_uuid: UUID) -> dict[str, Any]:
    return _out(actor_of(request), entry_uuid, clock.now())


@router.put(
    "/entries/{uuid:entry_uuid}/interview",
    auth=MAY_ENROL,
    response={200: InterviewOut, **_PROBLEMS},
    summary="Take a time for an entry's interview, or move it",
)
def book_interview(request: HttpRequest, entry_uuid: UUID, chosen: SlotChosen) -> dict[str, Any]:
    actor, now = actor_of(request), clock.now()
    enrolment.book_interview(actor=actor, entry_uuid=entry_uuid, slot_uuid=chosen.slot_uuid, now=now)
    return _out(actor, entry_uuid, now)


def _out(actor: Actor, entry_uuid: UUID, now: datetime) -> dict[str, Any]:
    found = enrolment.find_interview_of(actor=actor, entry_uuid=entry_uuid)
    slots = enrolment.slots_for(actor=actor, entry_uuid=entry_uuid, now=now)
    return {
        "state": found.state if found else "none",
        "slot": _slot(found.slot) if found else None,
        "total": found.total if found else None,
        "sheets": [{"words": sheet.words, "points": sheet.points} for sheet in found.sheets] if found else [],
        "slots": [_slot(slot) for slot in slots],
    }


def _slot(slot: enrolment.SlotView) -> dict[str, Any]:
    return {
        "uuid": slot.uuid,
        "starts_at": slot.starts_at,
        "minutes": slot.minutes,
        "where": slot.where,
        "left": slot.left,
    }
