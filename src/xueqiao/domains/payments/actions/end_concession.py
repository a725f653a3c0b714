from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.payments.errors.quotes import ConcessionNotFound
from xueqiao.domains.payments.models import Concession
from xueqiao.domains.payments.queries.quotes import CONCESSION_ROLES, concession_view
from xueqiao.domains.payments.values.quotes import ConcessionView
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.scope import Scope


def end_concession(*, actor: Actor, concession_uuid: UUID, now: datetime) -> ConcessionView:
    """A concession no longer holds: bills made from now on are without it, those made before stay as agreed.

    Only desk staff of the unit that recorded it. Pressing twice changes nothing. Locks the row.
    Raises NotAllowed, ConcessionNotFound.
    """
    people.require_role(actor, *CONCESSION_ROLES)
    with transaction.atomic():
        row = (
            Concession.objects.within(Scope(ranges=actor.scope.ranges))
            .select_related("person")
            .select_for_update(of=("self",))
            .filter(uuid=concession_uuid)
            .first()
        )
        if row is None:
            raise ConcessionNotFound
        people.require_role(actor, *CONCESSION_ROLES, region=row.region)
        if row.ended_at is None:
            row.ended_at = now
            row.save(update_fields=["ended_at"])
            record_deed(
                actor=actor,
                verb="end_concession",
                object_kind="concession",
                object_id=row.pk,
                now=now,
                region=row.region,
                acting_for_id=row.person_id,
            )
        return concession_view(row, clock.local_date(now))
