from __future__ import annotations

from datetime import datetime

from django.db import transaction

from xueqiao.domains.people.errors import NeedUnknown
from xueqiao.domains.people.models import AccessNeed, Person
from xueqiao.domains.people.queries import require_may_act_for, require_role
from xueqiao.domains.people.values import ACCESS_NEEDS, CENTRE_CLERK
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.scope import Scope


def register_access_need(*, actor: Actor, person_id: int, kind: str, paper: str, now: datetime) -> int:
    """Write down that a person sees, hears or walks with difficulty, after a clerk saw the paper; returns the row's id.

    It weighs in draws for the nearest accessible site, so it is never taken on somebody's word alone. The same need
    twice is one row. Raises NeedUnknown, NotAllowed, MayNotActFor.
    """
    if kind not in ACCESS_NEEDS or not paper.strip():
        raise NeedUnknown(what="困难种类或看过的证件")
    require_role(actor, CENTRE_CLERK)
    with transaction.atomic():
        require_may_act_for(actor, person_id, now=now)
        person = Person.objects.select_for_update().within(Scope.everything("authority was checked")).get(pk=person_id)
        known = (
            AccessNeed.objects.within(Scope.of_persons([person_id]))
            .filter(person_id=person_id, kind=kind, ended_at=None)
            .first()
        )
        if known is not None:
            return int(known.pk)
        row = AccessNeed.objects.create(
            person=person, kind=kind, paper=paper.strip()[:60], registered_by_id=actor.person_id, registered_at=now
        )
        record_deed(
            actor=actor,
            verb="register_access_need",
            object_kind="access_need",
            object_id=row.pk,
            acting_for_id=person_id,
            region=person.region,
            now=now,
            detail={"kind": kind},
        )
    return int(row.pk)
