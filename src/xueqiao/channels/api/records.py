"""My records: places, attendance, credits, certificates; and the public check of a certificate."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema

from xueqiao.channels.api.callers import MAY_ENROL, PUBLIC, actor_of
from xueqiao.domains.classes import api as classes
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.learning import api as learning
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.reasons import NotFound

router = Router(tags=["records 我的记录"])


class RecordPlace(Schema):
    uuid: UUID
    code: str
    class_code: str
    class_title: str
    state: str
    next_starts_at: datetime | None
    to_pay_fen: int
    hold_until: datetime | None


class AttendanceOut(Schema):
    class_code: str
    class_title: str
    session_number: int
    attended_on: date
    state: str
    minutes: int
    method: str
    recorded_at: datetime
    previous_state: str
    change_reason: str
    changed_at: datetime | None


class RuleSourceOut(Schema):
    label: str
    value: str
    source: str
    is_confirmed: bool


class ProposalOut(Schema):
    uuid: UUID
    class_code: str
    class_title: str
    amount_hundredths: int
    remainder_minutes: int
    rule_text: str
    rule_sources: list[RuleSourceOut]
    state: str
    undo_until: datetime | None


class CreditsOut(Schema):
    account_code: str
    total_hundredths: int
    kept_minutes: int
    proposals: list[ProposalOut]


class NextClassOut(Schema):
    """A class near home that would take this person now."""

    code: str
    title: str
    institution: str
    venue: str
    starts_at: datetime
    ends_at: datetime
    minutes: int
    seats_left: int
    to_pay_fen: int
    distance_metres: int | None


class WayOut(Schema):
    """The classes that complete a programme in the least time, or bring it on most; what they leave missing."""

    classes: list[NextClassOut]
    minutes: int
    missing_after_hundredths: int
    is_proven: bool
    sentences: list[str]


class WorthOut(Schema):
    """The best legal use in one programme. is_proven: no legal use is better; else the bounds say how much could be.

    way: for the programmes nearest to completion; null elsewhere and where nothing is missing.
    """

    rules_code: str
    rules_title: str
    rules_version: int
    programme_code: str
    programme_title: str
    required_hundredths: int
    amount_hundredths: int
    missing_hundredths: int
    is_proven: bool
    bound_amount: int
    bound_missing: int
    sentences: list[str]
    way: WayOut | None


class CertificateOut(Schema):
    uuid: UUID
    code: str
    title: str
    institution_name: str
    issued_at: datetime
    minutes: int
    amount_hundredths: int
    revoked_at: datetime | None
    issuer_key: str


class VerdictOut(Schema):
    """state: valid, suspended, superseded, revoked or unknown. A name is only ever given masked."""

    state: str
    code: str
    masked_name: str
    title: str
    institution_name: str
    issued_on: date | None
    minutes: int
    amount_hundredths: int
    revoked_on: date | None
    revoke_reason: str
    suspended_on: date | None
    new_code: str
    issuer_key: str


class ProofIn(Schema):
    """show: names of claims, "hours_at_least_60" for one. holder_key: a public Ed25519 JWK, or nothing."""

    show: list[str] = []
    holder_key: dict[str, str] | None = None


class ProofOut(Schema):
    proof: str


FOR = Query(None, alias="for", description="uuid of a family member the caller acts for; herself when left out")


def person_id_of(actor: Actor, wanted: UUID | None) -> int:
    """The person asked for: the caller, or one she acts for. Raises NotFound."""
    known = people.access_persons(actor, actor.scope.person_ids)
    for card in known.values():
        if (wanted is None and card.id == actor.person_id) or card.uuid == wanted:
            return card.id
    raise NotFound


def _proposal(view: credit_bank.ProposalView) -> dict[str, Any]:
    return {
        "uuid": view.uuid,
        "class_code": view.run_code,
        "class_title": view.run_title,
        "amount_hundredths": view.amount_hundredths,
        "remainder_minutes": view.remainder_minutes,
        "rule_text": view.rule_text,
        "rule_sources": [source.__dict__ for source in view.rule_sources],
        "state": view.state,
        "undo_until": view.undo_until,
    }


@router.get("/me/places", response=list[RecordPlace], operation_id="records_places")
def my_places(request: HttpRequest, person: UUID | None = FOR) -> list[dict[str, Any]]:
    """Places in classes, newest first, ended ones too."""
    actor, now = actor_of(request), clock.now()
    places = enrolment.places_held_by(actor=actor, person_ids=[person_id_of(actor, person)])
    cards = classes.class_cards({place.run_id for place in places}, now=now)
    return [
        {
            "uuid": place.uuid,
            "code": place.code,
            "class_code": cards[place.run_id].code,
            "class_title": cards[place.run_id].title,
            "state": place.state,
            "next_starts_at": cards[place.run_id].starts_at,
            "to_pay_fen": place.to_pay_fen,
            "hold_until": place.hold_until,
        }
        for place in places
        if place.run_id in cards
    ]


@router.get("/me/attendance", response=list[AttendanceOut], operation_id="records_attendance")
def my_attendance(request: HttpRequest, person: UUID | None = FOR) -> list[dict[str, Any]]:
    """The last hundred recorded sessions, with what was changed and why."""
    actor = actor_of(request)
    lines = learning.access_attendance(actor=actor, person_ids=[person_id_of(actor, person)])
    return [{**line, "class_code": line["run_code"], "class_title": line["run_title"]} for line in lines]


@router.get("/me/credits", response=CreditsOut, operation_id="records_credits")
def my_credits(request: HttpRequest, person: UUID | None = FOR) -> dict[str, Any]:
    """The credit account: total from the ledger, kept minutes, proposals that wait."""
    actor = actor_of(request)
    book = credit_bank.passport_of(actor=actor, person_id=person_id_of(actor, person), now=clock.now())
    return {
        "account_code": book.account_code,
        "total_hundredths": book.total_hundredths,
        "kept_minutes": book.kept_minutes,
        "proposals": [_proposal(view) for view in book.proposals],
    }


@router.get("/me/worth", response=list[WorthOut], operation_id="records_worth")
def my_worth(request: HttpRequest, person: UUID | None = FOR) -> list[dict[str, Any]]:
    """What my learning is worth in every programme in reach, the nearest first, and the next classes."""
    actor = actor_of(request)
    worths = credit_bank.worth_everywhere(actor=actor, person_id=person_id_of(actor, person), now=clock.now())
    return [_worth(each) for each in worths]


def _worth(worth: credit_bank.ProgrammeWorth) -> dict[str, Any]:
    answer, way = worth.answer, worth.way
    return {
        "rules_code": answer.rules_code,
        "rules_title": answer.rules_title,
        "rules_version": worth.rules_version,
        "programme_code": answer.programme.code,
        "programme_title": answer.programme.title,
        "required_hundredths": answer.programme.required_hundredths,
        "amount_hundredths": answer.amount_hundredths,
        "missing_hundredths": answer.missing_hundredths,
        "is_proven": answer.is_proven,
        "bound_amount": answer.bound_amount,
        "bound_missing": answer.bound_missing,
        "sentences": list(answer.sentences),
        "way": way
        and {
            "classes": [_next_class(each) for each in worth.classes],
            "minutes": way.minutes,
            "missing_after_hundredths": way.missing_hundredths,
            "is_proven": way.is_proven,
            "sentences": list(way.sentences),
        },
    }


def _next_class(found: enrolment.OpenClass) -> dict[str, Any]:
    return {
        "code": found.card.code,
        "title": found.card.title,
        "institution": found.card.institution_name,
        "venue": found.card.venue_name,
        "starts_at": found.starts_at,
        "ends_at": found.ends_at,
        "minutes": found.minutes,
        "seats_left": found.card.seats_left,
        "to_pay_fen": found.card.to_pay_fen,
        "distance_metres": found.card.distance_metres,
    }


@router.get("/me/certificates", response=list[CertificateOut], operation_id="records_certificates")
def my_certificates(request: HttpRequest, person: UUID | None = FOR) -> list[Any]:
    """Certificates, newest first."""
    actor = actor_of(request)
    book = credit_bank.passport_of(actor=actor, person_id=person_id_of(actor, person), now=clock.now())
    return list(book.certificates)


@router.get("/me/certificates/{certificate_uuid}/credential", operation_id="records_credential")
def my_credential(request: HttpRequest, certificate_uuid: UUID) -> HttpResponse:
    """The signed Open Badges 3.0 credential, byte for byte as issued."""
    text = credit_bank.credential_text(actor=actor_of(request), certificate_uuid=certificate_uuid)
    return HttpResponse(text, content_type="application/vc+ld+json")


@router.get("/me/certificates/{certificate_uuid}/token", operation_id="records_token")
def my_token(request: HttpRequest, certificate_uuid: UUID) -> HttpResponse:
    """The certificate as vc+jwt."""
    text = credit_bank.credential_token(actor=actor_of(request), certificate_uuid=certificate_uuid)
    return HttpResponse(text, content_type="application/vc+jwt")


@router.post(
    "/me/certificates/{certificate_uuid}/proof", response=ProofOut, auth=MAY_ENROL, operation_id="records_proof"
)
def my_proof(request: HttpRequest, certificate_uuid: UUID, wanted: ProofIn) -> dict[str, str]:
    """An SD-JWT that shows the chosen claims and hides all others, in force for seven days."""
    text = credit_bank.prove_completion(
        actor=actor_of(request),
        certificate_uuid=certificate_uuid,
        shows=wanted.show,
        holder_key=wanted.holder_key,
        now=clock.now(),
    )
    return {"proof": text}


@router.get("/me/statement", operation_id="records_statement")
def my_statement(request: HttpRequest, person: UUID | None = FOR) -> HttpResponse:
    """Every certificate in force as one CLR 2.0 document."""
    actor = actor_of(request)
    text = credit_bank.write_statement(actor=actor, person_id=person_id_of(actor, person), now=clock.now())
    return HttpResponse(text, content_type="application/vc")


@router.get("/verify/keys", auth=PUBLIC, operation_id="records_verify_keys")
def verify_keys(request: HttpRequest) -> HttpResponse:
    """Signing keys and heads of the time log, for offline checks."""
    return HttpResponse(credit_bank.published_keys(now=clock.now()), content_type="application/json")


@router.post(
    "/me/proposals/{proposal_uuid}/deposit", response=ProposalOut, auth=MAY_ENROL, operation_id="records_deposit"
)
def deposit(request: HttpRequest, proposal_uuid: UUID) -> dict[str, Any]:
    """Put the proposed credit into the account. Safe to repeat."""
    view = credit_bank.deposit_credit(actor=actor_of(request), proposal_uuid=proposal_uuid, now=clock.now())
    return _proposal(view)


@router.get("/verify/{code}", response=VerdictOut, auth=PUBLIC, operation_id="records_verify")
def verify(request: HttpRequest, code: str) -> Any:
    """Check a certificate by its code; open to anybody."""
    return credit_bank.verify_certificate(code=code, now=clock.now())
