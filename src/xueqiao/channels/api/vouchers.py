"""Vouchers and concessions by program: one's own and those of whom one acts for. They apply by themselves."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from xueqiao.channels.api.callers import actor_of
from xueqiao.domains.payments import api as payments
from xueqiao.foundation import clock

router = Router(tags=["vouchers 学习券"])


class VoucherOut(Schema):
    uuid: UUID = Field(description="Of the voucher, or of its scheme while it was never used")
    kind: str = Field(description="learning, campaign or enterprise")
    title: str
    amount_fen: int
    used_fen: int
    left_fen: int
    valid_to: date
    is_expired: bool


class ConcessionOut(Schema):
    uuid: UUID
    kind: str = Field(description="hardship, disability, veteran or student")
    proof: str
    valid_from: date
    valid_to: date
    is_live: bool


@router.get("/vouchers", response=list[VoucherOut], summary="Vouchers one can use, soonest to expire first")
def my_vouchers(request: HttpRequest) -> list[dict[str, Any]]:
    actor = actor_of(request)
    today = clock.local_date(clock.now())
    rows = payments.access_vouchers(actor=actor, person_ids=[actor.person_id or 0], on=today)
    return [{**vars(each), "left_fen": each.left_fen} for each in rows]


@router.get("/concessions", response=list[ConcessionOut], summary="Concessions recorded for oneself")
def my_concessions(request: HttpRequest) -> list[dict[str, Any]]:
    actor = actor_of(request)
    rows = payments.access_concessions(actor=actor, person_id=actor.person_id or 0, now=clock.now())
    return [vars(each) for each in rows]
