import pytest

from tests.domains.credits.converting import a_story, clerk_of
from tests.worlds.small_county import acting
from xueqiao.domains.credits.errors.conversions import ConversionNotAtThisStep, OwnConversion, ReasonNeeded
from xueqiao.foundation.outbox.models import OutboxEvent
from xueqiao.foundation.reasons import NotAllowed

pytestmark = pytest.mark.django_db


def test_what_is_refused_goes_back_with_the_reason() -> None:
    story = a_story()
    view = story.refuse(story.reserve(), " 同样的课  已经修过 ")
    assert (view.state, view.decision_words) == ("refused", "同样的课 已经修过")
    assert (story.held.available, story.used(view)) == (550, 0)
    assert not OutboxEvent.objects.filter(name="credits.ConversionConfirmed").exists()
    assert story.refuse(view) == view, "twice is once, the first reason stands"
    assert story.reserve().state == "reserved", "its outcomes are free"


def test_who_may_not_refuse_and_not_without_words() -> None:
    story = a_story()
    view = story.reserve()
    for actor, words, reason in (
        (acting(story.person), "理由", NotAllowed),
        (clerk_of(story.world, story.world.elder), "理由", OwnConversion),
        (story.clerk, " ", ReasonNeeded),
    ):
        with pytest.raises(reason):
            story.refuse(view, words, actor)
    assert story.held.held_out == 550
    story.confirm(view)
    with pytest.raises(ConversionNotAtThisStep):
        story.refuse(view)
    assert story.used(view) == 550
