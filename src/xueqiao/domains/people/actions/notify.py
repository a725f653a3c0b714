from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from xueqiao.domains.people import rules
from xueqiao.domains.people.models import FamilyLink, Notice, Person
from xueqiao.domains.people.values import NoticeWanted
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.locks import require_transaction
from xueqiao.foundation.outbox.api import enqueue
from xueqiao.foundation.scope import Scope


def notify(
    wanted: Sequence[NoticeWanted], *, template: str, key: str, now: datetime, send_at: datetime | None = None
) -> int:
    """Tell each person, and who acts for her, one thing once; return how many notices are new. Needs a transaction.

    The notice stands on the readers' pages with the commit and goes to their phones afterwards, from `send_at` on.
    `key` names the cause ("class_cancelled:17"): telling again changes nothing. Children below 14 are told through
    their guardians, if they have any. `template` is one of the gateway's; every `values` must fill it.
    """
    require_transaction()
    if not wanted:
        return 0
    readers = _readers({each.person_id for each in wanted}, now)
    rows = [
        Notice(
            person_id=each.person_id,
            recipient_id=reader,
            template=template,
            values=dict(each.values),
            text=each.text[:300],
            path=each.path[:200],
            key=key[:80],
            made_at=now,
            send_at=send_at or now,
            sms_state="waiting" if phone else "none",
        )
        for each in wanted
        for reader, phone in readers[each.person_id]
    ]
    notices = Notice.objects.within(Scope.everything("what was just written"))
    before = notices.filter(key=key[:80]).count()
    with transaction.atomic():
        Notice.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    fresh = notices.filter(key=key[:80]).count() - before
    if fresh and (send_at is None or send_at <= now):  # what waits for the morning goes with the turn of every minute
        enqueue("people.send_notices", once_key="people.send_notices")
    return fresh


def _readers(person_ids: set[int], now: datetime) -> dict[int, list[tuple[int, str]]]:
    """Person -> (reader, phone): herself and who acts for her; for a child only the guardians, when there are any."""
    everybody = Scope.everything("who must be told")
    persons = Person.objects.within(everybody).in_bulk(person_ids)
    agents: dict[int, list[tuple[int, str]]] = defaultdict(list)
    links = FamilyLink.objects.within(everybody).filter(subject_id__in=person_ids, state="active").order_by("id")
    for subject, agent, phone in links.values_list("subject_id", "agent_id", "agent__phone"):
        agents[subject].append((agent, phone or ""))
    found = {}
    for person_id, person in persons.items():
        own = [] if agents[person_id] and rules.needs_guardian(person.birth_date, local_date(now)) else [person]
        found[person_id] = [(each.pk, each.phone or "") for each in own] + agents[person_id]
    return found
