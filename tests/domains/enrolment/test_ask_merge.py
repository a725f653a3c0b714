from datetime import timedelta

import pytest

from tests.domains.enrolment.merging import ALL, merging
from tests.domains.enrolment.seats_and_places import trace
from tests.worlds.small_county import acting, add_course, add_place, add_run
from xueqiao.domains.classes.api import get_class
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.errors import mergers as errors
from xueqiao.domains.enrolment.errors.seats import EnrolmentClosed
from xueqiao.domains.enrolment.models import Place
from xueqiao.domains.people.models import Notice
from xueqiao.foundation.reasons import NotAllowed

pytestmark = pytest.mark.django_db


def test_everybody_is_asked_and_a_seat_is_kept_for_each(deliver_due):
    case = merging(deliver_due)
    assert case.ask() == 2
    assert case.pools() == [(20, 0, 2), (10, 2, 0)]
    assert case.asked(case.world.rider).kept.hold_until == case.until
    told = Notice.objects.within(ALL).filter(template="merge_asked")
    assert {notice.recipient_id for notice in told} == {
        case.world.rider.id,
        case.world.elder.id,
        case.world.daughter.id,
    }
    notice = told.get(recipient=case.world.rider)
    assert "古筝乙班" in notice.text and "不用补钱" in notice.text and notice.path.startswith("/mine/merge/")
    assert [
        (m.asked, m.agreed) for m in enrolment.mergers_running(institution_id=case.world.centre.id, now=case.world.now)
    ] == [(2, 0)]


def test_meanwhile_nobody_else_comes_in_and_the_kept_seat_is_not_for_paying(deliver_due):
    case = merging(deliver_due)
    case.ask()
    now = case.world.now + timedelta(minutes=1)
    assert get_class(case.run.code, now=now).card.enrolment == "closed"
    actor = acting(case.world.daughter)
    with pytest.raises(EnrolmentClosed):
        enrolment.hold_seat(
            actor=actor, run_id=case.run.pk, person_id=case.world.daughter.pk, request_key="x", channel="web", now=now
        )
    kept = case.asked(case.world.rider).kept
    with pytest.raises(errors.SeatKeptForMerger):
        enrolment.bill_seat(actor=acting(case.world.rider), place_uuid=kept.uuid, agreed_fen=30000, now=now)
    shown = enrolment.places_held_by(actor=acting(case.world.rider), person_ids=[case.world.rider.pk])
    assert [place.run_id for place in shown] == [case.run.pk]


def test_who_is_in_the_other_class_already_is_not_asked(deliver_due):
    case = merging(deliver_due)
    add_place(case.target, case.world.elder)
    assert case.ask() == 1


@pytest.mark.parametrize("how", ["room", "course", "begun", "late", "twice", "learner"])
def test_refusals_ask_nobody(deliver_due, how):
    case = merging(deliver_due, target_seats=1 if how == "room" else 10)
    changes, error = {}, errors.TargetHasNoRoom
    if how == "course":
        other, _, _ = add_run(case.world, course=add_course("C1", "书法"), first_day=case.world.now.date())
        changes, error = {"target_code": other.code}, errors.NotTheSameCourse
    elif how == "begun":
        changes, error = {"now": case.world.now + timedelta(days=6)}, errors.HasBegun
    elif how == "late":
        changes, error = {"until": case.world.now + timedelta(days=6)}, errors.BadAnswerTime
    elif how == "twice":
        case.ask()
        error = errors.AlreadyDecided
    elif how == "learner":
        changes, error = {"actor": acting(case.world.rider)}, NotAllowed
    before = trace(), Place.objects.within(ALL).count()
    with pytest.raises(error):
        case.ask(**changes)
    assert (trace(), Place.objects.within(ALL).count()) == before
