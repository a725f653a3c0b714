import pytest

from tests.domains.credits.converting import UNIT, a_story, clerk_of
from tests.worlds.small_county import acting
from xueqiao.domains.credits.errors.conversions import ConversionNotAtThisStep, OwnConversion, ReasonNeeded
from xueqiao.domains.credits.models import ConversionHold
from xueqiao.foundation.ledger.api import get_transfer
from xueqiao.foundation.outbox.models import OutboxEvent
from xueqiao.foundation.reasons import NotAllowed

pytestmark = pytest.mark.django_db


def test_all_of_it_comes_back_by_a_new_transfer_that_names_the_original() -> None:
    story = a_story()
    view = story.reverse(story.confirm(story.reserve()))
    assert (view.state, view.reversal_words, story.used(view), story.held.available) == ("reversed", "本人退学", 0, 550)
    hold = ConversionHold.objects.get()
    back = get_transfer(hold.reversal_id)
    assert (back.unit, back.memo["of_transfer"], back.postings[0].amount) == (UNIT, hold.transfer_id, 550)
    assert get_transfer(hold.transfer_id).state == "posted", "the original stays"
    (fact,) = OutboxEvent.objects.filter(name="credits.ConversionReversed")
    assert (fact.payload["amount_hundredths"], fact.payload["givers"]) == (400, [[0, 400]])


def test_twice_is_once_and_the_outcomes_may_be_converted_again() -> None:
    story = a_story()
    view = story.confirm(story.reserve())
    assert story.reverse(view) == story.reverse(view)
    assert OutboxEvent.objects.filter(name="credits.ConversionReversed").count() == 1
    again = story.confirm(story.reserve())
    assert (again.amount_hundredths, story.used(again), story.held.posted) == (400, 550, 0)


def test_who_may_not_reverse_and_what_was_never_confirmed() -> None:
    story = a_story()
    waiting = story.reserve("面点")
    with pytest.raises(ConversionNotAtThisStep):
        story.reverse(waiting)
    view = story.confirm(waiting)
    for actor, words, reason in (
        (acting(story.person), "理由", NotAllowed),
        (clerk_of(story.world, story.world.elder), "理由", OwnConversion),
        (story.clerk, "", ReasonNeeded),
    ):
        with pytest.raises(reason):
            story.reverse(view, words, actor)
    assert (story.used(view), story.held.posted) == (250, 300)
