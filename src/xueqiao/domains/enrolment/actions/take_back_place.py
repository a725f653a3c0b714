from datetime import datetime
from typing import Any
from uuid import UUID

from xueqiao.domains.enrolment.actions._places import leave, lock_place, require_confirmed
from xueqiao.domains.enrolment.queries.seats import PURPOSE
from xueqiao.domains.enrolment.rules.seats import UNDO_SOURCE, UNDO_WORDS
from xueqiao.domains.payments import api as payments
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.undo.api import reversal


@reversal("enrolment.take_back_place")
def take_back_place(*, actor: Actor, now: datetime, place_uuid: str, **_arguments: Any) -> None:
    """Take an enrolment back within its ten minutes: the seat comes back, and all the money, whatever the rule (E10).

    Called by `undo_step` alone, in its transaction, which checks the time. Locks pool, place and bill.
    Raises PlaceNotFound, PlaceNotConfirmed, or what require_may_act_for raises.
    """
    place = lock_place(actor=actor, place_uuid=UUID(place_uuid), now=now)
    require_confirmed(place)
    bill = payments.find_bill_for(purpose=PURPOSE, purpose_id=place.pk)
    leave(
        place,
        actor=actor,
        refund_fen=bill.held_fen if bill else 0,
        fraction=(1, 1),
        words=UNDO_WORDS,
        source=UNDO_SOURCE,
        is_undo=True,
        now=now,
    )
