from datetime import timedelta

import pytest

from tests.domains.credits.claiming import accepted, claimed, held_by, judged, reviewers
from tests.domains.credits.completed import EVERYTHING
from tests.worlds.small_county import SmallCounty, acting, small_county
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.errors.claims import AppealOver, ClaimNotAtThisStep, JudgedAlready
from xueqiao.domains.credits.errors.deposits import NotYours
from xueqiao.domains.credits.models import Outcome
from xueqiao.foundation.reasons import InvalidInput

pytestmark = pytest.mark.django_db


def appeal(world: SmallCounty, view: credit_bank.ClaimView, days: int = 0) -> credit_bank.ClaimView:
    return credit_bank.appeal_claim(
        actor=acting(world.elder),
        claim_uuid=view.uuid,
        words="证书有编号，可以查询",
        now=world.now + timedelta(days=days),
    )


def test_other_reviewers_decide_on_an_appeal() -> None:
    world = small_county()
    first, second = reviewers(3), reviewers(6)[3:]
    view = appeal(world, judged(accepted(world), first, [False] * 3, world))
    assert (view.state, view.opinions_for, view.opinions_against) == ("appealed", 0, 0)
    with pytest.raises(JudgedAlready):
        judged(view, first[:1], [True], world)
    view = judged(view, second, [True, True, False], world)
    assert (view.state, held_by(world.elder)) == ("recognised", 250)


def test_a_second_refusal_is_for_good_and_frees_the_work() -> None:
    world = small_county()
    group = reviewers(6)
    view = accepted(world, type="award", facts={"award_level": "city", "work": "荷塘"})
    view = judged(appeal(world, judged(view, group[:3], [False] * 3, world)), group[3:], [False] * 3, world)
    assert (view.state, view.appeal_until) == ("refused", None)
    with pytest.raises(ClaimNotAtThisStep):
        appeal(world, view)
    assert Outcome.objects.within(EVERYTHING).get().is_void
    claimed(world, type="award", facts={"award_level": "city", "work": "荷塘"})


def test_an_appeal_is_in_time_by_the_person_with_words_and_only_after_a_refusal() -> None:
    world = small_county()
    open_one = accepted(world, title="茶艺")
    with pytest.raises(ClaimNotAtThisStep):
        appeal(world, open_one)
    view = judged(accepted(world), reviewers(), [False] * 3, world)
    with pytest.raises(AppealOver):
        appeal(world, view, days=22)
    with pytest.raises(NotYours):
        credit_bank.appeal_claim(actor=acting(world.rider), claim_uuid=view.uuid, words="不服", now=world.now)
    with pytest.raises(InvalidInput):
        credit_bank.appeal_claim(actor=acting(world.elder), claim_uuid=view.uuid, words=" ", now=world.now)
    assert appeal(world, view, days=21).state == "appealed", "25 March is the last day"


def test_a_stranger_hears_that_it_is_not_hers_whatever_she_wrote() -> None:
    world = small_county()
    view = judged(accepted(world), reviewers(3), [False] * 3, world)
    with pytest.raises(NotYours):
        credit_bank.appeal_claim(actor=acting(world.rider), claim_uuid=view.uuid, words="", now=world.now)
