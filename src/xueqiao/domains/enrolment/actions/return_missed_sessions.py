from datetime import datetime

from django.db import transaction

from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment.actions.give_back_meeting import give_back_meeting
from xueqiao.domains.enrolment.actions.use_make_ups import use_make_ups
from xueqiao.domains.enrolment.parameters import MAKE_UP_DAYS
from xueqiao.domains.enrolment.rules.settlement import is_made_up_too_late
from xueqiao.domains.payments import api as payments
from xueqiao.foundation import clock
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.parameters.api import parameter_at
from xueqiao.foundation.reasons import Refused


def return_missed_sessions(*, now: datetime, limit: int = 500) -> int:
    """Decide for the organiser about meetings that fell out and were not made up in time: they are paid back.

    In time: within the days of the parameter, and while the class still meets. Return for how many meetings it was
    decided; the money follows by the event SessionGivenBack. Each meeting in a transaction of its own.
    """
    owed: dict[int, datetime] = {}
    for _bill_id, session_id, since in payments.parts_owed_before(now, limit=limit):
        owed.setdefault(session_id, since)
    sessions = {session_id: classes.get_session(session_id) for session_id in owed}
    for run_id in sorted({session.run_id for session in sessions.values()}):
        use_make_ups(run_id=run_id, now=now)
    return sum(_give_back_if_late(session, owed[session.id], now) for session in sessions.values())


def _give_back_if_late(session: classes.SessionView, fell_out_at: datetime, now: datetime) -> bool:
    if not payments.bills_paying_for(session.id, states=("owed",)):
        return False  # made up meanwhile
    parameter = parameter_at(
        MAKE_UP_DAYS.name, region=session.region, on=clock.local_date(now), institution_id=session.institution_id
    )
    ahead = any(s.state == "planned" and s.ends_at > now for s in classes.sessions_of(session.run_id))
    if not is_made_up_too_late(fell_out_at=fell_out_at, now=now, days=int(parameter.value), has_meetings_ahead=ahead):
        return False
    try:
        with transaction.atomic():
            classes.give_back_session(actor=Actor.system("return_missed_sessions"), session_id=session.id, now=now)
    except Refused:  # decided already, or the whole class is no more: what is still owed goes back all the same
        give_back_meeting(session_id=session.id, sold=classes.delivery_of(session.run_id, now=now).sold, now=now)
    return True
