"""Conversions of my credit: what a programme would take, reserve, follow, withdraw."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema

from xueqiao.channels.api.callers import MAY_ENROL, actor_of
from xueqiao.channels.api.records import FOR, person_id_of
from xueqiao.domains.credits import api as credit_bank
from xueqiao.foundation import clock

router = Router(tags=["records 我的记录"])


class UseOut(Schema):
    key: str
    title: str
    rule_number: str
    unit: str
    taken_hundredths: int
    counted_hundredths: int


class SchoolOut(Schema):
    id: int
    name: str


class PlanOut(Schema):
    rules_code: str
    rules_title: str
    rules_version: int
    programme_code: str
    programme_title: str
    unit: str
    amount_hundredths: int
    missing_hundredths: int
    already_hundredths: int
    hold_days: int
    uses: list[UseOut]
    schools: list[SchoolOut]
    sentences: list[str]


class ConversionOut(Schema):
    uuid: UUID
    rules_code: str
    rules_title: str
    rules_version: int
    rules_sha256: str
    programme_code: str
    programme_title: str
    school_name: str
    agreement_code: str
    unit: str
    amount_hundredths: int
    state: str
    reserved_at: datetime
    expires_at: datetime
    decided_at: datetime | None
    decision_words: str
    reversed_at: datetime | None
    reversal_words: str
    uses: list[UseOut]
    sentences: list[str]


class UseIn(Schema):
    key: str
    rule_number: str
    counted_hundredths: int


class ConversionIn(Schema):
    """uuid: made by the caller; the same again is the same conversion. uses: from the plan."""

    uuid: UUID
    rules_code: str
    programme_code: str
    school_id: int
    uses: list[UseIn]
    person: UUID | None = None


def _uses(uses: tuple[credit_bank.UseView, ...]) -> list[dict[str, Any]]:
    return [
        {
            "key": each.key,
            "title": each.title,
            "rule_number": each.number,
            "unit": each.unit,
            "taken_hundredths": each.taken_hundredths,
            "counted_hundredths": each.counted_hundredths,
        }
        for each in uses
    ]


def _conversion(view: credit_bank.ConversionView) -> dict[str, Any]:
    return {
        **view.__dict__,
        "programme_code": view.programme,
        "school_name": view.institution_name,
        "uses": _uses(view.uses),
        "sentences": list(view.sentences),
    }


@router.get("/me/conversions", response=list[ConversionOut], operation_id="records_conversions")
def my_conversions(request: HttpRequest, person: UUID | None = FOR) -> list[dict[str, Any]]:
    """My conversions, newest first, with the explanation word for word."""
    actor = actor_of(request)
    found = credit_bank.access_conversions_of(actor=actor, person_id=person_id_of(actor, person))
    return [_conversion(each) for each in found]


@router.get("/me/conversions/plan", response=PlanOut, operation_id="records_conversion_plan")
def my_conversion_plan(
    request: HttpRequest,
    rules_code: str = Query(..., description="From /me/worth"),
    programme_code: str = Query(...),
    person: UUID | None = FOR,
) -> dict[str, Any]:
    """The best use of my credit in one programme now, and why; nothing is written."""
    actor = actor_of(request)
    plan = credit_bank.conversion_plan(
        actor=actor,
        person_id=person_id_of(actor, person),
        rules_code=rules_code,
        programme=programme_code,
        now=clock.now(),
    )
    return {
        **plan.__dict__,
        "programme_code": plan.programme,
        "uses": _uses(plan.uses),
        "schools": [each.__dict__ for each in plan.receivers],
        "sentences": list(plan.sentences),
    }


@router.post(
    "/me/conversions", response=ConversionOut, auth=MAY_ENROL, url_name="my_conversions", operation_id="records_convert"
)
def convert_credit(request: HttpRequest, wanted: ConversionIn) -> dict[str, Any]:
    """Reserve credit for a programme. Safe to repeat with the same uuid."""
    actor = actor_of(request)
    view = credit_bank.reserve_conversion(
        actor=actor,
        conversion_uuid=wanted.uuid,
        person_id=person_id_of(actor, wanted.person),
        rules_code=wanted.rules_code,
        programme=wanted.programme_code,
        institution_id=wanted.school_id,
        plan={each.key: (each.rule_number, each.counted_hundredths) for each in wanted.uses},
        now=clock.now(),
    )
    return _conversion(view)


@router.post(
    "/me/conversions/{conversion_uuid}/withdraw",
    response=ConversionOut,
    auth=MAY_ENROL,
    operation_id="records_withdraw_conversion",
)
def withdraw_conversion(request: HttpRequest, conversion_uuid: UUID) -> dict[str, Any]:
    """Take the credit back before the school has answered."""
    view = credit_bank.withdraw_conversion(actor=actor_of(request), conversion_uuid=conversion_uuid, now=clock.now())
    return _conversion(view)
