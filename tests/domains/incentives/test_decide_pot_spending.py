import pytest
from django.db import IntegrityError, transaction

from tests.domains.incentives.pointing import balance, pointing, trace
from tests.worlds.small_county import COUNTY, HEDE, OTHER_COUNTY, add_person, on_duty
from xueqiao.domains.incentives import api as incentives
from xueqiao.domains.incentives.models import PotSpending, Reward
from xueqiao.foundation.ledger import api as ledger
from xueqiao.foundation.reasons import NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    made = pointing()
    made.pot(1_000)
    return made


def test_the_pot_pays_for_the_pieces_and_everybody_can_read_what_for(case):
    done = case.decide(case.spending(case.reward(), pieces=3))
    assert done.state == "spent"
    assert balance(f"pot:{COUNTY}") == 400
    assert balance(f"partner:{case.room.world.centre.pk}:redeemed") == 600
    assert Reward.objects.get().taken == 3
    pot = incentives.pot_of(COUNTY)
    assert (pot.points_received, pot.points_spent, pot.points_left) == (1_000, 600, 400)
    assert [(each.words, each.pieces) for each in pot.spendings] == [("送给独居老人活动日", 3)]
    assert incentives.counties_with_pots() == [COUNTY]
    assert ledger.verify_ledger().is_sound


def test_refused_it_stays_in_the_pot_and_is_not_published(case):
    assert case.decide(case.spending(case.reward()), is_spent=False).state == "refused"
    assert balance(f"pot:{COUNTY}") == 1_000
    assert incentives.pot_of(COUNTY).spendings == ()


def test_the_same_answer_twice_is_one_and_another_is_refused(case):
    asked = case.spending(case.reward())
    case.decide(asked)
    before = trace()
    case.decide(asked)
    with pytest.raises(incentives.SpendingDecided):
        case.decide(asked, is_spent=False)
    assert trace() == before


def test_what_is_refused_leaves_it_waiting(case):
    reward = case.reward(price_hundredths=600, stock=2)
    first, second = case.spending(reward), case.spending(reward)
    other = on_duty(add_person("外县"), "county_officer", OTHER_COUNTY)
    colleague = on_duty(add_person("同事"), "centre_clerk", HEDE)
    own = case.spending(reward, actor=case.officer)
    case.decide(first)
    before = trace()
    for refusal, spending, wanted in (
        (incentives.PotShort, second, {}),
        (incentives.SpendingNeedsAnother, own, {}),
        (incentives.SpendingNotFound, second, {"actor": other}),
        (NotAllowed, second, {"actor": colleague}),  # a town's two clerks do not empty the county's pot
        (NotAllowed, second, {"actor": case.me}),
    ):
        with pytest.raises(refusal):
            case.decide(spending, **wanted)
    assert trace() == before
    case.pot(600)
    case.give(600, case.other)
    case.reserve(reward, case.other)
    with pytest.raises(incentives.RewardGone):
        case.decide(second)
    incentives.change_stock(actor=case.desk, reward_uuid=reward.uuid, stock=9, is_closed=True, now=case.now)
    with pytest.raises(incentives.RewardOver):
        case.decide(second)
    assert PotSpending.objects.get(uuid=second.uuid).state == "asked"


def test_the_table_itself_wants_a_second_person(case, mutants):
    case.spending(case.reward())
    row = PotSpending.objects.get()
    row.state, row.decided_by_id, row.decided_at = "spent", row.asked_by_id, case.now
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()
    mutants.tell("points", "a pot's spending decided by who asked for it", caught=True)
