from datetime import date

import pytest

from tests.domains.incentives.pointing import balance, pointing, trace
from tests.worlds.small_county import COUNTY, LINHAI_VILLAGE, add_person
from xueqiao.domains.incentives import api as incentives
from xueqiao.domains.incentives import rules
from xueqiao.foundation.reasons import InvalidInput, NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    """100 minutes in the time bank, and 王奶奶, 90, who never gave any."""
    made = pointing()
    made.bank()
    incentives.donate_hours(actor=made.me, person_id=made.elder.pk, minutes=100, request_key="k", now=made.now)
    made.oldest = add_person("王奶奶", born=date(1936, 1, 2))
    return made


def grant(case, minutes=60, **wanted):
    return incentives.grant_time_service(
        **{
            "actor": case.desk,
            "helped_code": case.oldest.code,
            "day": case.now.date(),
            "minutes": minutes,
            "words": "上门打扫",
            "request_key": "g",
            "now": case.now,
        }
        | wanted
    )


def test_the_bank_pays_for_the_oldest_and_a_second_person_says_it_was_done(case):
    asked = grant(case)
    assert (asked.payer_id, asked.helped_id) == (None, case.oldest.pk)
    assert grant(case) == asked
    with pytest.raises(incentives.SecondPersonNeeded):
        case.end(asked)
    case.end(asked, actor=case.officer)
    assert balance(rules.bank_account(COUNTY), rules.HOURS) == 40
    pot = incentives.pot_of(COUNTY)
    assert (pot.minutes_received, pot.minutes_spent, pot.minutes_left) == (100, 60, 40)


def test_what_is_refused_leaves_nothing(case):
    far = add_person("临海的老人", born=date(1936, 1, 2), region=LINHAI_VILLAGE)
    before = trace()
    for refusal, wanted in (
        (incentives.TimeBankShort, {"minutes": 101}),
        (incentives.TooYoungForHelp, {"helped_code": case.elder.code}),  # 68: from her own time only
        (incentives.ReceiverNotFound, {"helped_code": far.code}),
        (incentives.ReceiverNotFound, {"helped_code": "T9999999"}),
        (InvalidInput, {"minutes": -1}),
        (NotAllowed, {"actor": case.me}),
    ):
        with pytest.raises(refusal):
            grant(case, **wanted)
    assert trace() == before
    grant(case)
    before = trace()
    with pytest.raises(InvalidInput):
        grant(case, 30)  # the same form with other words
    assert trace() == before
