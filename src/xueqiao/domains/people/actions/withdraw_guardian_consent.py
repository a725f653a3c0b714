from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.people.errors import LinkNotFound
from xueqiao.domains.people.models import Consent, FamilyLink
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.scope import Scope


def withdraw_guardian_consent(*, actor: Actor, link_uuid: UUID, now: datetime) -> None:
    """Take back the consent for a child (PIPL art. 15). Nothing more can be done for the child from the commit on.

    Only the guardian who gave it; the link itself stays, so that the consent can be given again. Raises LinkNotFound.
    """
    with transaction.atomic():
        link = (
            FamilyLink.objects.select_for_update(of=("self",))
            .within(Scope.everything("only the guardian's own links are read"))
            .select_related("subject")
            .filter(uuid=link_uuid, agent_id=actor.person_id)
            .exclude(state="ended")
            .first()
            if actor.person_id is not None
            else None
        )
        if link is None:
            raise LinkNotFound
        withdrawn = (
            Consent.objects.within(Scope.everything("the guardian's own consent"))
            .filter(subject_id=link.subject_id, given_by_id=actor.person_id, purpose="guardian", withdrawn_at=None)
            .update(withdrawn_at=now)
        )
        record_deed(
            actor=actor,
            verb="withdraw_guardian_consent",
            object_kind="family_link",
            object_id=link.id,
            acting_for_id=link.subject_id,
            region=link.subject.region,
            now=now,
            detail={"withdrawn": withdrawn},
        )
