from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.people import rules
from xueqiao.domains.people.actions.register_person import keep_consent
from xueqiao.domains.people.errors import ConsentMissing, LinkNotFound, NotAGuardian
from xueqiao.domains.people.models import FamilyLink
from xueqiao.domains.people.values import CONSENT_TEXT_VERSION
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.scope import Scope


def give_guardian_consent(*, actor: Actor, link_uuid: UUID, has_consented: bool, now: datetime) -> None:
    """Consent, as a parent or guardian, to what the platform does for a child (PIPL art. 31), in today's wording.

    Giving it twice keeps the first row. Raises ConsentMissing, LinkNotFound, NotAGuardian.
    """
    if not has_consented:
        raise ConsentMissing
    with transaction.atomic():
        link = (
            FamilyLink.objects.select_for_update(of=("self",))
            .within(Scope.everything("only the guardian's own links are read"))
            .select_related("subject", "agent")
            .filter(uuid=link_uuid, agent_id=actor.person_id)
            .exclude(state="ended")
            .first()
            if actor.person_id is not None
            else None
        )
        if link is None:
            raise LinkNotFound
        if link.relation not in rules.GUARDIAN_RELATIONS:
            raise NotAGuardian
        keep_consent(link.subject, link.agent, "guardian", now)
        record_deed(
            actor=actor,
            verb="give_guardian_consent",
            object_kind="family_link",
            object_id=link.id,
            acting_for_id=link.subject_id,
            region=link.subject.region,
            now=now,
            detail={"text_version": CONSENT_TEXT_VERSION},
        )
