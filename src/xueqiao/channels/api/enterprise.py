"""Enterprises by program: register, order, take a quote, ask for the invoice. What the portal does, no more."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, File, Router, Schema
from ninja.files import UploadedFile
from ninja.responses import Status

from xueqiao.channels.api.callers import MAY_ENROL, actor_of
from xueqiao.channels.api.problems import Problem
from xueqiao.channels.sheets import learner_list, reading
from xueqiao.domains.demand import api as demand
from xueqiao.domains.institutions import api as institutions
from xueqiao.foundation import clock
from xueqiao.foundation.reasons import InvalidInput

router = Router(tags=["enterprises 企业"])
_PROBLEMS = {403: Problem, 404: Problem, 409: Problem, 422: Problem}


class EnterpriseIn(Schema):
    name: str = Field(max_length=80)
    credit_code: str = Field(max_length=24, description="18 letters, the last one a check letter (GB 32100-2015)")
    region: int = Field(description="12-digit code of its county or town")


class EnterpriseOut(Schema):
    uuid: UUID
    name: str
    credit_code: str
    region: int
    state: str = Field(description="applied, verified or refused")
    reason: str


class OrderIn(Schema):
    course_code: str = Field(max_length=20)
    institution_code: str = Field(max_length=20)
    learners: int = Field(ge=1, le=500)
    wish_from: date
    posts: str = Field("", max_length=120)
    wage_floor_fen: int | None = None
    words: str = Field("", max_length=200)
    request_key: str = Field(min_length=1, max_length=64, description="One key, one order")


class QuoteOut(Schema):
    uuid: UUID
    learners: int
    per_learner_fen: int
    amount_fen: int
    valid_until: date
    source: str
    is_open: bool


class InvoiceOut(Schema):
    title: str
    tax_number: str
    kind: str
    amount_fen: int
    state: str
    number: str


class OrderOut(Schema):
    uuid: UUID
    code: str = Field(description="To be written into the bank transfer's words")
    enterprise_name: str
    institution_name: str
    course_code: str
    course_title: str
    learners: int
    wish_from: date
    posts: str
    state: str
    reason: str
    asked_at: datetime
    run_code: str
    quote: QuoteOut | None
    due_fen: int
    due_on: date | None
    received_fen: int
    left_fen: int
    earned_fen: int
    returned_fen: int
    invoice: InvoiceOut | None


class AcceptIn(Schema):
    quote_uuid: UUID
    seen_fen: int


class InvoiceIn(Schema):
    title: str = Field(max_length=80)
    tax_number: str = Field(max_length=24)
    kind: str = Field("plain", description="plain or special")


class LearnerIn(Schema):
    """One person as people write her; the columns of the Excel list by their English names."""

    name: str = Field(max_length=200)
    phone: str = Field(max_length=40)
    post: str = Field("", max_length=80)


class LearnersIn(Schema):
    lines: list[LearnerIn] = Field([], max_length=500)
    text: str = Field("", max_length=20_000, description="Instead of lines: pasted, 姓名 手机号 岗位, one a line")
    dry_run: bool = Field(True, description="Only look; nobody is named")


class LearnerLineOut(Schema):
    number: int = Field(description="1 for the first line that was sent")
    name: str
    phone: str
    post: str
    state: str = Field(description="good (named, or would be), known (on the list before) or wrong")
    code: str = Field(description="Why it is wrong; empty when it is not")
    detail: str


class LearnersOut(Schema):
    is_named: bool
    good: int
    known: int
    wrong: int
    lines: list[LearnerLineOut]


class NamedLearnerOut(Schema):
    id: int
    name: str
    post: str
    has_seat: bool


class NamedListOut(Schema):
    learners: list[NamedLearnerOut] = Field(description="Phones are not told again")
    most: int = Field(description="So many learners were ordered")
    left: int
    shut_because: str = Field(description="Empty while the list may be changed")


@router.get("/enterprises", response=list[EnterpriseOut], summary="Firms one acts for")
def my_enterprises(request: HttpRequest) -> list[dict[str, Any]]:
    return [vars(each) for each in demand.access_my_enterprises(actor=actor_of(request))]


@router.post(
    "/enterprises",
    auth=MAY_ENROL,
    response={201: EnterpriseOut, **_PROBLEMS},
    summary="Register a firm; staff verify it",
)
def register_enterprise(request: HttpRequest, body: EnterpriseIn) -> Status:
    made = demand.register_enterprise(actor=actor_of(request), **body.dict(), now=clock.now())
    return Status(201, vars(made))


@router.get(
    "/enterprises/{enterprise_uuid}/orders", response={200: list[OrderOut], **_PROBLEMS}, summary="Orders of a firm"
)
def enterprise_orders(request: HttpRequest, enterprise_uuid: UUID) -> list[dict[str, Any]]:
    today = clock.local_date(clock.now())
    rows = demand.access_orders_of(actor=actor_of(request), enterprise_uuid=enterprise_uuid, on=today)
    return [_out(each) for each in rows]


@router.post(
    "/enterprises/{enterprise_uuid}/orders",
    auth=MAY_ENROL,
    response={201: OrderOut, **_PROBLEMS},
    summary="Order a class for a group",
)
def ask_order(request: HttpRequest, enterprise_uuid: UUID, body: OrderIn) -> Status:
    wanted = body.dict()
    institution = institutions.get_institution(wanted.pop("institution_code"))
    made = demand.ask_order(
        actor=actor_of(request),
        enterprise_uuid=enterprise_uuid,
        institution_id=institution.id,
        **wanted,
        now=clock.now(),
    )
    return Status(201, _out(made))


@router.get("/orders/{order_uuid}", response={200: OrderOut, **_PROBLEMS}, summary="One order, its quote and its bill")
def get_order(request: HttpRequest, order_uuid: UUID) -> dict[str, Any]:
    today = clock.local_date(clock.now())
    return _out(demand.access_order(actor=actor_of(request), order_uuid=order_uuid, on=today))


@router.post(
    "/orders/{order_uuid}/accept",
    auth=MAY_ENROL,
    response={200: OrderOut, **_PROBLEMS},
    summary="Take the quote that was seen",
)
def accept_quote(request: HttpRequest, order_uuid: UUID, body: AcceptIn) -> dict[str, Any]:
    return _out(demand.accept_quote(actor=actor_of(request), order_uuid=order_uuid, **body.dict(), now=clock.now()))


@router.post(
    "/orders/{order_uuid}/withdraw",
    auth=MAY_ENROL,
    response={200: OrderOut, **_PROBLEMS},
    summary="Take an order back before its quote is accepted",
)
def withdraw_order(request: HttpRequest, order_uuid: UUID) -> dict[str, Any]:
    return _out(demand.end_order(actor=actor_of(request), order_uuid=order_uuid, by_member=True, now=clock.now()))


@router.post(
    "/orders/{order_uuid}/invoice",
    auth=MAY_ENROL,
    response={200: OrderOut, **_PROBLEMS},
    summary="Ask for the invoice of an order that was paid",
)
def ask_invoice(request: HttpRequest, order_uuid: UUID, body: InvoiceIn) -> dict[str, Any]:
    return _out(demand.ask_invoice(actor=actor_of(request), order_uuid=order_uuid, **body.dict(), now=clock.now()))


@router.get(
    "/orders/{order_uuid}/learners",
    auth=MAY_ENROL,
    response={200: NamedListOut, **_PROBLEMS},
    summary="Whom the firm named for an order, and who has her seat",
)
def named_learners(request: HttpRequest, order_uuid: UUID) -> dict[str, Any]:
    named = demand.access_named_learners(
        actor=actor_of(request), order_uuid=order_uuid, now=clock.now(), only_members=True
    )
    return {**vars(named), "learners": [vars(each) for each in named.learners], "left": named.left}


@router.post(
    "/orders/{order_uuid}/learners",
    auth=MAY_ENROL,
    response={200: LearnersOut, **_PROBLEMS},
    summary="Name the people an order is for, all of the lines or none; safe to repeat",
)
def name_learners(request: HttpRequest, order_uuid: UUID, body: LearnersIn) -> dict[str, Any]:
    """First with dry_run: every line is answered. Without it one wrong line refuses them all (learners_refused)."""
    if body.lines and body.text:
        raise InvalidInput(what=_("lines 和 text 只能用一个"))
    sent = [demand.LearnerLine(number, **each.dict()) for number, each in enumerate(body.lines, 1)]
    sent = sent or demand.learner_lines_of(body.text.replace("\x00", ""))
    return _answers(request, order_uuid, sent, is_dry=body.dry_run)


@router.post(
    "/orders/{order_uuid}/learners/file",
    auth=MAY_ENROL,
    response={200: LearnersOut, **_PROBLEMS},
    summary="The same with the Excel file of the page: one .xlsx of at most 1 MB, sheet 名单",
)
def name_learners_by_file(
    request: HttpRequest, order_uuid: UUID, file: File[UploadedFile | None] = None, dry_run: bool = True
) -> dict[str, Any]:
    """Multipart. Columns 姓名, 手机号, 岗位 in any order; `number` is the row as Excel counts it, `detail` its error
    column. A file that cannot be read is refused whole (sheet_refused); no formulas, macros, merged cells or old .xls.
    """
    demand.access_named_learners(actor=actor_of(request), order_uuid=order_uuid, now=clock.now(), only_members=True)
    sent = learner_list.read_list(b"" if file is None else file.read(reading.BYTES_MAX + 1))
    return _answers(request, order_uuid, sent, is_dry=dry_run)


def _answers(request: HttpRequest, order_uuid: UUID, sent: list[demand.LearnerLine], *, is_dry: bool) -> dict[str, Any]:
    asked: dict[str, Any] = {
        "actor": actor_of(request),
        "order_uuid": order_uuid,
        "lines": sent,
        "now": clock.now(),
    }
    checked = demand.access_checked_learners(**asked)
    if not is_dry:
        demand.name_learners(**asked)
    lines = [_line_out(each) for each in checked]
    count = Counter(each["state"] for each in lines)
    return {
        "is_named": not is_dry,
        "good": count["good"],
        "known": count["known"],
        "wrong": count["wrong"],
        "lines": lines,
    }


@router.delete(
    "/orders/{order_uuid}/learners/{learner_id}",
    auth=MAY_ENROL,
    response={204: None, **_PROBLEMS},
    summary="Take somebody off the list; her name and phone are deleted",
)
def unname_learner(request: HttpRequest, order_uuid: UUID, learner_id: int) -> Status:
    demand.unname_learner(actor=actor_of(request), order_uuid=order_uuid, learner_id=learner_id, now=clock.now())
    return Status(204, None)


def _line_out(each: demand.CheckedLearner) -> dict[str, Any]:
    state = "wrong" if each.problem else "known" if each.is_known else "good"
    return {
        **vars(each.line),
        "state": state,
        "code": each.problem.code if each.problem else "",
        "detail": learner_list.answer_words(each),
    }


def _out(each: demand.OrderView) -> dict[str, Any]:
    return {
        **vars(each),
        "left_fen": each.left_fen,
        "quote": vars(each.quote) if each.quote else None,
        "invoice": vars(each.invoice) if each.invoice else None,
    }
