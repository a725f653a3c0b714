import hashlib
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.enrolment.actions._places import lock_place, require_confirmed
from xueqiao.domains.enrolment.errors.hardship import AskedAlready, NothingToAskFor, ProofNeeded, ProofNotReadable
from xueqiao.domains.enrolment.models import HardshipEvidence, HardshipRequest
from xueqiao.domains.enrolment.parameters import HARDSHIP_ANSWER_DAYS
from xueqiao.domains.enrolment.queries.hardship import access_hardship_of
from xueqiao.domains.enrolment.queries.seats import place_view, refund_now
from xueqiao.domains.enrolment.rules.hardship import PROOFS_MAX, answer_due, kind_of_proof
from xueqiao.domains.enrolment.values.hardship import CAUSES, HardshipView, Proof
from xueqiao.foundation import clock
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.parameters.api import parameter_at
from xueqiao.foundation.reasons import InvalidInput


def ask_hardship_refund(
    *, actor: Actor, place_uuid: UUID, cause: str, words: str, proofs: Sequence[Proof], now: datetime
) -> HardshipView:
    """Ask for the money of the meetings left because of illness, a death or moving away, with proof.

    The person, or who acts for her; staff of the unit decide within the days of the parameter. The seat is kept until
    then. Locks pool and place. Raises PlaceNotFound, PlaceNotConfirmed, NothingToAskFor, ProofNeeded, ProofNotReadable,
    AskedAlready, InvalidInput, or what require_may_act_for raises; then nothing was written.
    """
    clean = " ".join(words.split())
    if cause not in CAUSES or not 2 <= len(clean) <= 300 or not clean.isprintable():
        raise InvalidInput(what="请选原因，并用一两句话写明情况")
    if not proofs:
        raise ProofNeeded
    kinds = []
    for proof in proofs:
        kind = kind_of_proof(proof.body)
        if kind is None or len(proofs) > PROOFS_MAX:
            raise ProofNotReadable(name=proof.name[:40])
        kinds.append(kind)
    with transaction.atomic():
        place = lock_place(actor=actor, place_uuid=place_uuid, now=now)
        require_confirmed(place)
        if HardshipRequest.objects.within(actor.scope).filter(place=place, state__in=["asked", "signed"]).exists():
            raise AskedAlready
        if refund_now(place=place_view(place), now=now, by_hardship=True).part == 0 or not place.price_fen:
            raise NothingToAskFor
        days = parameter_at(HARDSHIP_ANSWER_DAYS.name, region=place.region, on=clock.local_date(now)).value
        row = HardshipRequest.objects.create(
            place=place,
            cause=cause,
            words=clean,
            asked_by_id=actor.person_id or place.person_id,
            asked_at=now,
            answer_due=answer_due(asked_at=now, days=int(days)),
        )
        HardshipEvidence.objects.bulk_create(
            HardshipEvidence(
                request=row,
                name=proof.name[:80] or "证明",
                content_type=kind,
                body=proof.body,
                sha256=hashlib.sha256(proof.body).digest(),
            )
            for proof, kind in zip(proofs, kinds, strict=True)
        )
        record_deed(
            actor=actor,
            verb="ask_hardship_refund",
            object_kind="place",
            object_id=place.pk,
            now=now,
            region=place.region,
            acting_for_id=place.person_id if place.person_id != actor.person_id else None,
            detail={"cause": cause, "proofs": len(proofs)},
        )
        view = access_hardship_of(actor=actor, place_id=place.pk, now=now)
    if view is None:
        raise RuntimeError("a request just written is not seen")
    return view
