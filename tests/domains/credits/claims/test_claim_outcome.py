from datetime import date
from typing import Any

import pytest

from tests.domains.credits.claiming import a_paper, accepted, an_outcome, claimed, held_by, judged, reviewers
from tests.domains.credits.completed import EVERYTHING
from tests.worlds.small_county import acting, small_county
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.errors.claims import (
    PaperNeeded,
    PaperNotReadable,
    PaperUsedBefore,
    WorkClaimedBefore,
)
from xueqiao.domains.credits.errors.deposits import NotYours
from xueqiao.domains.credits.models import Claim, Evidence, Outcome
from xueqiao.foundation.reasons import InvalidInput, Refused

pytestmark = pytest.mark.django_db


def counts() -> tuple[int, int, int]:
    return (
        Claim.objects.within(EVERYTHING).count(),
        Outcome.objects.within(EVERYTHING).count(),
        Evidence.objects.count(),
    )


def test_a_claim_is_kept_with_its_paper_and_says_what_it_would_be_worth_and_when_it_is_taken_up() -> None:
    world = small_county()
    view = claimed(world)
    assert (view.state, view.reviewers_needed, view.amount_hundredths) == ("claimed", 3, 0)
    assert view.due == date(2026, 3, 11), "five working days after Wednesday 4 March"
    assert "可算 2.5 学分" in view.sentences[0]
    assert view.rule_title == "社区教育学分认定规则（默认稿） 第 1 版"
    assert counts() == (1, 1, 1)
    assert held_by(world.elder) == 0, "nothing is on the ledger before the decision"


def test_a_daughter_claims_for_her_mother_and_a_stranger_does_not() -> None:
    world = small_county()
    daughter = acting(world.daughter, acts_for=(world.elder,))
    credit_bank.claim_outcome(
        actor=daughter, person_id=world.elder.pk, outcome=an_outcome(), papers=[a_paper()], now=world.now
    )
    with pytest.raises(NotYours):
        credit_bank.claim_outcome(
            actor=acting(world.rider), person_id=world.elder.pk, outcome=an_outcome(), papers=[a_paper()], now=world.now
        )
    assert counts() == (1, 1, 1)


def refused(world: Any, reason: type[Refused], papers: list[Any] | None = None, **wanted: Any) -> None:
    before = counts()
    with pytest.raises(reason):
        credit_bank.claim_outcome(
            actor=acting(world.elder),
            person_id=world.elder.pk,
            outcome=an_outcome(**wanted),
            papers=[a_paper()] if papers is None else papers,
            now=world.now,
        )
    assert counts() == before


def test_bad_input_is_refused_and_nothing_is_written() -> None:
    world = small_county()
    refused(world, PaperNeeded, [])
    refused(world, PaperNotReadable, [credit_bank.Paper("a.png", b"GIF89a")])
    refused(world, PaperNotReadable, [a_paper() for _ in range(4)])
    refused(world, InvalidInput, type="degree")
    refused(world, InvalidInput, ends_on=date(2026, 3, 5))
    refused(world, InvalidInput, facts={"hours": -60})
    refused(world, InvalidInput, facts={"hours": 10**12})
    refused(world, InvalidInput, facts={"hours": 60, "strength": 4})
    refused(world, InvalidInput, title=" ")


def test_a_paper_is_accepted_once_in_the_whole_bank_whatever_name_it_bears() -> None:
    world = small_county()
    body = b"%PDF-1.7 the same paper"
    credit_bank.claim_outcome(
        actor=acting(world.elder), person_id=world.elder.pk, outcome=an_outcome(), papers=[a_paper(body)], now=world.now
    )
    with pytest.raises(PaperUsedBefore):
        credit_bank.claim_outcome(
            actor=acting(world.rider),
            person_id=world.rider.pk,
            outcome=an_outcome("书法"),
            papers=[credit_bank.Paper("另一个名字.pdf", body)],
            now=world.now,
        )
    assert counts() == (1, 1, 1)


def test_a_work_is_claimed_once_under_whatever_spelling() -> None:
    world = small_county()
    claimed(world, type="award", facts={"award_level": "city", "work": "剪纸《荷塘》"})
    refused(world, WorkClaimedBefore, type="award", facts={"award_level": "city", "work": "剪纸 “荷塘”"})
    claimed(world, type="award", facts={"award_level": "city", "work": "书法《春》"})


def test_what_no_rule_takes_is_told_at_once() -> None:
    world = small_county()
    view = claimed(world, type="publication", facts={})
    assert "不收“著作、专利”" in " ".join(view.sentences)


def test_the_claim_says_which_rules_and_why_for_good() -> None:
    world = small_county()
    view = claimed(world)
    assert view.rules_because == "按《社区教育学分认定规则（默认稿）》算：在您这里收这类成果的只有这一套。"
    judged(accepted(world, title="茶艺"), reviewers(), [True] * 3, world)
    decided = credit_bank.access_claims_of(actor=acting(world.elder), person_id=world.elder.pk)[0]
    assert (decided.state, decided.rules_because) == ("recognised", view.rules_because)


def test_a_class_whose_completion_nobody_saw_yet_says_what_it_would_be_worth_and_what_is_needed() -> None:
    world = small_county()
    view = claimed(world, facts={"hours": 48 * 60})
    assert view.sentences[0].startswith("核对无误的话，按《社区教育学分认定规则（默认稿）》")
    assert "可算 3 学分" in view.sentences[0]
    assert (view.unrecorded, view.needs_completion, view.needs_interview) == (("attendance",), True, False)
    known = claimed(world, title="茶艺")
    assert (known.unrecorded, known.needs_completion) == ((), False)
    work = claimed(world, type="work_experience", title="面点师", facts={"years": 5, "portfolio": True})
    assert (work.needs_completion, work.needs_interview) == (False, True)
    assert "可算 4 学分" in work.sentences[0]
