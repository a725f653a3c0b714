from __future__ import annotations

from datetime import datetime

from django.db import transaction

from xueqiao.domains.people.errors import ModeUnknown
from xueqiao.domains.people.models import Person
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.reasons import NotAllowed
from xueqiao.foundation.scope import Scope

MODES = ("", "elder", "xl")


def set_mode(*, actor: Actor, mode: str, now: datetime) -> None:
    """Remember how pages look for the actor: "" standard, "elder" 长辈版, "xl" 特大. Raises ModeUnknown, NotAllowed."""
    if mode not in MODES:
        raise ModeUnknown(what="显示方式")
    if actor.person_id is None:
        raise NotAllowed
    with transaction.atomic():
        changed = (
            Person.objects.within(Scope.of_persons([actor.person_id]))
            .filter(pk=actor.person_id)
            .exclude(mode=mode)
            .update(mode=mode)
        )
        if changed:
            record_deed(
                actor=actor,
                verb="set_mode",
                object_kind="person",
                object_id=actor.person_id,
                now=now,
                detail={"mode": mode},
            )
