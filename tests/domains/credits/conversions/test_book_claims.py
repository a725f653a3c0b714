from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.domains.credits.claiming import accepted, judged, reviewers
from tests.domains.credits.converting import Story, clerk_of
from tests.mutants import Mutants
from tests.worlds.small_county import small_county
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.actions import book_claims
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.ledger import api as ledger
from xueqiao.foundation.outbox.api import deliver_due

pytestmark = pytest.mark.django_db
UNIT = "CLAIM.degree"


def a_story_taught_at_the_centre() -> Story:
    """Two outcomes that 合德 certified: 2.5 and 3 credits; the college may take them in."""
    world = small_county()
    credit_bank.adopt_shipped_rules(actor=Actor.system("test"), now=world.now, samples_in_force=True)
    story = Story(world, clerk_of(world))
    group = reviewers()
    for title in ("面点", "茶艺"):
        judged(accepted(world, title=title, issuer_institution_id=world.centre.pk), group, [True] * 3, world)
    return story


def claim(world: Any, creditor: Any, debtor: Any) -> int:
    return ledger.balance_of(UNIT, f"claims:{creditor.pk}:on:{debtor.pk}").posted


def book(world: Any, amount: int = 250, *, uuid: UUID | None = None, is_reversal: bool = False, **wanted: Any) -> int:
    values = {
        "conversion_uuid": uuid or uuid4(),
        "givers": [(world.centre.pk, amount)],
        "receiver_id": world.college.pk,
        "unit": "CREDIT.degree",
        "agreement_code": "",
        "is_reversal": is_reversal,
        "now": world.now,
    }
    return book_claims(**(values | wanted))


def deliver(story: Story) -> None:
    deliver_due(story.now + timedelta(minutes=1))
    deliver_due(story.now + timedelta(minutes=2))


def test_a_confirmed_conversion_is_a_claim_of_who_taught_and_a_reversal_takes_it_back() -> None:
    story = a_story_taught_at_the_centre()
    world = story.world
    view = story.reserve()
    deliver(story)
    assert claim(world, world.centre, world.college) == 0, "what is only reserved is claimed from nobody"
    story.confirm(view)
    deliver(story)
    assert claim(world, world.centre, world.college) == view.amount_hundredths > 0
    assert claim(world, world.college, world.centre) == -view.amount_hundredths
    assert credit_bank.clearing_closes()
    story.reverse(view)
    deliver(story)
    assert (claim(world, world.centre, world.college), claim(world, world.college, world.centre)) == (0, 0)
    assert credit_bank.clearing_closes()


def test_told_twice_it_is_booked_once_and_in_any_order_the_sums_are_the_same() -> None:
    world = small_county()
    uuid = uuid4()
    assert [book(world, uuid=uuid, now=world.now + timedelta(hours=n)) for n in range(3)] == [250] * 3
    assert claim(world, world.centre, world.college) == 250
    other = uuid4()
    book(world, 100, uuid=other, is_reversal=True)
    assert claim(world, world.centre, world.college) == 150
    book(world, 100, uuid=other)
    assert (claim(world, world.centre, world.college), claim(world, world.college, world.centre)) == (250, -250)
    with pytest.raises(ledger.KeyReused):
        book(world, 251, uuid=uuid)


def test_every_giver_has_its_own_claim_in_one_transfer() -> None:
    world = small_county()
    uuid = uuid4()
    givers = [(0, 400), (world.centre.pk, 250), (world.college.pk, 90), (world.other_centre.pk, 50)]
    assert book(world, uuid=uuid, givers=givers) == 300
    assert claim(world, world.centre, world.college) == 250
    assert claim(world, world.other_centre, world.college) == 50
    assert len(ledger.find_transfer(UNIT, f"clearing:book:{uuid}").postings) == 2
    assert book(world, givers=[(0, 400)]) == 0


def test_planted_bugs_are_caught(mutants: Mutants, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from xueqiao.domains.credits.actions import book_claims as _  # noqa: F401

    module = sys.modules["xueqiao.domains.credits.actions.conversions.book_claims"]
    world = small_county()
    uuid = uuid4()
    with monkeypatch.context() as patch:
        patch.setattr(module, "book_key", lambda conversion: f"clearing:book:{uuid4()}")
        for _number in range(2):
            book(world, uuid=uuid)
    twice = claim(world, world.centre, world.college)
    mutants.tell("clearing", "a claim told twice is booked twice", caught=twice == 500)
    with monkeypatch.context() as patch:
        patch.setattr(module, "claims_of", lambda givers, receiver: module.turned(real(givers, receiver)))
        real = sys.modules["xueqiao.domains.credits.rules.clearing"].claims_of
        book(world, 500)
    mutants.tell("clearing", "the receiver claims", caught=claim(world, world.centre, world.college) == 0)
    assert credit_bank.clearing_closes(), (
        "even a bug cannot make the matrix lopsided: there is no account to do it with"
    )
