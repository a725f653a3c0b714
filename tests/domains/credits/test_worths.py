"""What learning is worth, and the classes near home that bring a person on."""

from __future__ import annotations

from datetime import date

import pytest

from tests.domains.credits.claiming import accepted, judged, reviewers
from tests.domains.credits.converting import PROGRAMME, a_story
from tests.worlds.small_county import SmallCounty, acting, add_course, add_place, add_run, small_county
from xueqiao.domains.classes.api import refresh_listings
from xueqiao.domains.credits import api as credit_bank
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.reasons import NotFound

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> SmallCounty:
    made = small_county()
    credit_bank.adopt_shipped_rules(actor=Actor.system("test"), now=made.now, samples_in_force=True)
    judged(accepted(made), reviewers(), [True] * 3, made)  # 44 hours, two credits of an open university
    return made


def nearest(world: SmallCounty) -> credit_bank.ProgrammeWorth:
    refresh_listings(region=world.run.region, now=world.now)
    worths = credit_bank.worth_everywhere(actor=acting(world.elder), person_id=world.elder.pk, now=world.now)
    return worths[0]


def test_the_classes_named_are_on_offer_and_bring_what_is_said(world: SmallCounty) -> None:
    long = add_course("C700", "书法", session_minutes=270)  # 36 hours, two credits
    run, *_ = add_run(world, course=long, hour=9, first_day=date(2026, 3, 10))
    found = nearest(world)
    assert found.answer.missing_hundredths == 7400
    assert found.way is not None
    assert {each.card.code for each in found.classes} == {run.code, world.run.code}
    assert found.way.minutes == 36 * 60 + 12 * 60
    assert found.way.missing_hundredths == 7400 - 200 - 50, "12 hours at 18 are half a credit and a rest"
    assert found.way.sentences[0].startswith("还差 74 学分，约合 1332 学时：可以先学 2 个班、48 学时，")
    assert "《书法》" in found.way.sentences[0]


def test_no_more_than_three_and_none_twice_or_at_the_same_time(world: SmallCounty) -> None:
    for n in range(5):
        add_run(
            world, course=add_course(f"C70{n}", f"课程{'甲乙丙丁戊'[n]}"), hour=8 + 2 * n, first_day=date(2026, 3, 10)
        )
    add_run(world, course=add_course("C710", "合唱"), hour=8, first_day=date(2026, 3, 10))  # beside 课程甲
    found = nearest(world)
    assert len(found.classes) == 3
    moments = [meeting.starts_at for each in found.classes for meeting in each.meetings]
    assert len(moments) == len(set(moments))


def test_what_she_is_enrolled_in_is_not_offered_again(world: SmallCounty) -> None:
    assert [each.card.code for each in nearest(world).classes] == [world.run.code]
    add_place(world.run, world.elder)
    found = nearest(world)
    assert found.classes == ()
    assert found.way is not None
    assert "补不上" in found.way.sentences[0]


def test_what_is_converted_counts_in_its_programme_and_in_no_other() -> None:
    story = a_story("面点", "茶艺")

    def amounts() -> dict[str, int]:
        worths = credit_bank.worth_everywhere(
            actor=acting(story.world.elder), person_id=story.world.elder.pk, now=story.now
        )
        return {each.answer.programme.code: each.answer.amount_hundredths for each in worths}

    before = amounts()
    assert before[PROGRAMME] == before["elderly-care-associate"] > 0
    view = story.reserve()
    after = amounts()
    assert after[PROGRAMME] == before[PROGRAMME]
    assert after["elderly-care-associate"] == 0
    story.withdraw(view)
    assert amounts() == before


def test_a_stranger_is_told_nothing(world: SmallCounty) -> None:
    with pytest.raises(NotFound):
        credit_bank.worth_everywhere(actor=acting(world.rider), person_id=world.elder.pk, now=world.now)
