from datetime import datetime

from xueqiao.domains.enrolment.actions.enter_rooms import enter_rooms
from xueqiao.domains.enrolment.values.openings import ArrivalView, RoomRequest
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.reasons import Refused


def enter_room(*, actor: Actor, run_id: int, person_id: int, channel: str, now: datetime) -> ArrivalView:
    """Take one person into the waiting room of a class: herself, somebody of the family, or a caller of the desk.

    One queue for all channels: a clerk takes a number for the person at her desk or on the phone. Repeating it returns
    the same number. Raises NoRoomNow, SeatsBusy, or what require_may_act_for raises.
    """
    people.require_may_act_for(actor, person_id, now=now)
    (answer,) = enter_rooms(requests=[RoomRequest(person_id, run_id, channel)], actor=actor, now=now)
    if isinstance(answer, Refused):
        raise answer
    return answer
