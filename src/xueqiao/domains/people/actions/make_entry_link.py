from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from xueqiao.domains.people import rules
from xueqiao.domains.people.errors import OnlyInDemo
from xueqiao.domains.people.models import EntryLink, Person
from xueqiao.domains.people.values import EntryLinkMade
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.reasons import NotFound
from xueqiao.foundation.scope import Scope


def make_entry_link(*, actor: Actor, person_id: int, now: datetime, hours: int = 24) -> EntryLinkMade:
    """Make a one-time link that lets a demo person in; only in demo mode and only for persons marked as demo.

    Raises OnlyInDemo, NotFound.
    """
    if not settings.DEMO:
        raise OnlyInDemo
    token = secrets.token_urlsafe(24)
    with transaction.atomic():
        person = (
            Person.objects.within(Scope.everything("demo people"))
            .filter(pk=person_id, is_demo=True, account__is_active=True)
            .first()
        )
        if person is None:
            raise NotFound
        link = EntryLink.objects.create(
            token_hash=rules.keyed_hash(settings.SECRET_KEY, "entry", token),
            person=person,
            made_at=now,
            expires_at=now + timedelta(hours=hours),
        )
        record_deed(
            actor=actor,
            verb="make_entry_link",
            object_kind="entry_link",
            object_id=link.id,
            now=now,
            acting_for_id=person.id,
        )
    return EntryLinkMade(token, person.id, link.expires_at)
