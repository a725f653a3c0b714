from datetime import datetime

from django.db import transaction

from xueqiao.domains.enrolment.models import Arrival
from xueqiao.domains.enrolment.values.openings import LEFT
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.scope import Scope


def leave_room(*, actor: Actor, run_id: int, person_id: int, now: datetime) -> bool:
    """Give a number back; return False when there was none. Who comes again gets a new one at the end.

    Locks the arrival. Raises what require_may_act_for raises.
    """
    with transaction.atomic():
        people.require_may_act_for(actor, person_id, now=now)
        arrival = (
            Arrival.objects.within(Scope.everything("checked above"))
            .select_for_update()
            .filter(opening_id=run_id, person_id=person_id, state__in=["waiting", "called"])
            .first()
        )
        if arrival is None:
            return False
        arrival.state, arrival.turn_until, arrival.changed_at = LEFT, None, now
        arrival.save(update_fields=["state", "turn_until", "changed_at"])
        record_deed(
            actor=actor,
            verb="leave_room",
            object_kind="arrival",
            object_id=arrival.pk,
            now=now,
            acting_for_id=person_id if person_id != actor.person_id else None,
        )
        return True
