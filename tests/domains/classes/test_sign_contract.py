from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.domains.classes.teaching import MEETING, amounts, owed, teaching
from tests.domains.payments.paying import ALL
from tests.worlds.small_county import LINHAI, TODAY, acting, add_person, on_duty
from xueqiao.domains.classes import api as classes
from xueqiao.domains.classes.models import TeacherContract
from xueqiao.foundation.parameters.models import Parameter
from xueqiao.foundation.reasons import NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(deliver_due):
    return teaching(deliver_due)


def count():
    return TeacherContract.objects.within(ALL).count()


def test_a_contract_says_what_a_class_hour_is_worth(case):
    made = case.sign()
    assert (made.teacher_name, made.rate_fen, made.kind, made.lacks_permission) == ("陆建芬", 15_000, "outside", False)
    assert classes.access_contracts(actor=case.officer) == [made]
    assert classes.access_my_contracts(actor=acting(case.world.teacher)) == [made]
    assert classes.access_my_contracts(actor=acting(case.world.rider)) == []
    with pytest.raises(classes.UnknownContract):
        classes.access_contract(actor=acting(case.world.rider), contract_uuid=made.uuid)


def test_meetings_held_before_it_was_written_down_are_paid_when_it_covers_them(case):
    after = case.hold(1)
    assert amounts() == []
    case.sign(now=after, valid_from=TODAY)
    assert owed(case) == MEETING


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "friend"},
        {"band": "chief"},
        {"rate_fen": 0},
        {"document": "x"},
        {"valid_to": date(2026, 2, 1)},
        {"valid_from": TODAY - timedelta(days=32)},
        {"valid_to": date(2030, 1, 1)},
    ],
)
def test_what_cannot_be_meant_is_refused(case, wrong):
    with pytest.raises(classes.BadContract):
        case.sign(**wrong)
    assert count() == 0


def test_a_rate_above_the_band_is_refused_and_a_place_may_allow_more(case):
    with pytest.raises(classes.RateAboveBand) as refused:
        case.sign(rate_fen=30_001)
    assert "300 元" in refused.value.message
    Parameter.objects.create(
        name="classes.pay_band_max_fen",
        region=case.world.centre.region,
        value={"junior": 1, "middle": 40_000, "senior": 50_000, "expert": 60_000},
        valid_from=date(2026, 1, 1),
        source="县文件",
        approved_by="陈明",
        recorded_at=case.world.now,
    )
    assert case.sign(rate_fen=30_001).rate_fen == 30_001


def test_two_contracts_of_one_teacher_never_overlap(case):
    case.sign(valid_to=date(2026, 6, 30))
    with pytest.raises(classes.ContractOverlaps):
        case.sign(document="合同 2026-2", valid_from=date(2026, 6, 30))
    assert count() == 1
    case.sign(document="合同 2026-2", valid_from=date(2026, 7, 1))
    row = TeacherContract.objects.within(ALL).order_by("-pk")[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        TeacherContract.objects.within(ALL).filter(pk=row.pk).update(valid_from=date(2026, 6, 1))


def test_only_the_desk_of_the_unit_and_never_with_oneself(case):
    stranger = add_person("外人")
    with pytest.raises(classes.BadContract):
        case.sign(teacher_id=stranger.pk)
    for actor in (acting(case.world.rider), on_duty(stranger, "centre_clerk", LINHAI)):
        case.clerk = actor
        with pytest.raises(NotAllowed):
            case.sign()
    case.clerk = on_duty(case.world.teacher, "centre_clerk", case.world.centre.region)
    with pytest.raises(classes.OwnContract):
        case.sign()
    assert count() == 0
