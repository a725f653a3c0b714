import pytest
from django.db import transaction

from tests.domains.credits.converting import UNIT, a_story
from xueqiao.domains.credits.actions import release_conversion
from xueqiao.domains.credits.queries.conversions import locked_conversion
from xueqiao.foundation.ledger import api as ledger

pytestmark = pytest.mark.django_db


def test_what_comes_back_fills_an_open_deficit_first() -> None:
    story = a_story()
    view = story.reserve()
    deficit = f"person:{story.person.pk}:revoked_deficit"
    ledger.open_account(UNIT, deficit, may_go_negative=True)
    ledger.post_transfer(
        unit=UNIT, postings=[ledger.Posting(deficit, "issuer:outside:granted", 200)], key="revoked", now=story.now
    )
    with transaction.atomic():
        row = locked_conversion(view.uuid)
        release_conversion(conversion=row, state="withdrawn", by_id=None, words="", now=story.now)
    assert (story.held.available, story.held.held_out, story.deficit) == (350, 0, 0)
