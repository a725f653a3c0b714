"""Waiting lists and offered seats by program: the same actions as the pages."""

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
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.reasons import NotFound

router = Router(tags=["waiting lists 候补"])
_PROBLEMS = {403: Problem, 404: Problem, 409: Problem, 422: Problem, 503: Problem}


class WaitAsked(Schema):
    class_code: str = Field(max_length=20)
    person_uuids: list[UUID] = Field(
        default_factory=list, max_length=10, description="Oneself when left out; several want to come together"
    )


class WaitingOut(Schema):
    uuid: UUID
    class_code: str
    person_uuids: list[UUID]
    state: str = Field(description="waiting, offered, accepted, left, enrolled or closed")
    position: int = Field(description="From 1; 0 when not waiting")
    line_length: int
    joined_at: datetime
    passed_over_because: str


class OfferOut(Schema):
    uuid: UUID
    place_uuid: UUID
    class_code: str
    person_uuid: UUID
    state: str = Field(description="open, accepted, declined, expired or cancelled")
    until: datetime
    why_shorter: str
    why: str
    to_pay_fen: int
    may_pass: bool = Field(description="Declining once more keeps the place in line")


@router.post("/waiting", auth=MAY_ENROL, response={201: WaitingOut, **_PROBLEMS}, summary="Join a waiting list")
def join_waiting(
    request: HttpRequest,
    asked: WaitAsked,
    idempotency_key: str = Header(min_length=1, max_length=64, alias="Idempotency-Key"),
) -> Status:
    actor, now = actor_of(request), clock.now()
    run = classes.get_class(asked.class_code, now=now)
    entry = enrolment.join_waiting_list(
        actor=actor,
        run_id=run.run_id,
        person_ids=_person_ids(actor, asked.person_uuids),
        request_key=idempotency_key,
        channel="api",
        now=now,
    )
    return Status(201, _waiting_out(actor, entry, now))


@router.get("/waiting", response=list[WaitingOut], summary="Waiting list entries of the caller and those she acts for")
def list_waiting(request: HttpRequest) -> list[dict[str, Any]]:
    actor, now = actor_of(request), clock.now()
    entries = enrolment.waiting_of(actor=actor, person_ids=actor.scope.person_ids)
    return [_waiting_out(actor, entry, now) for entry in entries[:50]]


@router.post(
    "/waiting/{uuid:entry_uuid}/leave",
    auth=MAY_ENROL,
    response={200: WaitingOut, **_PROBLEMS},
    summary="Leave a waiting list",
)
def leave_waiting(request: HttpRequest, entry_uuid: UUID) -> dict[str, Any]:
    actor, now = actor_of(request), clock.now()
    return _waiting_out(actor, enrolment.leave_waiting_list(actor=actor, entry_uuid=entry_uuid, now=now), now)


@router.get("/offers", response=list[OfferOut], summary="Open seat offers to the caller and those she acts for")
def list_offers(request: HttpRequest) -> list[dict[str, Any]]:
    actor, now = actor_of(request), clock.now()
    offers = enrolment.offers_to(actor=actor, person_ids=actor.scope.person_ids, now=now)
    return [_offer_out(actor, offer, now) for offer in offers[:50]]


@router.post(
    "/offers/{uuid:offer_uuid}/accept",
    auth=MAY_ENROL,
    response={200: OfferOut, **_PROBLEMS},
    summary="Take an offered seat of a free class; for a paid one confirm its place and pay the bill",
)
def accept_offer(request: HttpRequest, offer_uuid: UUID) -> dict[str, Any]:
    actor, now = actor_of(request), clock.now()
    return _offer_out(actor, enrolment.accept_offer(actor=actor, offer_uuid=offer_uuid, now=now), now)


@router.post(
    "/offers/{uuid:offer_uuid}/decline",
    auth=MAY_ENROL,
    response={200: OfferOut, **_PROBLEMS},
    summary="Let an offered seat go to the next",
)
def decline_offer(request: HttpRequest, offer_uuid: UUID) -> dict[str, Any]:
    actor, now = actor_of(request), clock.now()
    return _offer_out(actor, enrolment.decline_offer(actor=actor, offer_uuid=offer_uuid, now=now), now)


def _person_ids(actor: Actor, person_uuids: list[UUID]) -> list[int]:
    """Those named, of the persons the caller sees as her own; NotFound does not tell whether a stranger exists."""
    known = people.access_persons(actor, actor.scope.person_ids)
    if not person_uuids:
        return [actor.person_id or 0]
    by_uuid = {card.uuid: card.id for card in known.values()}
    if any(uuid not in by_uuid for uuid in person_uuids):
        raise NotFound
    return [by_uuid[uuid] for uuid in person_uuids]


def _waiting_out(actor: Actor, entry: enrolment.WaitingView, now: datetime) -> dict[str, Any]:
    known = people.access_persons(actor, entry.person_ids)
    return {
        "uuid": entry.uuid,
        "class_code": classes.get_class_by_id(entry.run_id, now=now).code,
        "person_uuids": [known[pid].uuid for pid in entry.person_ids if pid in known],
        "state": entry.state,
        "position": entry.position,
        "line_length": entry.line_length,
        "joined_at": entry.joined_at,
        "passed_over_because": entry.skip_words,
    }


def _offer_out(actor: Actor, offer: enrolment.OfferView, now: datetime) -> dict[str, Any]:
    return {
        "uuid": offer.uuid,
        "place_uuid": offer.place_uuid,
        "class_code": classes.get_class_by_id(offer.run_id, now=now).code,
        "person_uuid": people.access_person(actor, offer.person_id).uuid,
        "state": offer.state,
        "until": offer.until,
        "why_shorter": offer.short_words,
        "why": offer.rule,
        "to_pay_fen": offer.to_pay_fen,
        "may_pass": offer.passes_left > 0,
    }
