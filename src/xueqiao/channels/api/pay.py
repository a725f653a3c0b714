"""A teacher's own pay by program: slips that were released, contracts, meetings that earned nothing."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from xueqiao.channels.api.callers import actor_of
from xueqiao.channels.api.problems import Problem
from xueqiao.domains.classes import api as classes
from xueqiao.foundation import clock

router = Router(tags=["pay 课酬"])
DAYS_BACK = 92


class SlipOut(Schema):
    uuid: UUID
    institution: str
    month: date = Field(description="Its first day")
    gross_fen: int
    tax_fen: int = Field(description="Kept back, see tax_rule")
    net_fen: int
    tax_rule: str
    state: str = Field(description="released, or taken_back after it")
    released_at: datetime | None


class SlipLineOut(Schema):
    class_code: str
    title: str
    number: int
    taught_at: datetime
    kind: str = Field(description="taught, late_cancel or reversed")
    minutes: int
    rate_fen: int = Field(description="Per class hour of 45 minutes")
    amount_fen: int = Field(description="Below zero when reversed")
    reason: str


class WholeSlipOut(SlipOut):
    lines: list[SlipLineOut]


class PermissionOut(Schema):
    unit: str
    document: str
    issued_on: date
    valid_to: date


class ContractOut(Schema):
    uuid: UUID
    institution: str
    kind: str = Field(description="outside, or public: a member of a public body, paid under its permission only")
    band: str
    rate_fen: int
    document: str
    valid_from: date
    valid_to: date
    lacks_permission: bool
    permissions: list[PermissionOut]


class UnpaidOut(Schema):
    class_code: str
    title: str
    number: int
    starts_at: datetime
    why: str = Field(description="no_contract or no_permission")


@router.get("/pay/slips", response=list[SlipOut], summary="One's own slips of pay, newest first")
def my_slips(request: HttpRequest) -> list[dict[str, Any]]:
    return [_slip(each) for each in classes.access_my_slips(actor=actor_of(request))]


@router.get(
    "/pay/slips/{slip_uuid}", response={200: WholeSlipOut, 404: Problem}, summary="One slip, meeting by meeting"
)
def my_slip(request: HttpRequest, slip_uuid: UUID) -> dict[str, Any]:
    shown = classes.access_slip(actor=actor_of(request), slip_uuid=slip_uuid)
    lines = [{**vars(line), "class_code": line.run_code} for line in shown.lines]
    return {**_slip(shown), "lines": lines}


@router.get("/pay/contracts", response=list[ContractOut], summary="One's own contracts as a teacher")
def my_contracts(request: HttpRequest) -> list[dict[str, Any]]:
    return [
        {
            **vars(each),
            "institution": each.institution_name,
            "lacks_permission": each.lacks_permission,
            "permissions": [vars(paper) for paper in each.permissions],
        }
        for each in classes.access_my_contracts(actor=actor_of(request))
    ]


@router.get(
    "/pay/unpaid", response=list[UnpaidOut], summary="Meetings of the last three months that earned nothing, and why"
)
def my_unpaid(request: HttpRequest) -> list[dict[str, Any]]:
    since = clock.local_date(clock.now()) - timedelta(days=DAYS_BACK)
    rows = classes.access_my_unpaid_sessions(actor=actor_of(request), since=since)
    return [{**vars(each), "class_code": each.run_code} for each in rows]


def _slip(each: classes.PaySlipView) -> dict[str, Any]:
    return {**vars(each), "institution": each.institution_name, "net_fen": each.net_fen}
