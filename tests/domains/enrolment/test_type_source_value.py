from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.domains.enrolment.rounds_to_draw import VALUE, enter, frozen, open_round, type_value
from tests.worlds.small_county import LINHAI, acting, add_person, on_duty, small_county
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.errors import draws as errors
from xueqiao.domains.enrolment.models import AdmissionRound
from xueqiao.foundation.audit.models import AuditEntry
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.reasons import NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    world = small_county()
    made = open_round(world)
    enter(made, [world.rider])
    frozen(made)
    return made


def refused(error, made, *args, **kwargs):
    before = (list(AdmissionRound.objects.values()), AuditEntry.objects.count())
    with pytest.raises(error) as caught:
        type_value(made, *args, **kwargs)
    assert before == (list(AdmissionRound.objects.values()), AuditEntry.objects.count())
    return caught.value


def test_two_people_who_type_the_same_settle_it(made):
    assert type_value(made).state == "typed"
    assert enrolment.get_draw(made.code).source_value == ""  # nobody sees it before the second has typed
    assert enrolment.typing_of(made.row.pk, seen_by=made.other_clerk).value == ""
    second = type_value(made, made.other_clerk, "3,8,11,20,25,31+7", now=made.due + timedelta(minutes=2))
    assert (second.state, second.value) == ("settled", VALUE)
    assert enrolment.get_draw(made.code).source_value == VALUE
    assert [deed.detail["step"] for deed in AuditEntry.objects.filter(verb="type_source_value").order_by("pk")] == [
        "typed",
        "settled",
    ]


def test_one_person_twice_is_one_person(made):
    type_value(made)
    assert type_value(made).state == "typed"
    assert made.again().source_confirmed_at is None


def test_the_database_itself_wants_two_people(made):
    type_value(made)
    with pytest.raises(IntegrityError, match="round_source_two_people"), transaction.atomic():
        AdmissionRound.objects.filter(pk=made.row.pk).update(source_confirmed_by=made.clerk.person_id)


def test_what_differs_is_not_taken(made):
    type_value(made)
    refused(errors.SourceDiffers, made, made.other_clerk, VALUE.replace("07", "08"))


def test_the_first_may_correct_herself(made):
    type_value(made, value=VALUE.replace("07", "08"))
    type_value(made)
    assert type_value(made, made.other_clerk).state == "settled"


def test_somebody_else_may_start_over_and_the_deed_keeps_both(made):
    type_value(made, value=VALUE.replace("07", "08"))
    assert type_value(made, made.other_clerk, is_starting_over=True).state == "typed"
    deed = AuditEntry.objects.filter(verb="type_source_value").latest("pk").detail
    assert (deed["before"], deed["value"]) == (VALUE.replace("07", "08"), VALUE)
    assert type_value(made, made.officer).state == "settled"


def test_what_two_people_settled_stands(made):
    type_value(made)
    type_value(made, made.other_clerk)
    refused(errors.SourceSettled, made, value=VALUE.replace("07", "08"))
    refused(errors.SourceSettled, made, value=VALUE.replace("07", "08"), is_starting_over=True)
    assert type_value(made).state == "settled"


def test_not_before_its_moment(made):
    refused(errors.SourceNotDue, made, now=made.due - timedelta(microseconds=1))


def test_the_database_itself_refuses_a_value_typed_early(made):
    with pytest.raises(IntegrityError, match="round_source_not_early"), transaction.atomic():
        AdmissionRound.objects.filter(pk=made.row.pk).update(source_typed_at=made.due - timedelta(seconds=1))


def test_only_what_is_a_value_of_that_kind(made):
    assert "7 到 14 个" in refused(errors.SourceUnreadable, made, value="03 08").message


def test_a_beacon_must_be_the_round_that_was_named(made):
    AdmissionRound.objects.filter(pk=made.row.pk).update(source_kind="beacon", source_name="drand quicknet 第 4321 轮")
    refused(errors.SourceUnreadable, made, value="4322 " + "ab" * 48)
    assert type_value(made, value="4321 " + "ab" * 48).state == "typed"


def test_before_the_freeze_nothing_is_typed(made):
    world = made.world
    other = open_round(world)
    refused(errors.DrawWrongState, other)


def test_only_people_of_the_unit(made):
    refused(NotAllowed, made, acting(made.world.rider))
    refused(NotAllowed, made, on_duty(add_person("别镇"), "centre_clerk", LINHAI))
    refused(NotAllowed, made, Actor.system("draws"))
