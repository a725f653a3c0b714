from datetime import timedelta

import pytest

from tests.domains.enrolment.drawn import drawn_round
from tests.domains.enrolment.returning import OPENS, Series
from tests.domains.enrolment.seats_and_places import trace
from tests.worlds import rounds
from tests.worlds.small_county import HEDE, acting, add_person, add_place, add_run, link_family, on_duty
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.errors.returns import MayNotReturn, ReturnsFull, ReturnsNotOpen, ReturnsOver
from xueqiao.domains.enrolment.models import RoundRun, SeatPool, SeatQuota
from xueqiao.domains.enrolment.rules.returns import claims_left, quotas_after
from xueqiao.domains.people.api import MayNotActFor

pytestmark = pytest.mark.django_db


def freeze(case):
    clerk = on_duty(case.world.clerk, "centre_clerk", HEDE)
    return enrolment.freeze_round(actor=clerk, code=case.round.code, now=rounds.CLOSES + timedelta(minutes=5))


def test_one_press_keeps_the_seat_of_the_next_term():
    case = Series()
    person = case.learners[0]
    place = case.claim(person)
    assert (place.state, place.hold_until) == ("held", case.now + timedelta(hours=72))
    assert case.claim(person).uuid == place.uuid
    assert (case.claims(), SeatPool.objects.get(pk=case.run.pk).held) == (1, 1)
    enrolment.confirm_seat(actor=acting(person), place_uuid=place.uuid, now=case.now)
    (option,) = enrolment.returns_of(
        actor=acting(person), round_code=case.round.code, person_ids=[person.pk], now=case.now
    )
    assert (option.place_uuid, option.terms_done, option.series_terms) == (place.uuid, 1, 4)


def test_the_hold_ends_with_the_wishes_at_the_latest():
    case = Series()
    place = case.claim(case.learners[0], now=rounds.OPENS - timedelta(minutes=1))
    assert place.hold_until <= rounds.CLOSES


def test_only_inside_the_window():
    case = Series()
    before = trace()
    with pytest.raises(ReturnsNotOpen):
        case.claim(case.learners[0], now=OPENS - timedelta(seconds=1))
    with pytest.raises(ReturnsOver):
        case.claim(case.learners[0], now=rounds.OPENS)
    assert trace() == before


def test_only_who_had_last_term_s_class_and_is_not_at_the_end_of_the_series():
    case = Series(terms=1)
    with pytest.raises(MayNotReturn, match="已经上满"):
        case.claim(case.learners[0])
    stranger = add_person("没上过的")
    with pytest.raises(MayNotReturn, match="上学期没有上"):
        case.claim(stranger)
    assert case.claims() == 0
    who = acting(stranger)
    assert enrolment.returns_of(actor=who, round_code=case.round.code, person_ids=[stranger.pk], now=case.now) == []


def test_family_may_and_strangers_may_not():
    case = Series()
    learner, daughter = case.learners[0], add_person("女儿")
    with pytest.raises(MayNotActFor):
        case.claim(learner, actor=acting(add_person("外人")))
    link_family(agent=daughter, subject=learner)
    assert case.claim(learner, actor=acting(daughter, acts_for=(learner,))).state == "held"


def test_seats_kept_for_newcomers_are_never_taken():
    case = Series(learners=3, seats=4, quotas=(enrolment.QuotaPlan("newcomer", 2),))
    case.claim(case.learners[0])
    case.claim(case.learners[1])
    before = trace()
    with pytest.raises(ReturnsFull):
        case.claim(case.learners[2])
    assert trace() == before
    who = case.learners[2]
    (option,) = enrolment.returns_of(actor=acting(who), round_code=case.round.code, person_ids=[who.pk], now=case.now)
    assert option.is_full


def test_what_nobody_kept_flows_into_the_draw(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    quotas = (enrolment.QuotaPlan("newcomer", 4), enrolment.QuotaPlan("returning", 3))
    case = Series(learners=3, seats=10, quotas=quotas)
    kept, dropped = case.claim(case.learners[0]), case.claim(case.learners[1])
    enrolment.confirm_seat(actor=acting(case.learners[0]), place_uuid=kept.uuid, now=case.now)
    assert dropped.hold_until < rounds.CLOSES  # nobody confirmed it: it is in the draw again
    freeze(case)
    row = RoundRun.objects.get(run=case.run, is_live=True)
    assert row.seats == 9
    left = dict(SeatQuota.objects.filter(round_run=row).values_list("bucket", "seats"))
    assert left == {"newcomer": 4, "returning": 2}


def test_the_rules_of_seats():
    assert claims_left(10, {"newcomer": 4, "returning": 3}, 0) == 6
    assert claims_left(10, {"newcomer": 4}, 6) == 0
    assert claims_left(4, {"newcomer": 4}, 0) == 0
    assert quotas_after(9, {"newcomer": 4, "returning": 3}, 1) == {"newcomer": 4, "returning": 2}
    assert quotas_after(4, {"newcomer": 4, "returning": 3}, 6) == {"newcomer": 4}
    assert quotas_after(3, {"newcomer": 3, "returning": 2}, 0) == {"newcomer": 3}
    assert quotas_after(2, {"newcomer": 3}, 0) == {"newcomer": 2}
    assert quotas_after(0, {"newcomer": 3}, 0) == {}


def test_terms_are_counted_along_the_series():
    """Two terms of a series of two are all; who had the last term alone has one to go."""
    case = Series(terms=2)
    veteran, other = case.learners[:2]
    first, _, _ = add_run(case.world, title="书法（零）", course=case.run.course, hour=11)
    add_place(first, veteran)
    held = drawn_round(case.world, [])
    RoundRun.objects.create(round=held, run=case.old, seats=10, continues=first, series_terms=2)
    with pytest.raises(MayNotReturn, match="已经上满"):
        case.claim(veteran)
    assert case.claim(other).state == "held"
