"""At which numbers people are reached."""

from datetime import date

import pytest

from tests.worlds.small_county import TODAY, add_person, link_family
from xueqiao.domains.people import api as people

pytestmark = pytest.mark.django_db


def test_proven_numbers_of_her_own_and_of_who_acts_for_her():
    mother, son, ended = add_person("母亲"), add_person("儿子"), add_person("旧人")
    desk = add_person("柜台来的", with_account=False)
    child = add_person("小童", born=date(2016, 1, 1), with_account=False)
    nobody = add_person("没手机", phone=None)
    link_family(agent=son, subject=mother)
    link_family(agent=ended, subject=mother, state="ended")
    everybody = [mother, son, desk, child, nobody]
    found = people.contacts_of([each.pk for each in everybody], on=TODAY)
    assert [sorted(found[each.pk].phones) for each in everybody] == [
        sorted([mother.phone, son.phone]),
        [son.phone],
        [desk.phone],
        [],
        [],
    ]
    assert found[mother.pk].name == "母亲"


def test_who_is_reached_at_a_number():
    mother, son = add_person("母亲"), add_person("儿子")
    link_family(agent=son, subject=mother)
    assert set(people.contacts_at([son.phone], on=TODAY)) == {mother.pk, son.pk}
    assert people.contacts_at(["13900000000"], on=TODAY) == {}


def test_nobody_costs_no_question(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert people.contacts_of([], on=TODAY) == {}
