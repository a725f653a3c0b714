from datetime import timedelta

import pytest

from tests.domains.learning.classroom import Classroom, classroom, rows
from tests.worlds.small_county import acting, add_person
from xueqiao.domains.learning import api as learning
from xueqiao.domains.learning.errors import (
    CodeExpired,
    NotOnRoll,
    SessionCancelled,
    SessionUnknown,
    SignInTooEarly,
    SignInTooLate,
)
from xueqiao.foundation.audit.models import AuditEntry
from xueqiao.foundation.reasons import Refused

pytestmark = pytest.mark.django_db


def token_at(room: Classroom, moment, number: int = 1) -> str:  # type: ignore[no-untyped-def]
    session = room.sessions[number - 1]
    learning.open_session_code(actor=room.teacher, session_id=session.pk, now=moment)
    return learning.access_rotating_code(actor=room.teacher, session_id=session.pk, now=moment).token


def test_a_scan_signs_in_and_a_second_scan_says_when() -> None:
    room = classroom(1)
    elder = room.learners[0]
    now = room.first.starts_at - timedelta(minutes=2)
    first = learning.sign_in_by_code(actor=acting(elder), token=token_at(room, now), person_id=elder.pk, now=now)
    later = now + timedelta(minutes=9)
    again = learning.sign_in_by_code(actor=acting(elder), token=token_at(room, later), person_id=elder.pk, now=later)
    assert (first.is_repeat, first.state, again.is_repeat, again.signed_in_at) == (False, "present", True, now)
    assert rows(room.run) == [("张桂兰", 1, "present", 90)]
    assert AuditEntry.objects.filter(verb="sign_in_by_code").count() == 1


def test_whoever_scans_long_after_the_start_is_late_and_loses_the_fixed_minutes() -> None:
    room = classroom(1)
    now = room.during(minutes=16)
    answer = learning.sign_in_by_code(
        actor=acting(room.learners[0]), token=token_at(room, now), person_id=room.learners[0].pk, now=now
    )
    assert answer.state == "late"
    assert rows(room.run) == [("张桂兰", 1, "late", 75)]


def test_the_previous_code_is_good_and_the_one_before_it_is_not() -> None:
    room = classroom(2)
    shown = room.during()
    token = token_at(room, shown)
    elder, other = room.learners
    learning.sign_in_by_code(actor=acting(elder), token=token, person_id=elder.pk, now=shown + timedelta(seconds=30))
    with pytest.raises(CodeExpired):
        learning.sign_in_by_code(
            actor=acting(other), token=token, person_id=other.pk, now=shown + timedelta(seconds=61)
        )
    assert len(rows(room.run)) == 1


def test_a_code_of_another_session_or_a_made_up_code_signs_nobody_in() -> None:
    room = classroom(1, session_count=2)
    elder, now = room.learners[0], room.during()
    other = token_at(room, now, number=2)
    forged = f"{room.first.pk:x}." + other.split(".", 1)[1]
    token_at(room, now)
    with pytest.raises(CodeExpired):
        learning.sign_in_by_code(actor=acting(elder), token=forged, person_id=elder.pk, now=now)
    with pytest.raises(SessionUnknown):
        learning.sign_in_by_code(actor=acting(elder), token="' OR 1=1 --", person_id=elder.pk, now=now)
    assert rows(room.run) == []


def test_scans_are_taken_from_half_an_hour_before_until_the_end() -> None:
    room = classroom(1)
    elder = room.learners[0]
    early, over = room.first.starts_at - timedelta(minutes=31), room.first.ends_at + timedelta(seconds=1)
    for moment, reason in ((early, SignInTooEarly), (over, SignInTooLate)):
        with pytest.raises(reason):
            learning.sign_in_by_code(actor=acting(elder), token=token_at(room, moment), person_id=elder.pk, now=moment)
    assert rows(room.run) == []
    last = room.first.ends_at
    learning.sign_in_by_code(actor=acting(elder), token=token_at(room, last), person_id=elder.pk, now=last)
    assert len(rows(room.run)) == 1


def test_only_people_of_the_class_sign_in() -> None:
    room = classroom(1)
    stranger, now = add_person("路人甲"), room.during()
    with pytest.raises(NotOnRoll) as refusal:
        learning.sign_in_by_code(actor=acting(stranger), token=token_at(room, now), person_id=stranger.pk, now=now)
    assert refusal.value.message.startswith("路人甲没有报这个班")
    assert rows(room.run) == []


def test_a_daughter_signs_her_mother_in_and_a_stranger_does_not() -> None:
    room = classroom(1)
    world, now = room.world, room.during()
    with pytest.raises(Refused):
        learning.sign_in_by_code(
            actor=acting(world.rider), token=token_at(room, now), person_id=world.elder.pk, now=now
        )
    assert rows(room.run) == []
    daughter = acting(world.daughter, acts_for=(world.elder,))
    learning.sign_in_by_code(actor=daughter, token=token_at(room, now), person_id=world.elder.pk, now=now)
    assert AuditEntry.objects.get(verb="sign_in_by_code").acting_for_id == world.elder.pk


def test_a_cancelled_session_takes_no_scan() -> None:
    room = classroom(1)
    now = room.during()
    token = token_at(room, now)
    room.first.state = "cancelled"
    room.first.save()
    with pytest.raises(SessionCancelled):
        learning.sign_in_by_code(actor=acting(room.learners[0]), token=token, person_id=room.learners[0].pk, now=now)
