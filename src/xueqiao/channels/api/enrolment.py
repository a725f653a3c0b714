"""Places and payments by program: the same actions as the pages. Money in fen, times with offset."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Header, Router, Schema
from ninja.responses import Status
from pydantic import Field

from xueqiao.channels.api.callers import MAY_ENROL, actor_of
from xueqiao.channels.api.problems import Problem
from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.payments import api as payments
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.reasons import NotFound

router = Router(tags=["enrolment 报名"])
_PROBLEMS = {403: Problem, 404: Problem, 409: Problem, 422: Problem, 503: Problem}


class PlaceAsked(Schema):
    class_code: str = Field(max_length=20)
    person_uuid: UUID | None = Field(None, description="Oneself when left out, else somebody the caller acts for")


class PlaceOut(Schema):
    uuid: UUID
    code: str
    class_code: str
    person_uuid: UUID
    state: str = Field(description="held, confirmed, expired, released, withdrawn or removed")
    hold_until: datetime | None
    hold_extended: bool
    price_fen: int
    subsidy_fen: int
    to_pay_fen: int = Field(description="What this person pays, concession and vouchers taken off by themselves")
    confirmed_at: datetime | None
    bill_uuid: UUID | None = Field(None, description="Once confirmed in principle: pay this bill until hold_until")


class ConfirmAsked(Schema):
    agreed_fen: int = Field(ge=0, le=10**12, description="The price the learner was shown")


class WithdrawAsked(Schema):
    seen_fen: int = Field(ge=0, le=10**12, description="The refund the learner was shown, from GET .../refund")


class RefundOut(Schema):
    refund_fen: int
    rule: str
    source: str = ""


class MergeAnswer(Schema):
    agrees: bool


class MergeAskOut(Schema):
    uuid: UUID
    place_uuid: UUID
    class_code: str
    target_class_code: str
    state: str = Field(description="asked, agreed, declined or lapsed")
    answer_until: datetime
    paid_fen: int
    back_if_agreed_fen: int = Field(description="Never more to pay; once answered: what went back")


class PaymentAsked(Schema):
    gateway: str = Field("rehearsal", max_length=12)
    method: str = Field("wechat", max_length=8)


class PaymentOut(Schema):
    payment_uuid: UUID
    url: str
    kind: str  # page: open the address; code: show it as a QR code


@router.post("/places", auth=MAY_ENROL, response={201: PlaceOut, **_PROBLEMS}, summary="Hold a seat")
def hold_place(
    request: HttpRequest,
    asked: PlaceAsked,
    idempotency_key: str = Header(min_length=1, max_length=64, alias="Idempotency-Key"),
) -> Status:
    actor, now = actor_of(request), clock.now()
    run = classes.get_class(asked.class_code, now=now)
    place = enrolment.hold_seat(
        actor=actor,
        run_id=run.run_id,
        person_id=_person_id(actor, asked.person_uuid, now),
        request_key=idempotency_key,
        channel="api",
        now=now,
    )
    return Status(201, _out(actor, place, now))


@router.get("/places", response=list[PlaceOut], summary="Places of the caller and those she acts for")
def list_places(request: HttpRequest, is_live: bool = True) -> list[dict[str, Any]]:
    actor, now = actor_of(request), clock.now()
    places = enrolment.places_held_by(actor=actor, person_ids=actor.scope.person_ids, live_only=is_live)
    return [_out(actor, place, now) for place in places[:50]]


@router.get("/places/{uuid:place_uuid}", response={200: PlaceOut, **_PROBLEMS}, summary="One place")
def get_place(request: HttpRequest, place_uuid: UUID) -> dict[str, Any]:
    actor, now = actor_of(request), clock.now()
    return _out(actor, enrolment.access_place(actor=actor, place_uuid=place_uuid), now)


@router.post(
    "/places/{uuid:place_uuid}/confirm",
    auth=MAY_ENROL,
    response={200: PlaceOut, **_PROBLEMS},
    summary="Enrol in a free class, or get the bill of a paid one",
)
def confirm_place(request: HttpRequest, place_uuid: UUID, asked: ConfirmAsked) -> dict[str, Any]:
    actor, now = actor_of(request), clock.now()
    place = enrolment.access_place(actor=actor, place_uuid=place_uuid)
    if place.state != "confirmed" and asked.agreed_fen == 0:
        place = enrolment.confirm_seat(actor=actor, place_uuid=place_uuid, now=now)
    elif place.state != "confirmed":
        enrolment.bill_seat(actor=actor, place_uuid=place_uuid, agreed_fen=asked.agreed_fen, now=now)
    return _out(actor, place, now)


@router.post(
    "/places/{uuid:place_uuid}/extend",
    auth=MAY_ENROL,
    response={200: PlaceOut, **_PROBLEMS},
    summary="Keep the seat as long again, once",
)
def extend_place(request: HttpRequest, place_uuid: UUID) -> dict[str, Any]:
    actor, now = actor_of(request), clock.now()
    return _out(actor, enrolment.extend_hold(actor=actor, place_uuid=place_uuid, now=now), now)


@router.post(
    "/places/{uuid:place_uuid}/release",
    auth=MAY_ENROL,
    response={200: PlaceOut, **_PROBLEMS},
    summary="Give a held seat back",
)
def release_place(request: HttpRequest, place_uuid: UUID) -> dict[str, Any]:
    actor, now = actor_of(request), clock.now()
    return _out(actor, enrolment.release_hold(actor=actor, place_uuid=place_uuid, now=now), now)


@router.get(
    "/places/{uuid:place_uuid}/refund",
    response={200: RefundOut, **_PROBLEMS},
    summary="What a withdrawal would give back now",
)
def preview_refund(request: HttpRequest, place_uuid: UUID) -> dict[str, Any]:
    actor, now = actor_of(request), clock.now()
    rule = enrolment.refund_now(place=enrolment.access_place(actor=actor, place_uuid=place_uuid), now=now)
    return {"refund_fen": rule.refund_fen, "rule": rule.words, "source": rule.source}


@router.post(
    "/places/{uuid:place_uuid}/withdraw",
    auth=MAY_ENROL,
    response={200: RefundOut, **_PROBLEMS},
    summary="Leave the class; money back by the dated rule",
)
def withdraw_place(request: HttpRequest, place_uuid: UUID, asked: WithdrawAsked) -> dict[str, Any]:
    actor, now = actor_of(request), clock.now()
    done = enrolment.withdraw(actor=actor, place_uuid=place_uuid, seen_fen=asked.seen_fen, now=now)
    return {"refund_fen": done.refund_fen, "rule": done.rule}


@router.get(
    "/merge-asks/{uuid:ask_uuid}",
    response={200: MergeAskOut, **_PROBLEMS},
    summary="What a learner of a class with too few people is asked",
)
def get_merge_ask(request: HttpRequest, ask_uuid: UUID) -> dict[str, Any]:
    return _ask_out(enrolment.access_merge_ask(actor=actor_of(request), ask_uuid=ask_uuid), clock.now())


@router.post(
    "/merge-asks/{uuid:ask_uuid}/answer",
    auth=MAY_ENROL,
    response={200: MergeAskOut, **_PROBLEMS},
    summary="Move to the other class, or leave with all the money back",
)
def answer_merge_ask(request: HttpRequest, ask_uuid: UUID, given: MergeAnswer) -> dict[str, Any]:
    now = clock.now()
    answered = enrolment.answer_merge(actor=actor_of(request), ask_uuid=ask_uuid, agrees=given.agrees, now=now)
    return _ask_out(answered, now)


@router.post(
    "/bills/{uuid:bill_uuid}/payments",
    auth=MAY_ENROL,
    response={201: PaymentOut, **_PROBLEMS},
    summary="Start to pay a bill",
)
def start_payment(request: HttpRequest, bill_uuid: UUID, asked: PaymentAsked) -> Status:
    start = payments.start_payment(
        actor=actor_of(request), bill_uuid=bill_uuid, gateway=asked.gateway, method=asked.method, now=clock.now()
    )
    url = request.build_absolute_uri(start.url) if start.url.startswith("/") else start.url
    return Status(201, {"payment_uuid": start.payment_uuid, "url": url, "kind": start.kind})


def _person_id(actor: Actor, person_uuid: UUID | None, now: datetime) -> int:
    """The caller, or one of those she acts for; NotFound does not tell whether a stranger exists."""
    me = people.access_person(actor, actor.person_id or 0)
    if person_uuid in {None, me.uuid}:
        return me.id
    for member in people.family_of(actor, now=now):
        if member.person.uuid == person_uuid:
            return member.person.id
    raise NotFound


def _out(actor: Actor, place: enrolment.PlaceView, now: datetime) -> dict[str, Any]:
    bill = payments.find_bill_for(purpose="enrolment", purpose_id=place.id) if place.price_fen else None
    is_quoted = place.price_fen and (bill is not None or place.state == "held")
    to_pay_fen = enrolment.quote_for(place=place, now=now).to_pay_fen if is_quoted else place.to_pay_fen
    return {
        "uuid": place.uuid,
        "code": place.code,
        "class_code": classes.get_class_by_id(place.run_id, now=now).code,
        "person_uuid": people.access_person(actor, place.person_id).uuid,
        "state": place.state,
        "hold_until": place.hold_until,
        "hold_extended": place.hold_extended,
        "price_fen": place.price_fen,
        "subsidy_fen": place.subsidy_fen,
        "to_pay_fen": to_pay_fen,
        "confirmed_at": place.confirmed_at,
        "bill_uuid": bill.uuid if bill else None,
    }


def _ask_out(ask: enrolment.MergeAskView, now: datetime) -> dict[str, Any]:
    return {
        "uuid": ask.uuid,
        "place_uuid": ask.place_uuid,
        "class_code": classes.get_class_by_id(ask.run_id, now=now).code,
        "target_class_code": classes.get_class_by_id(ask.target_run_id, now=now).code,
        "state": ask.state,
        "answer_until": ask.ask_until,
        "paid_fen": ask.paid_fen,
        "back_if_agreed_fen": ask.back_fen,
    }
