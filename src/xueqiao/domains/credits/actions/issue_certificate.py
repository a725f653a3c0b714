"""Sign a certificate for a completion."""

import secrets
from datetime import datetime

from django.conf import settings
from django.db import transaction

from xueqiao.domains.catalogue import api as catalogue
from xueqiao.domains.classes import api as classes
from xueqiao.domains.credits.actions.make_signing_key import make_signing_key
from xueqiao.domains.credits.actions.propose_credit import propose_credit
from xueqiao.domains.credits.errors.certificates import CompletionUnknown
from xueqiao.domains.credits.events import CertificateIssued
from xueqiao.domains.credits.models import Certificate
from xueqiao.domains.credits.queries.certificates import certificate_view
from xueqiao.domains.credits.queries.deposits import require_may_decide_for
from xueqiao.domains.credits.rules import certificates as rules
from xueqiao.domains.credits.signing import credential, did_key, elements, sealing
from xueqiao.domains.credits.signing.proof import with_proofs
from xueqiao.domains.credits.signing.signers import Ed25519Signer
from xueqiao.domains.credits.values.certificates import CertificateView
from xueqiao.domains.institutions import api as institutions
from xueqiao.domains.learning import api as learning
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.clock import local, local_date
from xueqiao.foundation.identifiers import uuid7
from xueqiao.foundation.locks import LockSpace, lock
from xueqiao.foundation.outbox.api import record_event
from xueqiao.foundation.reasons import NotFound
from xueqiao.foundation.region_code import PROVINCE, RegionCode
from xueqiao.foundation.regions import api as regions
from xueqiao.foundation.scope import Scope


def issue_certificate(*, actor: Actor, completion_id: int, now: datetime) -> CertificateView:
    """Sign the certificate of a completion, or return the one that exists. One per completion, for ever.

    The credit it states is what the rule gives, deposited or not. Raises CompletionUnknown, NotYours, or
    SealCannotBeOpened when the server's secret was changed.
    """
    system = Actor.system("issue_certificate")
    try:
        completion = learning.access_completion(actor=system, completion_id=completion_id)
    except NotFound as reason:
        raise CompletionUnknown from reason
    require_may_decide_for(actor, completion.person_id, now=now)
    everything = Scope.everything("one certificate per completion")
    with transaction.atomic():
        lock(LockSpace.CERTIFICATE, [completion_id])
        known = Certificate.objects.within(everything).select_related("signing_key").filter(completion_id=completion_id)
        if (row := known.first()) is not None:
            return certificate_view(row)
        proposal = propose_credit(actor=system, completion_id=completion_id, now=now)
        key = make_signing_key(actor=system, now=now)
        private_key = sealing.unseal(
            bytes(key.private_key_sealed), server_secret=settings.SECRET_KEY, bound_to=key.public_key
        )
        uuid, code = uuid7(), rules.code_from(secrets.token_bytes(rules.CODE_LENGTH), local(now).year)
        detail = classes.get_class(completion.run_code, now=now)
        course = catalogue.get_course(detail.card.course_code)
        institution = institutions.get_institution_by_id(completion.institution_id)
        province = regions.unit_named(int(RegionCode(completion.region).ancestor(PROVINCE)))
        facts = credential.Facts(
            certificate_uuid=str(uuid),
            code=code,
            person_name=completion.person_name,
            title=completion.run_title,
            course_code=course.code,
            course_uuid=str(course.uuid),
            category=course.category,
            outcomes=tuple(course.outcomes),
            institution_name=completion.institution_name,
            institution_uuid=str(institution.uuid),
            region_name=province.name if province else "江苏省",
            platform_name=settings.SITE_OWNER or "学桥终身学习平台",
            issued_at=now,
            starts_on=completion.starts_on,
            ends_on=min(completion.ends_on, local_date(now)),
            sessions_attended=completion.sessions_attended,
            sessions_held=completion.sessions_held,
            minutes=completion.minutes_attended,
            amount_hundredths=proposal.amount_hundredths,
            rule_text=proposal.rule_text,
            evidence_address=f"{settings.PUBLIC_URL}/verify/{code}/" if settings.PUBLIC_URL else "",
            is_demo=settings.DEMO,
        )
        unsigned = credential.credential_of(facts, issuer_did=key.key_id.partition("#")[0])
        elements.require_elements(unsigned)
        signed = with_proofs(unsigned, signer=Ed25519Signer(private_key), created=credential.moment_text(now))
        row = Certificate.objects.create(
            uuid=uuid,
            code=code,
            person_id=completion.person_id,
            completion_id=completion_id,
            region=completion.region,
            credential_text=credential.text_of(signed),
            title=facts.title,
            person_name=facts.person_name,
            institution_name=facts.institution_name,
            minutes=facts.minutes,
            amount_hundredths=facts.amount_hundredths,
            signing_key=key,
            issued_at=now,
        )
        record_event(
            CertificateIssued(row.pk, row.person_id, completion_id, row.region, now), region=row.region, now=now
        )
        record_deed(
            actor=actor,
            verb="issue_certificate",
            object_kind="certificate",
            object_id=row.pk,
            region=row.region,
            acting_for_id=row.person_id if actor.person_id != row.person_id else None,
            now=now,
            detail={"code": code, "key": did_key.did_of(did_key.key_in_method(key.key_id))[-8:]},
        )
    return certificate_view(row)
