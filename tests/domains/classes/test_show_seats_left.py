import pytest
from django.db import transaction

from tests.worlds.small_county import COUNTY, add_run
from xueqiao.domains.classes.api import (
    ClassFilter,
    find_classes,
    refresh_listings,
    show_seats_left,
    show_seats_left_of,
)
from xueqiao.domains.classes.models import ClassListing
from xueqiao.foundation.locks import NoTransaction


def test_seats_are_shown_as_enrolment_says_and_survive_a_refresh(world):
    refresh_listings(region=COUNTY, now=world.now)
    with transaction.atomic():
        show_seats_left(run_id=world.run.id, seats=3)
    refresh_listings(region=COUNTY, now=world.now)
    assert ClassListing.objects.get().seats_left_shown == 3


def test_a_full_class_leaves_the_list_of_classes_with_seats(world):
    refresh_listings(region=COUNTY, now=world.now)
    with transaction.atomic():
        show_seats_left(run_id=world.run.id, seats=0)
    assert find_classes(ClassFilter(), now=world.now).total == 0
    (card,) = find_classes(ClassFilter(seats=False), now=world.now).cards
    assert (card.seats_left, card.enrolment) == (0, "full")


def test_many_at_once(world):
    other, _, _ = add_run(world)
    refresh_listings(region=COUNTY, now=world.now)
    show_seats_left_of({world.run.id: 7, other.id: -2, 10**9: 5})
    assert dict(ClassListing.objects.values_list("run_id", "seats_left_shown")) == {world.run.id: 7, other.id: 0}


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_it_is_refused():
    with pytest.raises(NoTransaction):
        show_seats_left(run_id=1, seats=1)
