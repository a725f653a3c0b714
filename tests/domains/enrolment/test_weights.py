import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xueqiao.domains.enrolment.rules.weights import (
    entry_buckets,
    entry_weight,
    losses_since_win,
    member_buckets,
    member_weight,
    nearest_sites,
    nearness,
    newcomer_seats,
)
from xueqiao.domains.enrolment.values.rounds import MemberFacts, WeightRule

RULE = WeightRule()
HEDE_VILLAGE, HEDE_OTHER, LINHAI, OTHER_COUNTY = 320924100007, 320924100009, 320924101001, 320509100001


def member(**facts):
    plain = dict.fromkeys(
        ("is_newcomer", "is_resident", "has_access_need", "wants_nearest_site", "is_returning"), False
    )
    return MemberFacts(**({"losses": 0} | plain | facts))


@pytest.mark.parametrize(
    ("facts", "weight"),
    [
        ({}, 1),
        ({"losses": 1}, 2),
        ({"losses": 3}, 4),
        ({"losses": 9}, 4),  # three losses are the most that count
        ({"is_newcomer": True}, 2),
        ({"has_access_need": True}, 1),  # the need counts at the nearest site only
        ({"wants_nearest_site": True}, 1),
        ({"has_access_need": True, "wants_nearest_site": True}, 2),
        ({"losses": 3, "is_newcomer": True, "has_access_need": True, "wants_nearest_site": True}, 6),
        ({"is_resident": True, "is_returning": True}, 1),
    ],
)
def test_a_weight_is_the_sum_of_written_steps(facts, weight):
    assert member_weight(member(**facts), RULE) == weight
    assert weight <= RULE.heaviest


def test_another_region_may_write_other_steps():
    rule = WeightRule(start=2, per_loss=3, losses_max=2, never_served=0, access=5)
    assert member_weight(member(losses=7, is_newcomer=True), rule) == 8
    assert rule.heaviest == 13


def test_only_losses_after_the_last_win_count():
    assert losses_since_win([]) == 0
    assert losses_since_win(["lost", "lost"]) == 2
    assert losses_since_win(["lost", "lost", "won"]) == 0
    assert losses_since_win(["lost", "won", "lost"]) == 1


def test_nobody_is_lifted_by_the_company_she_chose():
    unlucky, newcomer = member(losses=3), member(is_newcomer=True)
    assert entry_weight([unlucky], RULE) == 4
    assert entry_weight([unlucky, newcomer], RULE) == 2
    assert entry_weight([unlucky, newcomer, member()], RULE) == 1
    with pytest.raises(ValueError, match="no weight"):
        entry_weight([], RULE)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # of the machine, not of the test
@given(st.lists(st.builds(member, losses=st.integers(0, 9), is_newcomer=st.booleans()), min_size=1, max_size=4))
def test_a_groups_weight_never_passes_that_of_any_member(members):
    assert entry_weight(members, RULE) == min(entry_weight([each], RULE) for each in members)


def test_a_group_has_the_buckets_that_all_its_members_have():
    one = member(is_newcomer=True, is_resident=True)
    other = member(is_resident=True, has_access_need=True, is_returning=True)
    assert member_buckets(one) == {"newcomer", "resident"}
    assert entry_buckets([one]) == ("newcomer", "resident")
    assert entry_buckets([one, other]) == ("resident",)
    assert entry_buckets([]) == ()


def test_near_is_told_by_shared_units():
    assert nearness(HEDE_VILLAGE, HEDE_VILLAGE) == 5
    assert nearness(HEDE_VILLAGE, HEDE_OTHER) == 4
    assert nearness(HEDE_VILLAGE, LINHAI) == 3
    assert nearness(HEDE_VILLAGE, OTHER_COUNTY) == 1
    assert nearness(HEDE_VILLAGE, 110101001001) == 0


def test_the_nearest_site_is_one_that_can_be_entered():
    sites = [(1, HEDE_VILLAGE, False), (2, LINHAI, True), (3, OTHER_COUNTY, True), (4, LINHAI + 1, True)]
    assert nearest_sites(HEDE_VILLAGE, sites) == {2, 4}
    assert nearest_sites(HEDE_VILLAGE, [(1, HEDE_VILLAGE, False)]) == frozenset()


def test_the_newcomers_share_is_rounded_up():
    assert newcomer_seats(20, 40) == 8
    assert newcomer_seats(21, 40) == 9
    assert newcomer_seats(0, 40) == 0
