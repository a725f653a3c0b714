from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.people import rules
from xueqiao.domains.people.errors import LinkNotFound
from xueqiao.domains.people.models import FamilyLink
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.scope import Scope


def set_spending_cap(*, actor: Actor, link_uuid: UUID, amount_fen: int | None, now: datetime) -> None:
    """Say how much may be spent in a term through a family link, in fen; None for no cap.

    The subject decides about her own money; for a minor the guardian does. The asking person may lower the cap at any
    time but never raise it by herself. Raises CapInvalid, LinkNotFound.
    """
    cap = rules.parse_cap_fen(amount_fen)
    with transaction.atomic():
        link = (
            FamilyLink.objects.select_for_update(of=("self",))
            .within(Scope.everything("permission is checked below"))
            .select_related("subject")
            .filter(uuid=link_uuid)
            .exclude(state="ended")
            .first()
        )
        if link is None or actor.person_id is None or actor.person_id not in {link.agent_id, link.subject_id}:
            raise LinkNotFound
        decides = actor.person_id == link.subject_id or (
            rules.is_minor(link.subject.birth_date, local_date(now)) and link.relation in rules.GUARDIAN_RELATIONS
        )
        lowers = cap is not None and (link.spending_cap_fen is None or cap <= link.spending_cap_fen)
        if not decides and not lowers:
            raise LinkNotFound
        before, link.spending_cap_fen = link.spending_cap_fen, cap
        link.save(update_fields=["spending_cap_fen"])
        record_deed(
            actor=actor,
            verb="set_spending_cap",
            object_kind="family_link",
            object_id=link.id,
            acting_for_id=link.subject_id,
            region=link.subject.region,
            now=now,
            detail={"from_fen": before, "to_fen": cap},
        )
