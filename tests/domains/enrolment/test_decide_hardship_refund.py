from datetime import date

import pytest

from tests.domains.enrolment.test_ask_hardship_refund import after_meetings, ask
from tests.domains.payments.paying import books
from tests.domains.payments.settling import officer_of, paid_case, release, shares
from tests.worlds.small_county import COUNTY, HEDE, LINHAI, OTHER_CITY, acting, add_person, on_duty
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.errors import hardship as errors
from xueqiao.domains.payments import api as payments
from xueqiao.domains.people import api as people
from xueqiao.foundation.parameters.models import Parameter
from xueqiao.foundation.reasons import NotAllowed

pytestmark = pytest.mark.django_db


def asked_case(deliver_due):
    """The rider, ill after four of eight meetings, all four held."""
    case = paid_case(deliver_due)
    for number in range(1, 5):
        release(case, number)
    now = after_meetings(case, 4)
    return case, ask(case, now), now


def decide(case, asked, now, *, actor=None, grants=True):
    clerk = actor or on_duty(case.world.clerk, "centre_clerk", HEDE)
    return enrolment.decide_hardship_refund(
        actor=clerk, request_uuid=asked.uuid, is_granted=grants, words="证明已核对", now=now
    )


def test_granted_the_part_left_goes_back_to_every_payer(deliver_due):
    case, asked, now = asked_case(deliver_due)
    done = decide(case, asked, now)
    assert (done.state, done.refund_fen, done.decision_words) == ("granted", 12_000, "证明已核对")
    assert shares(case) == {"government": (6_000, 6_000, 0), "learner": (12_000, 12_000, 0)}
    assert case.place_state() == "withdrawn"
    assert [r.reason for r in payments.refunds_of(case.bill.id)] == ["因病、去世或搬离退课"]
    with pytest.raises(errors.DecidedAlready):
        decide(case, asked, now)


def test_refused_with_words_and_nothing_moves(deliver_due):
    case, asked, now = asked_case(deliver_due)
    before = books()
    done = decide(case, asked, now, grants=False)
    assert (done.state, done.refund_fen) == ("refused", 0)
    assert books() == before
    assert case.place_state() == "confirmed"
    assert (
        enrolment.access_hardship_of(actor=case.actor, place_id=case.place.id, now=now).decision_words == "证明已核对"
    )


def test_above_the_limit_two_people_sign_the_second_of_the_county(deliver_due):
    case, asked, now = asked_case(deliver_due)
    Parameter.objects.create(
        name="enrolment.hardship_second_fen",
        region=COUNTY,
        value=10_000,
        valid_from=date(2026, 1, 1),
        source="财务制度",
        approved_by="陈明",
        recorded_at=now,
    )
    before = books()
    assert decide(case, asked, now).state == "signed"
    assert books() == before
    other_clerk = on_duty(add_person("另一位"), "centre_clerk", HEDE)
    for actor in (None, other_clerk):
        with pytest.raises(errors.OtherPersonMustSign):
            decide(case, asked, now, actor=actor)
    assert books() == before
    assert decide(case, asked, now, actor=officer_of(case.world)).state == "granted"
    assert shares(case)["learner"] == (12_000, 12_000, 0)


def test_only_staff_of_the_unit_decide(deliver_due):
    case, asked, now = asked_case(deliver_due)
    before = books()
    with pytest.raises(NotAllowed):
        decide(case, asked, now, actor=acting(case.world.rider))
    for actor in (
        on_duty(case.world.clerk, "centre_clerk", LINHAI),
        on_duty(add_person("外市"), "city_officer", OTHER_CITY),
    ):
        with pytest.raises(errors.HardshipNotFound):
            decide(case, asked, now, actor=actor)
    assert books() == before


def test_the_person_hears_what_became_of_it_once(deliver_due):
    case, asked, now = asked_case(deliver_due)
    before = len(people.notices_of(case.actor))
    decide(case, asked, now)
    told = people.notices_of(case.actor)
    assert len(told) == before + 1
    assert "退费申请同意了，退 120 元。证明已核对" in told[0].text
    assert told[0].path.endswith("/hardship/")


def test_a_refusal_is_told_with_its_words_and_a_first_signature_is_not(deliver_due):
    case, asked, now = asked_case(deliver_due)
    before = len(people.notices_of(case.actor))
    Parameter.objects.create(
        name="enrolment.hardship_second_fen",
        region=COUNTY,
        value=1,
        valid_from=date(2026, 1, 1),
        source="县规定",
        approved_by="陈明",
        recorded_at=now,
    )
    assert decide(case, asked, now).state == "signed"
    assert len(people.notices_of(case.actor)) == before
    decide(case, asked, now, actor=officer_of(case.world), grants=False)
    assert "退费申请没有同意。证明已核对" in people.notices_of(case.actor)[0].text
