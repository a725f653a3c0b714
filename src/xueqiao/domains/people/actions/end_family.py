from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from xueqiao.domains.people.errors import LinkNotFound
from xueqiao.domains.people.events import FamilyEnded
from xueqiao.domains.people.models import Consent, FamilyLink
from xueqiao.domains.people.values import CENTRE_CLERK
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.outbox.api import record_event
from xueqiao.foundation.scope import Scope


def end_family(*, actor: Actor, link_uuid: UUID, now: datetime) -> None:
    """End a family link and the consents that carried it; the authority is gone with the commit.

    Either of the two people may end it, or a clerk in whose range the subject lives. Ending it twice changes nothing.
    Raises LinkNotFound, which does not tell whether the link exists.
    """
    with transaction.atomic():
        link = (
            FamilyLink.objects.select_for_update(of=("self",))
            .within(Scope.everything("permission is checked below"))
            .select_related("subject")
            .filter(uuid=link_uuid)
            .first()
        )
        if link is None or not _may_end(actor, link):
            raise LinkNotFound
        if link.state == "ended":
            return
        link.state = "ended"
        link.ended_at = now
        link.save(update_fields=["state", "ended_at"])
        (
            Consent.objects.within(Scope.everything("the consents of this link"))
            .filter(
                Q(purpose=f"act_for_me:{link.id}"[:30]) | Q(purpose="guardian", given_by_id=link.agent_id),
                subject_id=link.subject_id,
                withdrawn_at=None,
            )
            .update(withdrawn_at=now)
        )
        record_deed(
            actor=actor,
            verb="end_family",
            object_kind="family_link",
            object_id=link.id,
            acting_for_id=link.subject_id,
            region=link.subject.region,
            now=now,
        )
        record_event(
            FamilyEnded(link_id=link.id, agent_id=link.agent_id, subject_id=link.subject_id),
            region=link.subject.region,
            now=now,
        )


def _may_end(actor: Actor, link: FamilyLink) -> bool:
    if actor.person_id is not None and actor.person_id in {link.agent_id, link.subject_id}:
        return True
    return actor.has_role(CENTRE_CLERK) and any(low <= link.subject.region <= high for low, high in actor.scope.ranges)
