"""Reads of requests for money in hardship."""

from datetime import datetime
from uuid import UUID

from xueqiao.domains.enrolment.errors.hardship import HardshipNotFound
from xueqiao.domains.enrolment.models import HardshipEvidence, HardshipRequest
from xueqiao.domains.enrolment.parameters import HARDSHIP_SECOND_FEN
from xueqiao.domains.enrolment.queries.seats import STAFF_ROLES, may_see_place, place_view, refund_now
from xueqiao.domains.enrolment.rules.hardship import needs_second_signature
from xueqiao.domains.enrolment.values.hardship import EvidenceView, HardshipView
from xueqiao.domains.enrolment.values.seats import CONFIRMED
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.parameters.api import parameter_at
from xueqiao.foundation.scope import Scope


def access_hardship_of(*, actor: Actor, place_id: int, now: datetime) -> HardshipView | None:
    """The newest request of a place, for those who may see it; or None."""
    row = _rows(actor.scope).filter(place_id=place_id).order_by("-pk").first()
    return hardship_view(row, now=now) if row else None


def access_hardship_waiting(*, actor: Actor, now: datetime, limit: int = 50) -> list[HardshipView]:
    """Requests that wait in the actor's units, the soonest due first. For desk staff. Raises NotAllowed."""
    people.require_role(actor, *STAFF_ROLES)
    rows = _rows(Scope(ranges=actor.scope.ranges)).filter(state__in=["asked", "signed"]).order_by("answer_due", "pk")
    return [hardship_view(row, now=now) for row in rows[:limit]]


def access_evidence(*, actor: Actor, evidence_id: int) -> tuple[str, str, bytes]:
    """Name, content type and bytes of a paper, for its person and for who decides. Raises HardshipNotFound."""
    row = HardshipEvidence.objects.select_related("request__place").filter(pk=evidence_id).first()
    if row is None or not may_see_place(actor, row.request.place):
        raise HardshipNotFound
    return row.name, row.content_type, bytes(row.body)


def get_hardship_row(actor: Actor, request_uuid: UUID) -> HardshipRequest:
    """The row, for desk staff of its unit. Raises HardshipNotFound."""
    row = _rows(Scope(ranges=actor.scope.ranges)).filter(uuid=request_uuid).first()
    if row is None:
        raise HardshipNotFound
    return row


def second_signature_above(row: HardshipRequest, now: datetime) -> int:
    """Above how many fen a second person signs, at the place of the class today."""
    return int(parameter_at(HARDSHIP_SECOND_FEN.name, region=row.place.region, on=clock.local_date(now)).value)


def hardship_view(row: HardshipRequest, *, now: datetime) -> HardshipView:
    is_open = row.state in {"asked", "signed"} and row.place.state == CONFIRMED
    rule = refund_now(place=place_view(row.place), now=row.asked_at, by_hardship=True) if is_open else None
    refund_fen = rule.refund_fen if rule else row.refund_fen
    return HardshipView(
        uuid=row.uuid,
        place_uuid=row.place.uuid,
        person_name=row.place.person.name,
        title=row.place.run.title,
        cause=row.cause,
        words=row.words,
        state=row.state,
        asked_at=row.asked_at,
        answer_due=row.answer_due,
        refund_fen=refund_fen,
        rule=rule.words if rule else "",
        decision_words=row.decision_words,
        needs_second=needs_second_signature(refund_fen=refund_fen, limit_fen=second_signature_above(row, now)),
        first_by_id=row.first_by_id,
        evidence=tuple(EvidenceView(e.pk, e.name, e.content_type) for e in row.evidence.defer("body").order_by("pk")),
    )


def _rows(scope: Scope):  # type: ignore[no-untyped-def]
    return HardshipRequest.objects.within(scope).select_related("place__person", "place__run")
