"""Signing in by program, the caller herself, and her family."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema
from ninja.responses import Status

from xueqiao.channels.api.callers import MAY_ENROL, PUBLIC, actor_of
from xueqiao.channels.api.problems import Problem
from xueqiao.channels.effort import effort_for, is_paid, needs_effort
from xueqiao.channels.web.guards import address_mark, client_address
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock
from xueqiao.foundation.audit.values import Actor

router = Router(tags=["people 居民"])


class CodeAsked(Schema):
    phone: str = Field(max_length=40)
    way: str = Field("sms", pattern="^(sms|voice)$")
    proof: str = Field(
        "", max_length=4096, description="Solution or ticket from GET /sign-in-challenge, if one is asked"
    )


class CodeSent(Schema):
    phone_masked: str
    way: str
    expires_at: datetime
    resend_at: datetime


class ChallengeOut(Schema):
    is_needed: bool
    challenge: str = Field("", description="altcha v1 challenge as JSON; solve and send base64(JSON) as proof")
    ticket: str = Field("", description="or wait until opens_at and send this as proof")
    opens_at: datetime | None = None


class SignInAsked(Schema):
    phone: str = Field(max_length=40)
    code: str = Field(max_length=20)
    label: str = Field("API", min_length=1, max_length=60)
    scopes: list[str] = Field(["read"], max_length=5)
    days: int = Field(30, ge=1, le=366)


class AccountAsked(Schema):
    ticket: str = Field(max_length=400)
    name: str = Field(max_length=60)
    birth_date: date
    region: int = Field(ge=10**11, lt=10**12)
    sex: str = Field("u", pattern="^[fmu]$")
    has_consented: bool
    guardian_phone: str = Field("", max_length=40)
    label: str = Field("API", min_length=1, max_length=60)
    scopes: list[str] = Field(["read"], max_length=5)


class TokenOut(Schema):
    token: str = Field("", description="Shown once. Empty for a first visit: then open the account with `ticket`")
    expires_at: datetime | None = None
    ticket: str = ""
    consent_text_version: str = people.CONSENT_TEXT_VERSION


class MeOut(Schema):
    uuid: UUID
    code: str
    name: str
    birth_date: date
    region: int
    mode: str
    roles: list[str]


class FamilyOut(Schema):
    link_uuid: UUID
    person_uuid: UUID
    name: str
    relation: str
    state: str
    may_act: bool
    spending_cap_fen: int | None


class NoticeOut(Schema):
    uuid: UUID
    person_name: str = Field("", description="Whom it is about; empty for the caller herself")
    text: str
    path: str
    made_at: datetime
    is_read: bool


_PROBLEMS = {409: Problem, 422: Problem, 429: Problem}


def _visitor() -> Actor:
    return Actor(kind="visitor", authority="none", channel="api")


@router.get("/sign-in-challenge", auth=PUBLIC, response=ChallengeOut, summary="What the next code costs")
def sign_in_challenge(request: HttpRequest) -> dict[str, Any]:
    effort = effort_for(client_address(request), address_mark(request), clock.now())
    return {
        "is_needed": bool(effort.challenge),
        "challenge": effort.challenge,
        "ticket": effort.ticket,
        "opens_at": effort.opens_at,
    }


@router.post(
    "/sign-in-codes", auth=PUBLIC, response={202: CodeSent, **_PROBLEMS, 503: Problem}, summary="Send a code to a phone"
)
def send_code(request: HttpRequest, asked: CodeAsked) -> Status:
    now, address = clock.now(), client_address(request)
    if needs_effort(address, now) and not is_paid(asked.proof, address_mark(request), now):
        raise people.ProofMissing
    sent = people.request_sign_in_code(
        actor=_visitor(), phone=asked.phone, way=asked.way, address=address, proof=asked.proof, now=now
    )
    return Status(202, sent)


@router.post(
    "/sign-in", auth=PUBLIC, response={200: TokenOut, **_PROBLEMS}, summary="Exchange a phone code for a bearer token"
)
def sign_in(request: HttpRequest, asked: SignInAsked) -> dict[str, Any]:
    now = clock.now()
    signed_in = people.sign_in_with_code(actor=_visitor(), phone=asked.phone, code=asked.code, now=now)
    if signed_in.person_id is None:
        return {"ticket": signed_in.ticket}
    return _token(signed_in.person_id, asked.label, asked.scopes, asked.days, now)


@router.post("/accounts", auth=PUBLIC, response={201: TokenOut, **_PROBLEMS}, summary="Open the account of a new phone")
def open_account(request: HttpRequest, asked: AccountAsked) -> Status:
    now = clock.now()
    opened = people.open_account(
        actor=_visitor(),
        ticket=asked.ticket,
        name=asked.name,
        birth_date=asked.birth_date,
        region=asked.region,
        sex=asked.sex,
        has_consented=asked.has_consented,
        guardian_phone=asked.guardian_phone,
        now=now,
    )
    return Status(201, _token(opened.person_id, asked.label, asked.scopes, 30, now))


def _token(person_id: int | None, label: str, scopes: list[str], days: int, now: datetime) -> dict[str, Any]:
    actor = Actor("resident", person_id=person_id, channel="api")
    made = people.make_token(actor=actor, label=label, scopes=scopes, days=days, now=now)
    return {"token": made.token, "expires_at": made.expires_at}


@router.get("/me", response=MeOut, summary="The caller herself")
def me(request: HttpRequest) -> dict[str, Any]:
    actor = actor_of(request)
    person = people.access_person(actor, actor.person_id or 0)
    return {
        "uuid": person.uuid,
        "code": person.code,
        "name": person.name,
        "birth_date": person.birth_date,
        "region": person.region,
        "mode": person.mode,
        "roles": sorted(actor.roles),
    }


@router.get("/me/notices", response=list[NoticeOut], summary="What the caller was told, newest first")
def notices(request: HttpRequest) -> list[people.NoticeView]:
    return people.notices_of(actor_of(request))


@router.get("/me/family", response=list[FamilyOut], summary="Whom the caller acts for")
def family(request: HttpRequest) -> list[dict[str, Any]]:
    return [
        {
            "link_uuid": m.link_uuid,
            "person_uuid": m.person.uuid,
            # Until she has confirmed, the asking person learns no more than she typed herself.
            "name": m.person.name if m.state == "active" else people.mask_name(m.person.name),
            "relation": m.relation,
            "state": m.state,
            "may_act": m.may_act,
            "spending_cap_fen": m.spending_cap_fen,
        }
        for m in people.family_of(actor_of(request), now=clock.now())
    ]


@router.delete(
    "/me/tokens/{uuid:token_uuid}", auth=MAY_ENROL, response={204: None, 404: Problem}, summary="Take a token back"
)
def withdraw_token(request: HttpRequest, token_uuid: UUID) -> Status:
    people.withdraw_token(actor=actor_of(request), token_uuid=token_uuid, now=clock.now())
    return Status(204, None)
