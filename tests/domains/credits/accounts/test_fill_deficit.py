import pytest

from tests.domains.credits.converting import UNIT, a_story
from xueqiao.domains.credits.actions import fill_deficit
from xueqiao.foundation.ledger import api as ledger

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("deficit", "moved", "left"), [(0, 0, 550), (200, 200, 350), (900, 550, 0)])
def test_as_much_as_both_allow(deficit: int, moved: int, left: int) -> None:
    story = a_story()
    account = f"person:{story.person.pk}:revoked_deficit"
    ledger.open_account(UNIT, account, may_go_negative=True)
    if deficit:
        ledger.post_transfer(
            unit=UNIT, postings=[ledger.Posting(account, "issuer:outside:granted", deficit)], key="r", now=story.now
        )
    assert fill_deficit(unit=UNIT, person_id=story.person.pk, key="back", now=story.now) == moved
    assert (story.held.available, story.deficit) == (left, deficit - moved)
