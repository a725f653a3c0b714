"""The same problem made smaller, with the same best use: what cannot matter is taken out.

Four things cannot matter. A group that could not be filled if everything counted. A duplicate of an item that is as
good in every respect (who uses the one may use the other). An item of a group that takes so many, where so many others
are as good. A sign that nobody else bears any more. What is then alike, and of which any part may count, becomes one
item. Each step may open the next, so they are repeated until none does.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from xueqiao.domains.credits.simulator.problem import Choice, Item, Problem


def smaller(problem: Problem) -> Problem:
    """Return the problem without what cannot matter. Limits keep their places."""
    items: Sequence[Item] = problem.items
    while True:
        alike = merged(slimmed(problem.limits, items))
        kept = without_dominated(problem.limits, alike)
        if len(kept) == len(alike):  # nothing fell that could open another step
            return Problem(problem.required, problem.needs, kept, problem.limits)
        items = kept


def slimmed(limits: Sequence[int], items: Sequence[Item]) -> list[Item]:
    """Drop the signs that one item alone bears, and the groups that everything together could not fill."""
    count = Counter(sign for item in items for sign in item.signs)
    idle = idle_groups(limits, items)
    shorter: dict[tuple[int, ...], tuple[int, ...]] = {}

    def busy(groups: tuple[int, ...]) -> tuple[int, ...]:
        found = shorter.get(groups)
        if found is None:
            found = shorter[groups] = tuple([group for group in groups if group not in idle])
        return found

    return [
        Item(
            tuple([Choice(c.amount, busy(c.draws), busy(c.counted_in), c.serves, c.number) for c in item.choices]),
            item.members,
            tuple([sign for sign in item.signs if count[sign] > 1]),
            item.cost,
            item.is_offer,
        )
        for item in items
    ]


def idle_groups(limits: Sequence[int], items: Sequence[Item]) -> set[int]:
    """Return the groups that everything together could not fill; of items with the same first sign one counts."""
    most: dict[int, dict[object, int]] = defaultdict(dict)
    for n, item in enumerate(items):
        key: object = item.signs[0] if item.signs else n  # a number is no sign
        for choice in item.choices:
            for group in choice.draws:
                asked = most[group]
                if asked.get(key, 0) < choice.amount:
                    asked[key] = choice.amount
            for group in choice.counted_in:
                most[group][key] = 1
    return {group for group, asked in most.items() if sum(asked.values()) <= limits[group]}


def merged(items: Iterable[Item]) -> list[Item]:
    """Make one item of those with one choice that is alike, of which any part may count."""
    found: list[Item] = []
    alike: dict[tuple[object, ...], list[Item]] = defaultdict(list)
    for item in items:
        only = item.choices[0]
        if len(item.choices) == 1 and not item.signs and not only.counted_in and not item.is_offer:
            alike[only.draws, only.serves, only.number].append(item)
        else:
            found.append(item)
    for same in alike.values():
        whole = same[0].choices[0]._replace(amount=sum([each.choices[0].amount for each in same]))
        found.append(Item((whole,), tuple([member for each in same for member in each.members])))
    return found


def without_dominated(limits: Sequence[int], items: Sequence[Item]) -> list[Item]:
    """Drop each item that a duplicate, or as many others as its group takes, could stand in for."""
    bearers: dict[str, list[int]] = defaultdict(list)
    counted: dict[int, list[int]] = defaultdict(list)
    for n in sorted(range(len(items)), key=lambda n: -items[n].choices[0].amount):  # who dominates is found early
        item = items[n]
        for sign in item.signs:
            bearers[sign].append(n)
        for group in _always_counted_in(item):
            counted[group].append(n)
    dropped: set[int] = set()

    def as_good(n: int, rivals: Iterable[int]) -> Iterator[int]:
        for m in rivals:
            if m != n and m not in dropped and dominates(items[m], items[n]):
                yield m

    for n, item in enumerate(items):
        has_twin = any(True for sign in item.signs for _ in as_good(n, bearers[sign]))
        if has_twin or any(
            sum(1 for _ in islice(as_good(n, counted[group]), limits[group])) == limits[group]
            for group in _always_counted_in(item)
        ):
            dropped.add(n)
    return [item for n, item in enumerate(items) if n not in dropped]


def _always_counted_in(item: Item) -> Sequence[int]:
    """The groups that count an item whichever of its choices is used."""
    if len(item.choices) == 1:
        return item.choices[0].counted_in
    return sorted(set.intersection(*(set(choice.counted_in) for choice in item.choices)))


def dominates(better: Item, item: Item) -> bool:
    """True when every use of an item is as well made of the other: no new clash, no further cap, no less served."""
    if better.signs and not set(better.signs) <= set(item.signs):
        return False
    if better.is_offer and not (item.is_offer and better.cost <= item.cost):
        return False
    if len(better.choices) == len(item.choices) == 1:
        return _covers(better.choices[0], item.choices[0])
    return all(any(_covers(mine, choice) for mine in better.choices) for choice in item.choices)


def _covers(mine: Choice, choice: Choice) -> bool:
    return (
        mine.amount >= choice.amount
        and (mine.draws == choice.draws or set(mine.draws) <= set(choice.draws))
        and (mine.counted_in == choice.counted_in or set(mine.counted_in) <= set(choice.counted_in))
        and (mine.serves == choice.serves or set(mine.serves) >= set(choice.serves))
    )
