"""Make a proof that shows chosen claims of a certificate and nothing else."""

import os
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from xueqiao.domains.credits.actions.signing.make_signing_key import make_signing_key, signer_in
from xueqiao.domains.credits.errors.certificates import CertificateUnknown
from xueqiao.domains.credits.errors.signing import HolderKeyUnreadable, NothingToShow, SignerMissing
from xueqiao.domains.credits.errors.standing import NotInForce
from xueqiao.domains.credits.models import Certificate
from xueqiao.domains.credits.queries.certificates import verify_certificate
from xueqiao.domains.credits.queries.deposits import require_may_decide_for
from xueqiao.domains.credits.signing.did_key import ED25519
from xueqiao.domains.credits.signing.jose import BadToken
from xueqiao.domains.credits.signing.sd_jwt import COMPLETION_TYPE, completion_claims, made_proof
from xueqiao.domains.credits.values.certificates import VALID
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.scope import Scope

IN_FORCE = timedelta(days=7)


def prove_completion(
    *,
    actor: Actor,
    certificate_uuid: UUID,
    shows: Collection[str],
    now: datetime,
    holder_key: Mapping[str, str] | None = None,
) -> str:
    """Return an SD-JWT that shows the claims in `shows` and hides all others, in force for seven days.

    shows: names of `completion_claims`, "completed" is always among them. holder_key: a public Ed25519 JWK; then only
    its owner can show the proof. Nothing is kept but that a proof was made: not which claims, and never who read it.
    Raises CertificateUnknown, NotYours, NotInForce, NothingToShow, HolderKeyUnreadable, SignerMissing.
    """
    everything = Scope.everything("authority is checked for the certificate's person")
    row = Certificate.objects.within(everything).filter(uuid=certificate_uuid).first()
    if row is None:
        raise CertificateUnknown
    require_may_decide_for(actor, row.person_id, now=now)
    if verify_certificate(code=row.code, now=now).state != VALID:
        raise NotInForce
    claims = completion_claims(
        title=row.title,
        institution=row.institution_name,
        person_name=row.person_name,
        code=row.code,
        minutes=row.minutes,
        completed_on=local_date(row.issued_at).isoformat(),
    )
    chosen = {"completed", *shows}
    if not chosen <= set(claims) or any(claims[name] is False for name in chosen):
        raise NothingToShow
    with transaction.atomic():
        signer = signer_in(make_signing_key(actor=Actor.system("prove_completion"), now=now))
        if signer.algorithm != ED25519:
            raise SignerMissing
        try:
            made = made_proof(
                claims,
                kind=COMPLETION_TYPE,
                signer=signer,
                made_at=now,
                expires_at=now + IN_FORCE,
                random=os.urandom,
                holder_key=holder_key,
            )
        except BadToken as reason:
            raise HolderKeyUnreadable from reason
        record_deed(
            actor=actor,
            verb="prove_completion",
            object_kind="certificate",
            object_id=row.pk,
            region=row.region,
            acting_for_id=row.person_id if actor.person_id != row.person_id else None,
            now=now,
        )
    return made.showing(sorted(chosen))
