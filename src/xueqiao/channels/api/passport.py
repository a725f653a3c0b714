"""What a learner does with her passport, by program: claims with papers, links that show certificates, a new name."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from ninja import Field, File, Form, Router, Schema
from ninja.files import UploadedFile

from xueqiao.channels.api.callers import MAY_ENROL, actor_of
from xueqiao.channels.api.problems import Problem
from xueqiao.channels.api.records import FOR, CertificateOut, person_id_of
from xueqiao.domains.credits import api as credit_bank
from xueqiao.foundation import clock

router = Router(tags=["credit passport 学分护照"])
_PROBLEMS = {403: Problem, 404: Problem, 409: Problem, 422: Problem}
_PAPER_READ_MAX = 2 * 1024 * 1024 + 1


class ClaimIn(Schema):
    """An outcome from elsewhere. Only what the paper says; what is worked out is the office's."""

    type: str = Field(max_length=40, description="training_certificate, vocational_qualification, award, ...")
    title: str = Field(max_length=80)
    issuer: str = Field(max_length=80)
    ends_on: date
    minutes: int | None = Field(None, gt=0, le=1_000_000, description="Hours as minutes")
    credit_hundredths: int | None = Field(None, gt=0, le=1_000_000, description="Credits printed on the paper")
    grade: int | None = Field(None, ge=0, le=100)
    years: int | None = Field(None, gt=0, le=80, description="Of work")
    award_level: str = Field("", max_length=20, description="county, city, province, nation")
    work: str = Field("", max_length=80, description="What the prize was given for")


class PaperOut(Schema):
    name: str
    content_type: str
    strength: int = Field(description="1 declared, 2 original seen, 3 issuer asked, 4 from the issuer")


class ClaimOut(Schema):
    """state: claimed, accepted, recognised, refused, appealed. due: by when the office's next step is due."""

    uuid: UUID
    type: str
    title: str
    issuer: str
    ends_on: date
    state: str
    claimed_at: datetime
    due: date | None
    appeal_until: date | None
    amount_hundredths: int
    rule: str
    sentences: list[str]
    decision: str
    papers: list[PaperOut]


class ShareIn(Schema):
    certificates: list[UUID] = Field(min_length=1, max_length=100)
    scope: str = Field("summary", max_length=20, description="summary (no name) or full")
    days: int = Field(7, ge=1, le=90)


class ShareOut(Schema):
    uuid: UUID
    titles: list[str]
    scope: str
    made_at: datetime
    expires_at: datetime


class SharedOut(Schema):
    link: str = Field(description="Told once: only its hash is kept")


@router.get("/me/claims", response=list[ClaimOut], operation_id="passport_claims")
def my_claims(request: HttpRequest, person: UUID | None = FOR) -> list[dict[str, Any]]:
    """Claims for learning from elsewhere, newest first: where each stands, by when, and why."""
    actor = actor_of(request)
    return [_claim(each) for each in credit_bank.access_claims_of(actor=actor, person_id=person_id_of(actor, person))]


@router.post(
    "/me/claims",
    response={201: ClaimOut, **_PROBLEMS},
    auth=MAY_ENROL,
    url_name="my_claims",
    operation_id="passport_claim",
)
def make_claim(
    request: HttpRequest, outcome: Form[ClaimIn], papers: File[list[UploadedFile]], person: UUID | None = FOR
) -> tuple[int, dict[str, Any]]:
    """Ask that an outcome be recognised; multipart, with up to three papers (JPG, PNG, PDF; 2 MB each)."""
    actor = actor_of(request)
    facts = {
        "hours": outcome.minutes,
        "credits": outcome.credit_hundredths,
        "grade": outcome.grade,
        "years": outcome.years,
        "award_level": outcome.award_level or None,
        "work": outcome.work or None,
        "portfolio": True if outcome.type == "work_experience" else None,  # the paper that is handed in
    }
    view = credit_bank.claim_outcome(
        actor=actor,
        person_id=person_id_of(actor, person),
        outcome=credit_bank.ClaimedOutcome(
            type=outcome.type,
            title=outcome.title,
            issuer_name=outcome.issuer,
            ends_on=outcome.ends_on,
            facts={name: value for name, value in facts.items() if value is not None},
        ),
        papers=[credit_bank.Paper((each.name or "")[:80], each.read(_PAPER_READ_MAX)) for each in papers],
        now=clock.now(),
    )
    return 201, _claim(view)


@router.get("/me/shares", response=list[ShareOut], operation_id="passport_shares")
def my_shares(request: HttpRequest, person: UUID | None = FOR) -> list[dict[str, Any]]:
    """Links that still open, newest first."""
    actor = actor_of(request)
    found = credit_bank.access_shares(actor=actor, person_id=person_id_of(actor, person), now=clock.now())
    return [{**each.__dict__, "titles": list(each.titles)} for each in found]


@router.post(
    "/me/shares",
    response={201: SharedOut, **_PROBLEMS},
    auth=MAY_ENROL,
    url_name="my_shares",
    operation_id="passport_share",
)
def make_share(request: HttpRequest, wanted: ShareIn, person: UUID | None = FOR) -> tuple[int, dict[str, str]]:
    """Make a link that shows certificates to whoever has it."""
    actor = actor_of(request)
    token = credit_bank.share_certificates(
        actor=actor,
        person_id=person_id_of(actor, person),
        certificate_uuids=wanted.certificates,
        scope=wanted.scope,
        days=wanted.days,
        now=clock.now(),
    )
    return 201, {"link": request.build_absolute_uri(reverse("shared_certificates", args=[token]))}


@router.delete(
    "/me/shares/{share_uuid}", response={204: None, **_PROBLEMS}, auth=MAY_ENROL, operation_id="passport_end"
)
def stop_sharing(request: HttpRequest, share_uuid: UUID) -> tuple[int, None]:
    """End a link before its time. Safe to repeat."""
    credit_bank.end_share(actor=actor_of(request), share_uuid=share_uuid, now=clock.now())
    return 204, None


@router.post(
    "/me/certificates/{certificate_uuid}/reissue",
    response={201: CertificateOut, **_PROBLEMS},
    auth=MAY_ENROL,
    operation_id="passport_reissue",
)
def reissue(request: HttpRequest, certificate_uuid: UUID) -> tuple[int, Any]:
    """Issue a certificate anew under the name the person has now; the old code leads to the new one."""
    made = credit_bank.reissue_certificate(actor=actor_of(request), certificate_uuid=certificate_uuid, now=clock.now())
    return 201, made


def _claim(view: credit_bank.ClaimView) -> dict[str, Any]:
    return {
        "uuid": view.uuid,
        "type": view.type,
        "title": view.title,
        "issuer": view.issuer_name,
        "ends_on": view.ends_on,
        "state": view.state,
        "claimed_at": view.claimed_at,
        "due": view.due,
        "appeal_until": view.appeal_until,
        "amount_hundredths": view.amount_hundredths,
        "rule": view.rule_title,
        "sentences": list(view.sentences),
        "decision": view.decision_words,
        "papers": [
            {"name": each.name, "content_type": each.content_type, "strength": each.strength} for each in view.evidence
        ],
    }
