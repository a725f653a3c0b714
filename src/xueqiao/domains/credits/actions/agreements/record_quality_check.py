"""Write down what the second look at a drawn outcome found."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from xueqiao.domains.credits.errors.agreements import CheckedAlready, NotDrawn
from xueqiao.domains.credits.errors.claims import OwnClaim, OwnInstitution
from xueqiao.domains.credits.models import Claim, QualityCheck
from xueqiao.domains.credits.queries.agreements import drawn_of_year, lock_agreement
from xueqiao.domains.credits.rules.claims import is_of_own_institution
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.reasons import InvalidInput, NotAllowed
from xueqiao.foundation.scope import Scope


def record_quality_check(
    *, actor: Actor, code: str, claim_uuid: UUID, is_sound: bool, words: str, now: datetime
) -> int:
    """Return the year of the sample the outcome was drawn for. Nothing that was recognised changes by it.

    An officer of the receiver, never the giver's own people, the learner or her family; once. Locks the agreement's
    row. Raises NotAllowed, AgreementUnknown, NotDrawn, OwnInstitution, OwnClaim, CheckedAlready, InvalidInput.
    """
    clean = " ".join(words.split())
    with transaction.atomic():
        row = lock_agreement(actor, code)
        if actor.person_id is None:
            raise NotAllowed
        if len(clean) > 200 or (not is_sound and len(clean) < 2):
            raise InvalidInput(what="有问题时请写明查到了什么，最多 200 个字")
        claim = (
            Claim.objects.within(Scope.everything("drawn for the officer of the receiver"))
            .select_related("outcome")
            .filter(uuid=claim_uuid, agreement__code=row.code, state="recognised")
            .first()
        )
        year = local_date(claim.decided_at).year if claim is not None else 0
        if claim is None or claim.uuid not in drawn_of_year(row, year):
            raise NotDrawn
        if is_of_own_institution([duty.institution_id for duty in actor.duties], row.giver_id):
            raise OwnInstitution
        learner = claim.outcome.person_id
        if actor.person_id == learner or people.are_family(actor.person_id, learner):
            raise OwnClaim
        try:
            with transaction.atomic():
                check = QualityCheck.objects.create(
                    claim=claim, year=year, checker_id=actor.person_id, is_sound=is_sound, words=clean, checked_at=now
                )
        except IntegrityError as taken:
            raise CheckedAlready from taken
        record_deed(
            actor=actor,
            verb="record_quality_check",
            object_kind="quality_check",
            object_id=check.pk,
            region=row.receiver.region,
            acting_for_id=learner,
            now=now,
            detail={"claim": str(claim.uuid), "year": year, "is_sound": is_sound},
        )
    return year
