"""After a roll: who stays away time after time without a word, and what follows."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.learning import rules
from xueqiao.domains.learning.models import AbsenceCase
from xueqiao.domains.learning.queries.absences import (
    AbsenceNumbers,
    absence_numbers,
    enrolled_places,
    excused_until,
    states_of,
)
from xueqiao.domains.learning.values import ENDED, LIVE_CASE, WARNED
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.clock import local
from xueqiao.foundation.locks import LockSpace, lock
from xueqiao.foundation.scope import Scope

_EVERYTHING = Scope.everything("absences are counted for the whole class")


def follow_absences(*, run_id: int, now: datetime) -> int:
    """Count everybody's absences in a row in a class and open, move on or end their cases; return how many moved.

    Three in a row (parameter): a warning. Five: the learner is told from when her seat may go to who waits, a day
    before. Who came, was excused or left is a case no more. Nothing is opened when no meeting lies ahead: the seat
    would be of no use to anybody. Safe to repeat. Locks the class's absences.
    """
    with transaction.atomic():
        lock(LockSpace.CLASS_ABSENCES, [run_id])
        return count_again(run_id, now=now)


def count_again(run_id: int, *, now: datetime) -> int:
    """As above. Needs CLASS_ABSENCES of the run locked."""
    sessions = [each for each in classes.sessions_of(run_id) if each.state != "cancelled"]
    live = {case.place_id: case for case in _live_cases(run_id)}
    if not sessions:
        return 0
    numbers = absence_numbers(region=sessions[0].region, institution_id=sessions[0].institution_id, now=now)
    has_more = any(each.starts_at > now for each in sessions)
    places = enrolled_places(run_id)
    states = states_of(run_id, [place.person_id for place in places.values()])
    excused = excused_until(run_id)
    moved = 0
    for place in places.values():
        since = excused.get(place.id)
        counted = [each for each in states.get(place.person_id, ()) if since is None or each[0] > since]
        absences = rules.absences_in_a_row([state for _at, state in counted])
        step = rules.absence_step(absences, warned_from=numbers.warned_from, released_from=numbers.released_from)
        case = live.pop(place.id, None)
        if case is None and (not step or not has_more):
            continue
        moved += _move(case, place, step, absences, counted, numbers, title=sessions[0].title, now=now)
    for case in live.values():  # their places are no more
        _end(case, now)
        moved += 1
    return moved


def _live_cases(run_id: int) -> list[AbsenceCase]:
    rows = AbsenceCase.objects.within(_EVERYTHING).select_for_update().filter(run_id=run_id, state__in=LIVE_CASE)
    return list(rows.order_by("pk"))


def _move(
    case: AbsenceCase | None,
    place: enrolment.PlaceView,
    step: str,
    absences: int,
    counted: Sequence[tuple[datetime, str]],
    numbers: AbsenceNumbers,
    *,
    title: str,
    now: datetime,
) -> bool:
    if not step:
        assert case is not None
        _end(case, now)
        return True
    if case is None:
        case = AbsenceCase(
            place_id=place.id, run_id=place.run_id, person_id=place.person_id, region=place.region, opened_at=now
        )
    is_new = case.state != step
    case.state, case.absences, case.counted_until = step, absences, counted[-1][0]
    tell_at = enrolment.may_tell_people_at(place.run_id, now=now)
    if step == WARNED:
        case.release_at = None
    elif is_new:
        case.release_at = rules.release_moment(tell_at, notice_hours=numbers.notice_hours)
    case.save()
    if is_new:
        _tell(case, title, numbers, tell_at=tell_at, now=now)
    return is_new


def _tell(case: AbsenceCase, title: str, numbers: AbsenceNumbers, *, tell_at: datetime, now: datetime) -> None:
    case.refresh_from_db(fields=["uuid"], from_queryset=AbsenceCase.objects.within(_EVERYTHING))
    card = people.access_person(Actor.system("absences"), case.person_id)
    times = str(case.absences)
    if case.state == WARNED:
        template, until = "absence_warned", ""
        text = f"{card.name}的《{title}》连续 {times} 次没来，也没请假。有事请说一声。"
        if numbers.released_from:
            text += f"连续 {numbers.released_from} 次，座位会让给候补的人，学费不退。"
    else:
        assert case.release_at is not None
        there = local(case.release_at)
        template, until = "absence_release", f"{there.month} 月 {there.day} 日 {there:%H:%M}"
        text = (
            f"{card.name}的《{title}》连续 {times} 次没来，也没请假。{until} 起，有人候补时座位就让给他，学费不退。"
            "有事请在这之前说明，座位就给您留着。"
        )
    people.notify(
        [
            people.NoticeWanted(
                case.person_id,
                text,
                {"name": card.name, "title": title, "times": times, "until": until},
                f"/mine/absences/{case.uuid}/",
            )
        ],
        template=template,
        key=f"{template}:{case.pk}:{case.absences}",
        now=now,
        send_at=tell_at if tell_at > now else None,
    )
    record_deed(
        actor=Actor.system("follow_absences"),
        verb="warn_of_absences" if case.state == WARNED else "announce_release",
        object_kind="absence_case",
        object_id=case.pk,
        now=now,
        region=case.region,
        acting_for_id=case.person_id,
        detail={"absences": case.absences, "from": case.release_at.isoformat() if case.release_at else ""},
    )


def _end(case: AbsenceCase, now: datetime) -> None:
    case.state, case.ended_at = ENDED, now
    case.save(update_fields=["state", "ended_at"])
