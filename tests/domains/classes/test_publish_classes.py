import pytest

from tests.domains.classes.planning import clerk_of, mondays, open_class
from tests.worlds.small_county import LINHAI, on_duty
from xueqiao.domains.classes import api as classes
from xueqiao.domains.classes.api import BatchNotPublished, NothingChosen
from xueqiao.domains.classes.models import ClassRun
from xueqiao.foundation.reasons import NotAllowed


def two_drafts(world):
    free = open_class(world, price_fen=0, title="免费班")
    dear = open_class(world, price_fen=36_000, title="收费班", pattern=mondays(start_hour=9))
    return free, dear


def states():
    return sorted(ClassRun.objects.filter(title__in=["免费班", "收费班"]).values_list("title", "state"))


def test_free_ones_are_out_at_once_and_those_with_a_price_wait_for_the_county(world):
    free, dear = two_drafts(world)
    made = classes.publish_classes(actor=clerk_of(world), codes=[dear.code, free.code], now=world.now)
    assert len(made) == 2
    assert states() == [("免费班", "published"), ("收费班", "awaiting")]


def test_one_that_cannot_be_published_keeps_all_of_them_drafts(world):
    free, dear = two_drafts(world)
    ClassRun.objects.filter(code=dear.code).update(state="cancelled")
    with pytest.raises(BatchNotPublished, match="收费班"):
        classes.publish_classes(actor=clerk_of(world), codes=[free.code, dear.code], now=world.now)
    assert states() == [("免费班", "draft"), ("收费班", "cancelled")]


def test_nothing_and_other_peoples_drafts_are_refused(world):
    free, _ = two_drafts(world)
    with pytest.raises(NothingChosen):
        classes.publish_classes(actor=clerk_of(world), codes=[], now=world.now)
    with pytest.raises(NotAllowed):
        classes.publish_classes(actor=on_duty(world.clerk, "centre_clerk", LINHAI), codes=[free.code], now=world.now)
    assert states() == [("免费班", "draft"), ("收费班", "draft")]
