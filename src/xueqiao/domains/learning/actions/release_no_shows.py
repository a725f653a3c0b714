"""The seats of learners of whom nobody hears go to who waits."""

from datetime import datetime

from django.db import transaction

from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.learning.actions.follow_absences import count_again
from xueqiao.domains.learning.models import AbsenceCase
from xueqiao.domains.learning.queries.absences import runs_with_releases_due
from xueqiao.domains.learning.values import DUE, RELEASED
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.locks import LockSpace, lock
from xueqiao.foundation.reasons import Refused
from xueqiao.foundation.scope import Scope


def release_no_shows(*, now: datetime) -> int:
    """Give the seats whose day has come to the lines of their classes; return how many went.

    Everything is counted again first: a roll put right, an excuse, or coming to the last meeting keeps the seat. While
    nobody waits the seat stays hers. No money goes back (rule 9 of section 5.2). Each class in a transaction of its
    own; safe to repeat. Locks: the class's absences, then pool and place (enrolment).
    """
    released = 0
    for run_id in runs_with_releases_due(now=now):
        with transaction.atomic():
            lock(LockSpace.CLASS_ABSENCES, [run_id])
            count_again(run_id, now=now)
            due = AbsenceCase.objects.within(Scope.everything("the sweep of absences")).select_for_update()
            for case in due.filter(run_id=run_id, state=DUE, release_at__lte=now).order_by("pk"):
                released += _release(case, now)
    return released


def _release(case: AbsenceCase, now: datetime) -> bool:
    actor = Actor.system("release_no_shows")
    try:
        with transaction.atomic():
            went = enrolment.release_no_show(actor=actor, place_id=case.place_id, absences=case.absences, now=now)
    except Refused:
        return False  # busy, or no longer enrolled: the next turn looks again
    if not went:
        return False
    case.state, case.ended_at = RELEASED, now
    case.save(update_fields=["state", "ended_at"])
    card = people.access_person(actor, case.person_id)
    title = enrolment.title_of_class(case.run_id)
    people.notify(
        [
            people.NoticeWanted(
                case.person_id,
                f"{card.name}的《{title}》连续 {case.absences} 次没来，座位已经让给候补的人，学费不退。"
                "以后想上，可以再排候补。",
                {"name": card.name, "title": title},
                f"/mine/absences/{case.uuid}/",
            )
        ],
        template="absence_released",
        key=f"absence_released:{case.pk}",
        now=now,
    )
    return True
