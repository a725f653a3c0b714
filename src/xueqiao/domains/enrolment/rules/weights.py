"""How much a ticket weighs in a draw, and which kept seats it may take. Pure; read by residents on the round's page.

Sources. Weighted draw with a step for each earlier loss, for who was never served and for registered needs at the
nearest site: the platform's default after the practice of elderly universities (Tongxiang draws since 2016; learners
who lost three years running in Wuhan); no provincial rule was found. The numbers stand in the round itself
(`WeightRule`), frozen when it opens.
"""

from collections.abc import Iterable, Sequence

from xueqiao.domains.enrolment.values.rounds import (
    ACCESS,
    BUCKETS,
    LOST,
    NEWCOMER,
    RESIDENT,
    RETURNING,
    WON,
    MemberFacts,
    WeightRule,
)

# What the 12-digit unit codes of two places are divided by to see the same village, town, county, city or province.
_SHARED = (1, 1_000, 1_000_000, 100_000_000, 10_000_000_000)


def losses_since_win(outcomes: Iterable[str]) -> int:
    """Return how many losses count: those after the last win. outcomes: "won" or "lost" of a person's earlier draws in
    the series, oldest first. A seat from the waiting list, or a won seat not taken up, is a win: she had her chance.
    """
    losses = 0
    for outcome in outcomes:
        if outcome == WON:
            losses = 0
        elif outcome == LOST:
            losses += 1
    return losses


def member_weight(member: MemberFacts, rule: WeightRule) -> int:
    """Return the weight of one person: from `rule.start` to `rule.heaviest`."""
    weight = rule.start + rule.per_loss * min(member.losses, rule.losses_max)
    if member.is_newcomer:
        weight += rule.never_served
    if member.has_access_need and member.wants_nearest_site:
        weight += rule.access
    return weight


def entry_weight(members: Sequence[MemberFacts], rule: WeightRule) -> int:
    """Return the weight of an entry: the lowest of its members'.

    Nobody is lifted by the company she chose: with the highest or the mean, tickets with many losses would be asked to
    join, and sold. Who goes alone keeps her own. Raises ValueError without members.
    """
    if not members:
        raise ValueError("an entry without agreed members has no weight")
    return min(member_weight(member, rule) for member in members)


def member_buckets(member: MemberFacts) -> frozenset[str]:
    """Return the buckets whose kept seats this person may take."""
    facts = {
        NEWCOMER: member.is_newcomer,
        RESIDENT: member.is_resident,
        ACCESS: member.has_access_need,
        RETURNING: member.is_returning,
    }
    return frozenset(bucket for bucket, holds in facts.items() if holds)


def entry_buckets(members: Sequence[MemberFacts]) -> tuple[str, ...]:
    """Return the buckets of an entry in fixed order: those that all its members belong to."""
    shared = frozenset.intersection(*(member_buckets(member) for member in members)) if members else frozenset()
    return tuple(bucket for bucket in BUCKETS if bucket in shared)


def nearness(home: int, site: int) -> int:
    """Return how near two places are by their unit codes: 5 same village, 4 town, 3 county, 2 city, 1 province, 0 none.

    Homes are known by unit, not by street; this is as near as the platform may know.
    """
    for level, unit in zip(range(5, 0, -1), _SHARED, strict=True):
        if home // unit == site // unit:
            return level
    return 0


def nearest_sites(home: int, sites: Iterable[tuple[int, int, bool]]) -> frozenset[int]:
    """Return ids of the nearest accessible sites; several when they lie equally near. sites: (id, unit code, whether it
    has a lift or a ramp).
    """
    reachable = [(nearness(home, region), venue_id) for venue_id, region, accessible in sites if accessible]
    if not reachable:
        return frozenset()
    best = max(near for near, _venue in reachable)
    return frozenset(venue_id for near, venue_id in reachable if near == best)


def newcomer_seats(seats: int, percent: int) -> int:
    """Return how many seats of a beginner class are kept for newcomers at least: percent of seats, rounded up."""
    return -(-seats * percent // 100)
