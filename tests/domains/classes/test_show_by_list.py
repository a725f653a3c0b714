from django.db import transaction

from tests.worlds.small_county import COUNTY, add_run
from xueqiao.domains.classes.api import ClassFilter, find_classes, get_class, refresh_listings, show_by_list


def test_every_card_of_a_class_by_list_says_so_and_no_other(world):
    other, _, _ = add_run(world)
    with transaction.atomic():
        show_by_list(run_id=world.run.id)
        show_by_list(run_id=world.run.id)
    refresh_listings(region=COUNTY, now=world.now)
    cards = find_classes(ClassFilter(), now=world.now).cards
    assert {card.run_id: card.is_by_list for card in cards} == {world.run.id: True, other.id: False}
    assert get_class(world.run.code, now=world.now).card.is_by_list
