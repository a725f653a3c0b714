from datetime import date, datetime, timedelta

from django.db import transaction

from xueqiao.domains.payments.errors.quotes import OwnConcession
from xueqiao.domains.payments.models import Concession
from xueqiao.domains.payments.queries.quotes import CONCESSION_ROLES, concession_view
from xueqiao.domains.payments.values.quotes import ConcessionView
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.reasons import InvalidInput
from xueqiao.foundation.scope import Scope

KINDS = ("hardship", "disability", "veteran", "student")
DAYS_MAX = 366 * 3


def grant_concession(
    *, actor: Actor, person_id: int, kind: str, proof: str, valid_to: date, region: int, now: datetime
) -> ConcessionView:
    """Record that a proof was seen: from today until `valid_to` this person pays less, by itself.

    Only desk staff of the unit `region`, for a person in sight, never for oneself. proof: what was seen, 2 to 60
    characters. Raises NotAllowed, OwnConcession, InvalidInput, NotFound for a person out of sight.
    """
    people.require_role(actor, *CONCESSION_ROLES, region=region)
    if actor.person_id is None or actor.person_id == person_id:
        raise OwnConcession
    person = people.access_person(actor, person_id)
    today, clean = clock.local_date(now), " ".join(proof.split())
    if kind not in KINDS:
        raise InvalidInput(what="优惠种类请从列表里选")
    if not 2 <= len(clean) <= 60 or not clean.isprintable():
        raise InvalidInput(what="要写看到的是什么证件，例如“低保证 2026 年度”")
    if not today <= valid_to <= today + timedelta(days=DAYS_MAX):
        raise InvalidInput(what="有效期的最后一天要在今天到三年之内")
    with transaction.atomic():
        row = Concession.objects.create(
            person_id=person.id,
            region=region,
            kind=kind,
            proof=clean,
            valid_from=today,
            valid_to=valid_to,
            checked_by_id=actor.person_id,
            checked_at=now,
        )
        record_deed(
            actor=actor,
            verb="grant_concession",
            object_kind="concession",
            object_id=row.pk,
            now=now,
            region=region,
            acting_for_id=person.id,
            detail={"kind": kind, "valid_to": valid_to.isoformat()},
        )
        fresh = Concession.objects.within(Scope.everything("just written")).select_related("person").get(pk=row.pk)
        return concession_view(fresh, today)
