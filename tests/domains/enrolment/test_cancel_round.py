import pytest

from tests.domains.enrolment.rounds_and_entries import refused, states_of
from tests.worlds.rounds import a_plan, drawn_classes, enter, open_a_round
from tests.worlds.small_county import COUNTY, acting, on_duty, small_county
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.errors.rounds import BadRoundPlan, RoundNotPlanned, RoundNotTaking
from xueqiao.domains.enrolment.models import AdmissionRound
from xueqiao.domains.people import api as people
from xueqiao.foundation.reasons import NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return small_county()


def cancel(world, code, *, actor=None, reason="教室漏水"):
    officer = actor or on_duty(world.officer, "county_officer", COUNTY)
    return enrolment.cancel_round(actor=officer, code=code, reason=reason, now=world.now)


def test_entries_end_people_are_told_and_the_classes_are_free_again(world):
    runs = list(drawn_classes(world))
    opened = open_a_round(world, runs)
    entry = enter(world.rider, opened, runs, now=world.now)
    for _ in range(2):
        assert cancel(world, opened.code).state == "cancelled"
    assert states_of(entry.id) == {"王小骑": "left"}
    told = people.notices_of(acting(world.rider))
    assert [notice.text for notice in told] == ["“春季班”这一轮报名取消了：教室漏水。您的志愿不再有效，不用您做什么。"]
    refused(RoundNotTaking, enter, world.rider, opened, runs, now=world.now)
    again = enrolment.plan_round(
        actor=on_duty(world.officer, "county_officer", COUNTY),
        plan=a_plan(world, runs),
        now=opened.info_opens_at,
    )
    assert again.state == "planned"


def test_a_reason_a_duty_and_a_round_that_is_not_drawn_are_needed(world):
    opened = open_a_round(world, list(drawn_classes(world)))
    refused(BadRoundPlan, lambda: cancel(world, opened.code, reason=" "))
    refused(NotAllowed, cancel, world, opened.code, actor=acting(world.rider))
    AdmissionRound.objects.filter(pk=opened.id).update(state="drawn", **drawn(world))
    refused(RoundNotPlanned, cancel, world, opened.code)


def drawn(world):
    """What the constraint asks of a drawn round."""
    from tests.worlds.rounds import CLOSES, SOURCE_DUE

    return {
        "frozen_at": CLOSES,
        "list_hash": b"1" * 32,
        "list_root": b"2" * 32,
        "commitment": b"3" * 32,
        "entry_count": 0,
        "drawn_at": SOURCE_DUE,
        "seed": b"4" * 32,
        "result_hash": b"5" * 32,
        "source_typed_by": world.clerk,
        "source_typed_at": SOURCE_DUE,
        "source_confirmed_by": world.officer,
    }
