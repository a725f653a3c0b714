from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from tests.domains.classes.teaching import MEETING, amounts, owed, pay_trace, teaching
from tests.domains.payments.paying import ALL
from tests.worlds.small_county import LINHAI, add_person, on_duty
from xueqiao.domains.classes import api as classes
from xueqiao.domains.classes.models import PayLine, Session
from xueqiao.foundation.reasons import NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(deliver_due):
    return teaching(deliver_due)


def test_without_the_paper_of_her_own_unit_there_is_no_pay_and_with_it_from_its_date(case):
    contract = case.sign(kind="public")
    assert contract.lacks_permission
    case.hold(1, 2, 3)
    assert amounts() == []
    (first, *_) = classes.access_unpaid_sessions(actor=case.clerk, month=date(2026, 3, 1))
    assert (first.why, first.teacher_name) == ("no_permission", "陆建芬")
    done = case.permit(contract, issued_on=date(2026, 3, 10))  # between the first and the second meeting
    assert not done.lacks_permission
    assert owed(case) == 2 * MEETING
    assert [each.number for each in classes.access_unpaid_sessions(actor=case.clerk, month=date(2026, 3, 1))] == [1]
    case.permit(contract, issued_on=date(2026, 3, 10))
    assert owed(case) == 2 * MEETING


def test_a_permission_that_ran_out_pays_nothing(case):
    contract = case.sign(kind="public")
    case.permit(contract, valid_to=date(2026, 3, 5))
    case.hold(1, 2)
    assert owed(case) == MEETING


def test_the_database_refuses_pay_of_a_public_teacher_without_the_paper(case):
    contract = case.sign(kind="public")
    case.permit(contract)
    case.hold(1)
    line = PayLine.objects.within(ALL).get()
    line.pk, line.uuid, line.permission_id, line.turn = None, uuid4(), None, 7
    with pytest.raises(IntegrityError, match="pay_line_needs_permission"), transaction.atomic():
        PayLine.objects.bulk_create([line])


def test_a_document_that_cannot_be_right_is_refused(case):
    contract = case.sign(kind="public")
    case.hold(1)
    before = pay_trace()
    for wrong in (
        {"unit": "x"},
        {"document": " "},
        {"issued_on": date(2027, 1, 1)},
        {"valid_to": date(2026, 2, 1)},
        {"valid_to": date(2031, 2, 1)},
    ):
        with pytest.raises(classes.BadContract):
            case.permit(contract, **wrong)
    outside = case.sign(document="合同 2", teacher_id=case.substitute().pk)
    with pytest.raises(classes.PermissionNotNeeded):
        case.permit(outside)
    assert pay_trace() == before


def test_only_the_desk_of_the_unit_and_never_for_oneself(case):
    contract = case.sign(kind="public")
    case.hold(1)
    case.clerk = on_duty(add_person("外人"), "centre_clerk", LINHAI)
    with pytest.raises(classes.UnknownContract):
        case.permit(contract)
    case.clerk = on_duty(case.world.teacher, "centre_clerk", case.world.centre.region)
    with pytest.raises(classes.OwnContract):
        case.permit(contract)
    case.clerk = on_duty(case.world.teacher, "teacher", case.world.centre.region)
    with pytest.raises(NotAllowed):
        case.permit(contract)
    assert amounts() == []


def test_a_meeting_of_the_day_itself_is_covered(case):
    contract = case.sign(kind="public")
    day = Session.objects.get(pk=case.world.sessions[1].pk).starts_at + timedelta(0)
    case.hold(2)
    case.permit(contract, issued_on=day.date())
    assert owed(case) == MEETING
