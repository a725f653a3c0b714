from datetime import timedelta

import pytest

from tests.domains.learning.absent import AbsentClass
from tests.worlds.small_county import HEDE, LINHAI, acting, add_person, link_family, on_duty
from xueqiao.domains.learning import api as learning
from xueqiao.domains.learning.errors import AbsenceCaseOver, AbsenceCaseUnknown, ExcuseNeeded, OwnExcuseUsed
from xueqiao.foundation.audit.models import AuditEntry

pytestmark = pytest.mark.django_db
WHY = "住院了，下周能来"


def excuse(case, actor, now, reason=WHY):
    return learning.excuse_absences(actor=actor, case_uuid=case.case().uuid, reason=reason, now=now)


def test_her_own_word_keeps_the_seat():
    case = AbsentClass()
    now = case.roll(times=5)
    view = excuse(case, acting(case.away), now)
    assert (view.state, view.excuse) == ("excused", WHY)
    assert learning.release_no_shows(now=now + timedelta(hours=30)) == 0
    assert case.place_state() == "confirmed"
    deed = AuditEntry.objects.filter(verb="excuse_absences").get()
    assert deed.actor_person_id == case.away.pk


def test_after_an_excuse_counting_begins_anew():
    case = AbsentClass()
    now = case.roll(times=5)
    excuse(case, acting(case.away), now)
    case.roll(times=2)
    assert case.cases() == [("excused", 5)]
    case.roll()
    assert case.cases() == [("excused", 5), ("warned", 3)]


def test_the_second_time_the_centre_has_to_look():
    case = AbsentClass()
    excuse(case, acting(case.away), case.roll(times=3))
    now = case.roll(times=3)
    before = case.cases()
    with pytest.raises(OwnExcuseUsed):
        excuse(case, acting(case.away), now)
    assert case.cases() == before
    clerk = on_duty(case.room.world.clerk, "centre_clerk", HEDE)
    assert excuse(case, clerk, now).state == "excused"
    assert case.told()[-1] == "absence_excused"


def test_family_may_say_it_and_a_stranger_does_not_see_the_case():
    case = AbsentClass()
    now = case.roll(times=3)
    with pytest.raises(AbsenceCaseUnknown):
        excuse(case, acting(add_person("外人")), now)
    daughter = add_person("女儿")
    link_family(agent=daughter, subject=case.away)
    assert excuse(case, acting(daughter, acts_for=(case.away,)), now).state == "excused"


def test_the_desk_of_another_town_is_kept_out():
    case = AbsentClass()
    now = case.roll(times=3)
    with pytest.raises(AbsenceCaseUnknown):
        excuse(case, on_duty(add_person("外镇人员"), "centre_clerk", LINHAI), now)
    assert case.cases() == [("warned", 3)]


def test_a_reason_is_needed_and_an_ended_case_stays_ended():
    case = AbsentClass()
    now = case.roll(times=3)
    with pytest.raises(ExcuseNeeded):
        excuse(case, acting(case.away), now, reason=" 忙 ")
    assert case.cases() == [("warned", 3)]
    later = case.roll("present")
    with pytest.raises(AbsenceCaseOver):
        excuse(case, acting(case.away), later)
