import pytest
from django.db import IntegrityError, transaction

from tests.domains.enrolment.lines import FullClass
from tests.domains.enrolment.seats_and_places import ALL
from tests.worlds.small_county import COUNTY, HEDE, OTHER_COUNTY, on_duty
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.errors.waiting import MoveNeedsAnother, MoveNotWaiting
from xueqiao.domains.enrolment.models import LineMove
from xueqiao.foundation.audit.models import AuditEntry
from xueqiao.foundation.reasons import NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    case = FullClass()
    case.views = [case.join(case.person(f"候补{n}")) for n in (1, 2, 3)]
    case.clerk = on_duty(case.world.clerk, "centre_clerk", HEDE)
    case.officer = on_duty(case.world.officer, "county_officer", COUNTY)
    return case


def ask(case, number, position):
    return enrolment.ask_move_in_line(
        actor=case.clerk,
        entry_uuid=case.views[number].uuid,
        position=position,
        reason="轮椅学员，只有这个班有坡道",
        now=case.now,
    )


def decide(case, move, actor=None, *, is_approved=True):
    enrolment.move_in_line(actor=actor or case.officer, move_uuid=move, is_approved=is_approved, now=case.now)


def test_a_second_person_moves_her(case):
    move = ask(case, 2, 1)
    assert case.line() == ["候补1", "候补2", "候补3"]
    decide(case, move)
    decide(case, move)  # again changes nothing
    assert case.line() == ["候补3", "候补1", "候补2"]
    deed = AuditEntry.objects.get(verb="move_in_line")
    assert (deed.detail["from"], deed.detail["to"], deed.detail["asked_by"]) == (3, 1, case.world.clerk.pk)
    shown = enrolment.moves_of(actor=case.clerk, run_id=case.run.pk, region=case.run.region)
    assert [(each.reason, each.asked_by_name, each.decided_by_name) for each in shown] == [
        ("轮椅学员，只有这个班有坡道", "周文静", "陈明")
    ]


def test_nobody_decides_about_her_own_request(case):
    move = ask(case, 2, 1)
    with pytest.raises(MoveNeedsAnother):
        decide(case, move, case.clerk)
    assert case.line() == ["候补1", "候补2", "候补3"]
    with pytest.raises(IntegrityError), transaction.atomic():  # and no code path can write it
        LineMove.objects.within(ALL).update(state="done", decided_by=case.world.clerk, decided_at=case.now)


def test_a_refused_request_moves_nobody(case):
    decide(case, ask(case, 2, 1), is_approved=False)
    assert case.line() == ["候补1", "候补2", "候补3"]
    assert LineMove.objects.within(ALL).get().state == "refused"


def test_to_the_end_and_far_beyond_it(case):
    decide(case, ask(case, 0, 99))
    assert case.line() == ["候补2", "候补3", "候补1"]


def test_many_moves_to_one_spot_never_run_out_of_room(case):
    for _ in range(24):
        decide(case, ask(case, 2, 2))
        decide(case, ask(case, 1, 2))
    assert sorted(case.line()) == ["候补1", "候补2", "候补3"]
    assert case.line() == ["候补1", "候补2", "候补3"]


def test_who_waits_no_more_is_not_moved(case):
    move = ask(case, 0, 2)
    case.withdraw()
    case.walk()
    with pytest.raises(MoveNotWaiting):
        decide(case, move)


def test_staff_of_another_county_decide_nothing(case):
    move = ask(case, 2, 1)
    with pytest.raises(NotAllowed):
        decide(case, move, on_duty(case.world.other_officer, "county_officer", OTHER_COUNTY))


def test_who_waits_alone_stays_where_she_stood_while_others_are_asked(case):
    """Found by the waiting stories: the first place belonged to somebody who was being offered a seat."""
    for number in (0, 1):
        case.withdraw(number)
    case.walk()
    assert case.offered() == ["候补1", "候补2"]
    decide(case, ask(case, 2, 1))
    assert case.line() == ["候补3"]
