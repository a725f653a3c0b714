from datetime import timedelta

from tests.worlds.small_county import CITY, COUNTY, HEDE, LINHAI, add_run
from xueqiao.domains.classes.api import ClassFilter, find_classes, refresh_due_listings, refresh_listings
from xueqiao.domains.classes.models import ClassListing, ClassRun, ListingTokens


def test_a_published_class_is_listed_with_its_next_meeting(world):
    assert refresh_listings(region=CITY, now=world.now) == 1
    listing = ClassListing.objects.get()
    assert listing.next_starts_at == world.sessions[0].starts_at
    assert (listing.weekday, listing.part_of_day, listing.seats_left_shown) == (3, "evening", 20)
    assert listing.suits_elders  # its centre serves elders and has a ramp


def test_only_the_named_subtree_is_touched(world):
    assert refresh_listings(region=LINHAI, now=world.now) == 0
    assert refresh_listings(region=HEDE, now=world.now) == 1


def test_it_can_be_repeated_and_drops_what_is_no_longer_public(world):
    add_run(world)
    assert refresh_listings(region=COUNTY, now=world.now) == 2
    assert refresh_listings(region=COUNTY, now=world.now) == 2
    ClassRun.objects.filter(id=world.run.id).update(state="finished")
    assert refresh_listings(region=COUNTY, now=world.now) == 1
    assert ClassListing.objects.count() == ListingTokens.objects.count() == 1


def test_when_a_meeting_is_over_the_listing_moves_on(world):
    refresh_listings(region=COUNTY, now=world.now)
    after = world.sessions[0].ends_at + timedelta(minutes=1)
    assert find_classes(ClassFilter(), now=after).total == 0
    assert refresh_due_listings(now=after) == 1
    assert ClassListing.objects.get().next_starts_at == world.sessions[1].starts_at
    assert find_classes(ClassFilter(), now=after).total == 1


def test_a_class_whose_meetings_are_all_over_is_not_found(world):
    end = world.sessions[-1].ends_at + timedelta(minutes=1)
    refresh_listings(region=COUNTY, now=end)
    assert ClassListing.objects.get().next_starts_at is None
    assert find_classes(ClassFilter(seats=False), now=end).total == 0
