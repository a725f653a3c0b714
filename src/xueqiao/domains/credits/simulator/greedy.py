"""Good uses found quickly, and bounds that no legal use can beat. Where they meet, nothing is left to search."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from xueqiao.domains.credits.simulator.problem import Choice, Problem


@dataclass
class Found:
    """A legal use: for each item the choice and how much of it counts; None where it is left out."""

    picks: list[tuple[int, int] | None]
    total: int
    served: list[int]
    missing: int


def greedy(problem: Problem) -> Found:
    """Return the best of a few orders of taking items: what is scarce last, what serves a need first."""
    full = _oversubscribed(problem)
    tight = [
        min(sum(group in full for group in (*c.draws, *c.counted_in)) for c in item.choices) for item in problem.items
    ]
    first = [item.choices[0] for item in problem.items]
    orders: list[Callable[[int], tuple[int, ...]]] = [
        lambda n: (not first[n].serves, tight[n], -first[n].amount),
        lambda n: (tight[n], -first[n].amount),
        lambda n: (-len(first[n].serves), len(problem.items[n].choices), -first[n].amount),
    ]
    best: Found | None = None
    for order in orders:
        found = _take(problem, sorted(range(len(problem.items)), key=order))
        if best is None or _rank(problem, found) < _rank(problem, best):
            best = found
        if best.missing == 0 and problem.required is not None:
            break
    if best is None:
        raise AssertionError("there is always an order")
    return best


def _rank(problem: Problem, found: Found) -> tuple[int, int]:
    return found.missing, -problem.useful(found.total)


def _oversubscribed(problem: Problem) -> set[int]:
    """The groups from which more is asked than there is."""
    asked: dict[int, int] = defaultdict(int)
    for item in problem.items:
        for choice in item.choices:
            for group in choice.draws:
                asked[group] += choice.amount
            for group in choice.counted_in:
                asked[group] += 1
    return {group for group, amount in asked.items() if amount > problem.limits[group]}


def _take(problem: Problem, order: Sequence[int]) -> Found:
    """Take items in an order, twice: first only for needs still open, then whatever fits."""
    left = list(problem.limits)
    served = [0] * len(problem.needs)
    signs: set[str] = set()
    picks: list[tuple[int, int] | None] = [None] * len(problem.items)
    total = 0
    for n in order:
        item = problem.items[n]
        if item.is_offer or signs.intersection(item.signs):
            continue
        best, best_gain = None, (0, 0)
        for c, choice in enumerate(item.choices):
            amount = _room(choice, left)
            if amount <= 0:
                continue
            useful = max((min(amount, problem.needs[r][0] - served[r]) for r in choice.serves), default=0)
            gain = (max(0, useful), amount)
            if gain > best_gain:
                best, best_gain = (c, amount), gain
        if best is None:
            continue
        picks[n] = best
        choice, amount = item.choices[best[0]], best[1]
        total += amount
        signs.update(item.signs)
        for group in choice.draws:
            left[group] -= amount
        for group in choice.counted_in:
            left[group] -= 1
        for r in choice.serves:
            served[r] += amount
    return Found(picks, total, served, problem.missing(total, served))


def _room(choice: Choice, left: Sequence[int]) -> int:
    if any(left[group] <= 0 for group in choice.counted_in):
        return 0
    return min([choice.amount, *(left[group] for group in choice.draws)])


def takes_everything(problem: Problem, found: Found) -> bool:
    """True when nothing was left out or cut and nobody had a choice: then there is nothing better."""
    return all(
        len(item.choices) == 1 and pick == (0, item.choices[0].amount)
        for item, pick in zip(problem.items, found.picks, strict=True)
    )


def bounds(problem: Problem) -> tuple[int, int]:
    """Return (missing, useful total) that no legal use can beat.

    The most that any part of the items can count is bounded by merging groups from the smallest upwards, and again
    from the largest downwards: what is inside a group counts at most its limit. Groups that cut across merged ones are
    passed over, so the bound stays a bound.
    """
    total = _most(problem, None)
    served = [_most(problem, need) for need in range(len(problem.needs))]
    return problem.missing(total, served), problem.useful(total)


def _most(problem: Problem, need: int | None) -> int:
    """Return an upper bound on what counts in all, or for one need.

    Blocks are sets of items with a bound on what they count together, at first each item by itself. A group whose
    blocks all lie inside it makes one block of them: at most its limit, or its so many largest items.
    """
    worth = [
        0 if item.is_offer else max([c.amount for c in item.choices if need is None or need in c.serves], default=0)
        for item in problem.items
    ]
    groups = sorted(_members(problem, need, worth).items(), key=lambda each: len(each[1]))
    return min(_merged(problem, worth, groups), _merged(problem, worth, groups[::-1]))


def _merged(problem: Problem, worth: Sequence[int], groups: Sequence[tuple[tuple[int, str], set[int]]]) -> int:
    block_of = list(range(len(worth)))
    members_of: dict[int, set[int]] = {n: {n} for n in range(len(worth))}
    value = dict(enumerate(worth))
    for (group, kind), members in groups:
        blocks = {block_of[n] for n in members}
        if sum(len(members_of[block]) for block in blocks) > len(members):
            continue  # a block reaches out of the group
        together = sum([value[block] for block in blocks])
        if kind == "credits":
            together = min(together, problem.limits[group])
        else:
            together = min(together, _largest(problem, worth, members, problem.limits[group] if kind == "items" else 1))
        head, *others = sorted(blocks)
        value[head] = together
        for block in others:
            members_of[head] |= members_of.pop(block)
            del value[block]
        for n in members_of[head]:
            block_of[n] = head
    return sum(value.values())


def _largest(problem: Problem, worth: Sequence[int], members: set[int], allowed: int) -> int:
    """The sum of the so many largest items, duplicates left out."""
    total, signs = 0, set[str]()
    for n in sorted(members, key=lambda each: -worth[each]):
        sign = problem.items[n].signs[:1]
        if allowed and not signs.intersection(sign):
            total += worth[n]
            allowed -= 1
            signs.update(sign)
    return total


def _members(problem: Problem, need: int | None, worth: Sequence[int]) -> dict[tuple[int, str], set[int]]:
    """The items that cannot count without drawing from a group; signs of duplicates are groups of which one counts."""
    inside: dict[tuple[int, str], set[int]] = defaultdict(set)
    signs: dict[str, int] = {}
    for n, item in enumerate(problem.items):
        fit = [c for c in item.choices if need is None or need in c.serves]
        if not worth[n]:
            continue
        for group in set.intersection(*(set(c.draws) for c in fit)):
            inside[group, "credits"].add(n)
        for group in set.intersection(*(set(c.counted_in) for c in fit)):
            inside[group, "items"].add(n)
        for sign in item.signs:
            inside[signs.setdefault(sign, len(signs)), "one"].add(n)
    return inside


def without_surplus(problem: Problem, found: Found) -> Found:
    """Return the same use without what a complete programme does not need: it stays for another purpose."""
    picks, served, total = list(found.picks), list(found.served), found.total
    if problem.required is None or total <= problem.required:
        return found
    order = sorted(
        (n for n, pick in enumerate(picks) if pick is not None),
        key=lambda n: (len(problem.items[n].choices[0].serves), -len(problem.items[n].members)),
    )
    for n in order:
        pick = picks[n]
        if pick is None:
            continue
        choice = problem.items[n].choices[pick[0]]
        surplus = min([pick[1], total - problem.required, *(served[r] - problem.needs[r][0] for r in choice.serves)])
        if surplus <= 0:
            continue
        total -= surplus
        for r in choice.serves:
            served[r] -= surplus
        picks[n] = (pick[0], pick[1] - surplus) if surplus < pick[1] else None
    return Found(picks, total, served, problem.missing(total, served))
