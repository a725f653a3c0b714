"""The find page's counts are right whatever is chosen, and its words find what people mean."""

from datetime import timedelta
from itertools import product

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.worlds.small_county import COUNTY, HEDE, LINHAI, add_course, add_room, add_run
from xueqiao.domains.classes.api import (
    ClassFilter,
    class_cards,
    find_classes,
    refresh_listings,
    runs_of,
    show_seats_left,
)
from xueqiao.domains.classes.models import ClassRun
from xueqiao.foundation.clock import at_local
from xueqiao.foundation.regions.api import Point

HERE = Point(120.25, 33.77, False)


@pytest.fixture
def many(world):
    """Twelve classes of three courses, two towns, several days, hours and prices."""
    dance = add_course("C209", "广场舞", category="艺术普及")
    taiji = add_course("C301", "二十四式太极拳", category="体育健身")
    for number in range(12):
        course = (dance, taiji, world.course)[number % 3]
        centre = world.centre if number % 4 else world.other_centre
        room = add_room(centre, name=f"甲 {number}", seats=200)
        run, _, _ = add_run(
            world,
            course=course,
            centre=centre,
            room=room,
            hour=(9, 15, 19)[number % 3 if number % 2 else 2],
            first_day=world.sessions[0].starts_at.date() + timedelta(days=number % 5),
            price_fen=30_000 if number % 3 == 0 else 0,
        )
        if number == 7:
            ClassRun.objects.filter(id=run.id).update(enrol_closes_at=world.now - timedelta(hours=1))
        if number == 5:
            full = run.id
    refresh_listings(region=COUNTY, now=world.now)
    with transaction.atomic():
        show_seats_left(run_id=full, seats=0)
    return world


def test_each_facet_counts_with_all_other_filters_as_they_are(many):
    """Against the plain definition: choose the value, search, and count the cards."""
    names = {"day": ["", "tonight", "tomorrow"], "free": [False, True], "category": ["", "体育健身"]}
    checked = 0
    for chosen in product(*names.values()):
        filters = dict(zip(names, chosen, strict=True))
        found = find_classes(ClassFilter(region=COUNTY, **filters), now=many.now, page_size=50)
        assert found.total == len(found.cards)
        for each in found.facets:
            if each.facet == "walk":
                continue
            value = True if each.value == "1" else each.value
            alone = find_classes(
                ClassFilter(region=COUNTY, **(filters | {each.facet: value})), now=many.now, page_size=50
            )
            assert each.count == len(alone.cards), (filters, each)
            checked += 1
    assert checked > 80


def test_the_earliest_comes_first_and_full_or_closed_classes_only_when_asked(many):
    found = find_classes(ClassFilter(), now=many.now, page_size=50)
    starts = [card.starts_at for card in found.cards]
    assert starts == sorted(starts)
    assert all(card.seats_left > 0 and card.enrolment == "open" for card in found.cards)
    everything = find_classes(ClassFilter(seats=False), now=many.now, page_size=50)
    assert {"full", "closed"} <= {card.enrolment for card in everything.cards}


def test_tonight_is_from_now_to_midnight(many):
    found = find_classes(ClassFilter(day="tonight", seats=False), now=many.now, page_size=50)
    assert found.total > 0
    midnight = at_local(many.sessions[0].starts_at.date() + timedelta(days=1), 0)
    assert all(many.now <= card.starts_at < midnight for card in found.cards)


@pytest.mark.parametrize("typed", ["太极拳", "taijiquan", "tjq", "太極拳", "太级拳", "taijiqan", "合德 太极拳"])
def test_classes_are_found_as_courses_are(many, typed):
    found = find_classes(ClassFilter(text=typed, seats=False), now=many.now)
    assert found.total and {card.title for card in found.cards} == {"二十四式太极拳"}


def test_a_town_a_centre_and_a_teacher_are_found_too(many):
    assert {card.region for card in find_classes(ClassFilter(text="临海"), now=many.now).cards} == {LINHAI}
    assert find_classes(ClassFilter(text="hede"), now=many.now).total > 0
    assert find_classes(ClassFilter(text="陆建芬"), now=many.now).cards[0].code == many.run.code


def test_a_typo_is_named_and_an_exact_word_is_not_corrected(many):
    assert find_classes(ClassFilter(text="太级拳"), now=many.now).corrected == "太极拳"
    assert find_classes(ClassFilter(text="太极拳"), now=many.now).corrected == ""


def test_nothing_found_gives_the_three_nearest_instead(many):
    found = find_classes(ClassFilter(text="量子力学", near=HERE), now=many.now)
    assert (found.total, len(found.nearest)) == (0, 3)
    distances = [card.distance_metres for card in found.nearest]
    assert distances == sorted(distances)


def test_the_subtree_of_a_unit_is_searched_and_no_other(many):
    assert {card.region for card in find_classes(ClassFilter(region=HEDE), now=many.now).cards} == {HEDE}
    assert find_classes(ClassFilter(region=320509000000), now=many.now).total == 0


def test_walking_distance_needs_a_start_and_filters_by_it(many):
    near = find_classes(ClassFilter(near=HERE, walk_minutes_max=15), now=many.now, page_size=50)
    assert near.total and all(card.distance_metres <= 15 * 70 for card in near.cards)
    far = find_classes(ClassFilter(near=Point(121.5, 31.2, False), walk_minutes_max=15), now=many.now)
    assert far.total == 0
    assert find_classes(ClassFilter(walk_minutes_max=15), now=many.now).cards[0].walk_minutes is None


def test_a_date_finds_every_class_that_meets_on_it(many):
    third = many.sessions[2].starts_at.date()
    found = find_classes(ClassFilter(on=third, seats=False), now=many.now, page_size=50)
    assert many.run.code in {card.code for card in found.cards}


def test_pages_do_not_overlap_and_a_page_too_far_is_the_last(many):
    first = find_classes(ClassFilter(seats=False), now=many.now, page=1, page_size=5)
    second = find_classes(ClassFilter(seats=False), now=many.now, page=2, page_size=5)
    assert first.page_count == 3 and not {c.code for c in first.cards} & {c.code for c in second.cards}
    assert find_classes(ClassFilter(seats=False), now=many.now, page=99, page_size=5).page == 3


def test_a_list_needs_three_queries_and_a_hopeless_search_at_most_nine(many):
    with CaptureQueriesContext(connection) as plain:
        find_classes(ClassFilter(region=COUNTY, near=HERE), now=many.now)
    assert len(plain) == 3
    with CaptureQueriesContext(connection) as hopeless:
        find_classes(ClassFilter(text="量子力学", near=HERE), now=many.now)
    assert len(hopeless) <= 9


@pytest.mark.parametrize("typed", ["'; DROP TABLE x; --", "🎉", "x" * 10_000, "太" * 10_000, "& | ! :*", "<script>"])
def test_bad_input_is_harmless(many, typed):
    find_classes(ClassFilter(text=typed, category=typed[:20]), now=many.now)
    assert ClassRun.objects.count() == 13


def test_a_card_on_a_list_equals_the_card_of_a_centre_s_own_list(many):
    """Lists read cards by a written statement, workbenches by the ORM: the same columns in the same order."""
    own = {card.run_id: card for card in runs_of(many.centre.id, now=many.now)}
    assert own and class_cards(own, now=many.now) == own
