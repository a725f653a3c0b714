from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction

from xueqiao.domains.people import rules
from xueqiao.domains.people.errors import EntryLinkSpent, OnlyInDemo
from xueqiao.domains.people.models import Account, EntryLink
from xueqiao.domains.people.queries import has_staff_duty
from xueqiao.domains.people.values import SignedIn
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor


def enter_by_link(*, actor: Actor, token: str, now: datetime) -> SignedIn:
    """Let a demo person in by a one-time link, which also stands for the second factor of demo staff.

    Raises OnlyInDemo outside demo mode, EntryLinkSpent for a link that was used, ran out or never was.
    """
    if not settings.DEMO:
        raise OnlyInDemo
    with transaction.atomic():
        link = (
            EntryLink.objects.select_for_update(of=("self",))
            .select_related("person")
            .filter(token_hash=rules.keyed_hash(settings.SECRET_KEY, "entry", token))
            .first()
        )
        if link is None or link.used_at is not None or now >= link.expires_at or not link.person.is_demo:
            raise EntryLinkSpent
        account = Account.objects.filter(person=link.person, is_active=True).first()
        if account is None:
            raise EntryLinkSpent
        link.used_at = now
        link.save(update_fields=["used_at"])
        record_deed(
            actor=Actor("resident", person_id=link.person_id, authority="demo_link", channel=actor.channel),
            verb="enter_by_link",
            object_kind="account",
            object_id=account.id,
            region=link.person.region,
            now=now,
        )
        return SignedIn(account.id, link.person_id, is_staff=has_staff_duty(account, now=now), factor_passed=True)
