"""Admission rounds for programs: rounds, entries with ranked wishes, companions, papers."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Header, Router, Schema, Status

from xueqiao.channels.api.callers import MAY_ENROL, PUBLIC, actor_of
from xueqiao.channels.api.enrolment import _person_id
from xueqiao.channels.api.problems import Problem
from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock
from xueqiao.foundation.audit.api import Actor

router = Router(tags=["rounds 抽签报名"])
_PROBLEMS = {403: Problem, 404: Problem, 409: Problem, 422: Problem, 503: Problem}


class QuotaOut(Schema):
    bucket: str = Field(description="newcomer, resident, access or returning")
    seats: int


class RoundRunOut(Schema):
    class_code: str
    title: str
    seats: int
    is_beginner: bool
    quotas: list[QuotaOut]
    demand: str = Field(description="Words, never a number, while wishes are taken")


class RoundOut(Schema):
    code: str
    title: str
    mode: str
    state: str
    info_opens_at: datetime
    priority_opens_at: datetime | None
    wishes_open_at: datetime
    wishes_close_at: datetime
    source_kind: str
    source_name: str
    source_due_at: datetime
    offer_hours: int
    leftovers_open_at: datetime | None
    wishes_max: int
    group_size_max: int
    rules: dict[str, Any] = Field(description="Weights, limits and their sources, frozen when the round opened")
    classes: list[RoundRunOut]


class EntryAsked(Schema):
    class_codes: list[str] = Field(min_length=1, max_length=10, description="Ranked, the dearest first")
    person_uuid: UUID | None = Field(None, description="Oneself when left out, else somebody the caller acts for")


class WishesAsked(Schema):
    class_codes: list[str] = Field(min_length=1, max_length=10)


class InviteAsked(Schema):
    who: str = Field(max_length=20, description="A phone number or a learner number")


class AnswerAsked(Schema):
    agrees: bool
    person_uuid: UUID | None = None


class PersonAsked(Schema):
    person_uuid: UUID | None = None


class PaperAsked(Schema):
    kind: str = Field(max_length=10, description="health, or over80: a relative's signature")
    person_uuid: UUID | None = None


class MemberOut(Schema):
    name: str = Field(description="Masked until she agreed")
    state: str


class EntryOut(Schema):
    uuid: UUID
    code: str
    round_code: str
    kind: str
    size: int
    state: str
    channel: str
    entered_at: datetime
    class_codes: list[str]
    members: list[MemberOut]
    position: int | None
    awarded_class_code: str | None


@router.get("/rounds", auth=PUBLIC, response=list[RoundOut], summary="Rounds residents may look at")
def list_rounds(request: HttpRequest, region: int = 320000000000) -> list[dict[str, Any]]:
    return [_round_out(each) for each in enrolment.public_rounds(region=region, now=clock.now())]


@router.get("/rounds/{code}", auth=PUBLIC, response={200: RoundOut, **_PROBLEMS}, summary="One round with its rules")
def get_round(request: HttpRequest, code: str) -> dict[str, Any]:
    return _round_out(enrolment.get_round(code, now=clock.now()))


@router.post(
    "/rounds/{code}/entries",
    auth=MAY_ENROL,
    response={201: EntryOut, **_PROBLEMS},
    summary="Enter with ranked wishes; when in the window does not matter",
)
def enter_round(
    request: HttpRequest,
    code: str,
    asked: EntryAsked,
    idempotency_key: str = Header(min_length=1, max_length=64, alias="Idempotency-Key"),
) -> Status:
    actor, now = actor_of(request), clock.now()
    entry = enrolment.enter_round(
        actor=actor,
        round_code=code,
        person_id=_person_id(actor, asked.person_uuid, now),
        run_ids=_run_ids(asked.class_codes, now),
        request_key=idempotency_key,
        channel="api",
        now=now,
    )
    return Status(201, _entry_out(actor, entry, now))


@router.get("/entries", response=list[EntryOut], summary="Entries of the caller and those she acts for")
def list_entries(request: HttpRequest) -> list[dict[str, Any]]:
    actor, now = actor_of(request), clock.now()
    found = enrolment.entries_of(actor=actor, person_ids=actor.scope.person_ids)
    return [_entry_out(actor, each, now) for each in found]


@router.get("/entries/{uuid:entry_uuid}", response={200: EntryOut, **_PROBLEMS}, summary="One entry")
def get_entry(request: HttpRequest, entry_uuid: UUID) -> dict[str, Any]:
    actor, now = actor_of(request), clock.now()
    return _entry_out(actor, enrolment.access_entry(actor=actor, entry_uuid=entry_uuid), now)


@router.put(
    "/entries/{uuid:entry_uuid}/wishes",
    auth=MAY_ENROL,
    response={200: EntryOut, **_PROBLEMS},
    summary="Replace the ranked wishes, as often as one likes before the close",
)
def change_wishes(request: HttpRequest, entry_uuid: UUID, asked: WishesAsked) -> dict[str, Any]:
    actor, now = actor_of(request), clock.now()
    entry = enrolment.change_wishes(
        actor=actor, entry_uuid=entry_uuid, run_ids=_run_ids(asked.class_codes, now), now=now
    )
    return _entry_out(actor, entry, now)


@router.post(
    "/entries/{uuid:entry_uuid}/companions",
    auth=MAY_ENROL,
    response={200: EntryOut, **_PROBLEMS},
    summary="Ask somebody to share the entry: the same class for all, or none",
)
def invite_to_entry(request: HttpRequest, entry_uuid: UUID, asked: InviteAsked) -> dict[str, Any]:
    actor, now = actor_of(request), clock.now()
    return _entry_out(actor, enrolment.invite_to_entry(actor=actor, entry_uuid=entry_uuid, who=asked.who, now=now), now)


@router.post(
    "/entries/{uuid:entry_uuid}/answer",
    auth=MAY_ENROL,
    response={200: EntryOut, **_PROBLEMS},
    summary="Say yes or no to sharing an entry",
)
def answer_invitation(request: HttpRequest, entry_uuid: UUID, asked: AnswerAsked) -> dict[str, Any]:
    actor, now = actor_of(request), clock.now()
    enrolment.access_entry(actor=actor, entry_uuid=entry_uuid)
    entry = enrolment.answer_invitation(
        actor=actor,
        entry_uuid=entry_uuid,
        person_id=_person_id(actor, asked.person_uuid, now),
        agrees=asked.agrees,
        now=now,
    )
    return _entry_out(actor, entry, now)


@router.post(
    "/entries/{uuid:entry_uuid}/leave",
    auth=MAY_ENROL,
    response={200: EntryOut, **_PROBLEMS},
    summary="Take one person out; she may enter again before the close",
)
def leave_round(request: HttpRequest, entry_uuid: UUID, asked: PersonAsked) -> dict[str, Any]:
    actor, now = actor_of(request), clock.now()
    entry = enrolment.leave_round(
        actor=actor, entry_uuid=entry_uuid, person_id=_person_id(actor, asked.person_uuid, now), now=now
    )
    return _entry_out(actor, entry, now)


@router.post(
    "/declarations", auth=MAY_ENROL, response={204: None, **_PROBLEMS}, summary="A health paper, or a signature"
)
def give_declaration(request: HttpRequest, asked: PaperAsked) -> Status:
    actor, now = actor_of(request), clock.now()
    person_id = _person_id(actor, asked.person_uuid, now)
    enrolment.give_declaration(actor=actor, person_id=person_id, kind=asked.kind, now=now)
    return Status(204, None)


def _run_ids(codes: list[str], now: datetime) -> list[int]:
    return [classes.get_class(code[:20], now=now).run_id for code in codes]


def _round_out(shown: enrolment.RoundView) -> dict[str, Any]:
    names = set(RoundOut.model_fields) - {"classes"}
    return {name: getattr(shown, name) for name in names} | {
        "classes": [
            {
                "class_code": each.run_code,
                "title": each.title,
                "seats": each.seats,
                "is_beginner": each.is_beginner,
                "quotas": [{"bucket": quota.bucket, "seats": quota.seats} for quota in each.quotas],
                "demand": each.demand,
            }
            for each in shown.runs
        ]
    }


def _entry_out(actor: Actor, entry: enrolment.EntryView, now: datetime) -> dict[str, Any]:
    own = set(actor.scope.person_ids)
    awarded = next((wish.run_code for wish in entry.wishes if wish.run_id == entry.awarded_id), None)
    return {
        "uuid": entry.uuid,
        "code": entry.code,
        "round_code": enrolment.get_round_by_id(entry.round_id, now=now).code,
        "kind": entry.kind,
        "size": entry.size,
        "state": entry.state,
        "channel": entry.channel,
        "entered_at": entry.entered_at,
        "class_codes": [wish.run_code for wish in entry.wishes],
        "members": [
            {
                "name": m.name if m.state == "agreed" or m.person_id in own else people.mask_name(m.name),
                "state": m.state,
            }
            for m in entry.members
        ],
        "position": entry.position,
        "awarded_class_code": awarded,
    }
