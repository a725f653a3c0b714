from __future__ import annotations

from datetime import datetime

from django.db import transaction

from xueqiao.domains.people.errors import PersonsDiffer, ReasonMissing
from xueqiao.domains.people.events import PersonsMerged
from xueqiao.domains.people.models import Account, FamilyLink, Person
from xueqiao.domains.people.queries import require_role
from xueqiao.domains.people.values import CENTRE_CLERK, COUNTY_OFFICER
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.outbox.api import record_event
from xueqiao.foundation.reasons import NotFound
from xueqiao.foundation.scope import Scope


def merge_persons(*, actor: Actor, kept_id: int, gone_id: int, reason: str, now: datetime) -> None:
    """Join two records of one human being: `gone_id` points to `kept_id`, nothing is deleted, history stays readable.

    Needs a clerk or county officer in whose range both live. The birth dates must agree, and two different ID numbers
    are two people. The gone record's account moves over when the kept one has none, else it is closed; its family links
    end. Places and credits above stay where they are: readers follow `merged_into`.
    Raises NotFound, NotAllowed, PersonsDiffer, ReasonMissing.
    """
    if not reason.strip():
        raise ReasonMissing(what="原因")
    with transaction.atomic():
        rows = {
            p.id: p
            for p in Person.objects.select_for_update()
            .within(actor.scope)
            .filter(pk__in=[kept_id, gone_id])
            .order_by("id")
        }
        if len(rows) != 2:
            raise NotFound
        kept, gone = rows[kept_id], rows[gone_id]
        for person in (kept, gone):
            require_role(actor, CENTRE_CLERK, COUNTY_OFFICER, region=person.region)
        keys = {bytes(p.person_key) for p in (kept, gone) if p.person_key is not None}
        if (
            kept.birth_date != gone.birth_date
            or kept.merged_into_id is not None
            or gone.merged_into_id is not None
            or len(keys) > 1
        ):
            raise PersonsDiffer
        if gone.person_key is not None:
            key, gone.person_key = gone.person_key, None
            gone.save(update_fields=["person_key"])
            kept.person_key = key
        kept.phone = kept.phone or gone.phone
        kept.save(update_fields=["person_key", "phone"])
        gone.merged_into = kept
        gone.save(update_fields=["merged_into"])
        _join_accounts(kept, gone)
        links = FamilyLink.objects.within(Scope.everything("links of the gone record")).exclude(state="ended")
        links.filter(agent=gone).update(state="ended", ended_at=now)
        links.filter(subject=gone).update(state="ended", ended_at=now)
        record_deed(
            actor=actor,
            verb="merge_persons",
            object_kind="person",
            object_id=kept_id,
            acting_for_id=kept_id,
            region=kept.region,
            now=now,
            detail={"gone": gone_id, "reason": reason.strip()[:200]},
        )
        record_event(PersonsMerged(kept_id=kept_id, gone_id=gone_id), region=kept.region, now=now)


def _join_accounts(kept: Person, gone: Person) -> None:
    accounts = {a.person_id: a for a in Account.objects.select_for_update().filter(person__in=[kept, gone])}
    spare = accounts.get(gone.id)
    if spare is None:
        return
    spare.session_epoch += 1
    if kept.id in accounts:
        spare.is_active = False
    else:
        spare.person = kept
    spare.save(update_fields=["person", "is_active", "session_epoch"])
