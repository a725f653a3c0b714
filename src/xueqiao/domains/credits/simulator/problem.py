"""The best use of outcomes as a small problem in whole numbers.

An item may count by one of its options; an option draws from groups (the caps it falls under, one group for each year,
issuer ... of the cap). `pruning.smaller` takes out what cannot matter: 200 outcomes are then usually a dozen or two.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from xueqiao.domains.credits.rules.duplicates import plain_title
from xueqiao.domains.credits.rules.evaluation import (
    CapTable,
    Group,
    requirement_states,
    requirements_for,
    separate_requirements,
)
from xueqiao.domains.credits.values.evaluations import Judged, Option, Settled
from xueqiao.domains.credits.values.rulesets import Programme, Requirement, RuleSet
from xueqiao.domains.credits.values.simulations import Offer


class Choice(NamedTuple):  # made by the ten thousand: a tuple takes a third of the time
    """One option of an item: its amount, the groups it draws credits from, those that count it, and what it serves."""

    amount: int
    draws: tuple[int, ...]
    counted_in: tuple[int, ...]
    serves: tuple[int, ...]
    number: str


class Item(NamedTuple):
    """Outcomes that are used alike. members: (outcome key, its amount), more than one only for a single choice."""

    choices: tuple[Choice, ...]
    members: tuple[tuple[str, int], ...]
    signs: tuple[str, ...] = ()
    cost: int = 0  # what an offer costs, compared only; 0 for what is already there
    is_offer: bool = False


@dataclass
class Problem:
    """All that a solver needs, once what is settled has been taken off. limits: of every group, in hundredths or in
    items. required: what the programme still asks for; None where it never asked for a number."""

    required: int | None
    needs: list[tuple[int, bool]] = field(default_factory=list)  # still needed, whether separate
    items: list[Item] = field(default_factory=list)
    limits: list[int] = field(default_factory=list)

    def missing(self, total: int, served: Sequence[int]) -> int:
        """Return what is missing, as the evaluator does."""
        lacking, separate = max(0, (self.required or 0) - total), 0
        for (needed, is_separate), have in zip(self.needs, served, strict=True):
            short = max(0, needed - have)
            if is_separate:
                separate += short
            else:
                lacking = max(lacking, short)
        return max(lacking, separate)

    def useful(self, total: int) -> int:
        """Return how much of a total counts: nothing above what the programme still asks for."""
        return total if self.required is None else min(total, self.required)


def problem_of(
    ruleset: RuleSet,
    programme: Programme,
    judged: Sequence[Judged],
    *,
    settled: Sequence[Settled] = (),
    offers: Sequence[tuple[Judged, Offer]] = (),
    offers_max: int | None = None,
) -> Problem:
    """Return the problem of using what was judged, and of the offers one could add, at most so many of them.

    settled: what is converted into the programme already: it fills caps, serves needs, and is never chosen again.
    Two offers that meet at the same time or teach the same are not taken together. Of two that cost the same time the
    one named first is cheaper.
    """
    table = CapTable(ruleset, programme)
    for earlier in settled:
        table.take(earlier.outcome, earlier.option, earlier.counted_hundredths)
    rows = requirements_for(ruleset, programme)
    lacking = [each.missing for each in requirement_states(ruleset, programme, (), (), settled)]
    problem = Problem(lacking.pop(0) if programme.required_hundredths else None)
    problem.needs = list(zip(lacking, separate_requirements(ruleset, programme), strict=True))
    make = _Choices(table, rows, problem.limits)
    for each in judged:
        choices = tuple([make.of(each, option) for option in each.options if option.amount_hundredths > 0])
        if choices:
            member = (each.outcome.key, max([choice.amount for choice in choices]))
            problem.items.append(Item(choices, (member,), each.duplicate_groups))
    if not offers:
        return problem
    taken = len(problem.limits)
    problem.limits.append(len(offers) if offers_max is None else offers_max)
    for place, (each, offer) in enumerate(offers):
        choices = tuple(
            [
                choice._replace(counted_in=(*choice.counted_in, taken))
                for option in each.options
                if (choice := make.of(each, option)).amount > 0
            ]
        )
        if choices:
            member = (each.outcome.key, max([choice.amount for choice in choices]))
            signs = (*each.duplicate_groups, *_offer_signs(offer))
            cost = offer.minutes * len(offers) ** 2 + place  # all places together are less than one minute
            problem.items.append(Item(choices, (member,), signs, cost, is_offer=True))
    return problem


def _offer_signs(offer: Offer) -> Iterator[str]:
    """What an offer shares with those that are not taken beside it; the title may be a duplicate's sign already."""
    yield f"offered:{plain_title(offer.outcome.title)}"
    for other in sorted(offer.clashes):
        yield "clash:" + "|".join(sorted((offer.outcome.key, other)))


@dataclass
class _Choices:
    """Makes choices, giving numbers to groups as they appear."""

    table: CapTable
    rows: Sequence[Requirement]
    limits: list[int]
    numbers: dict[Group, int] = field(default_factory=dict)
    serving: dict[tuple[str, str], tuple[int, ...]] = field(default_factory=dict)

    def of(self, judged: Judged, option: Option) -> Choice:
        draws: list[int] = []
        counted_in: list[int] = []
        for group, cap, limit in self.table.groups(judged.outcome, option):
            number = self.numbers.get(group)
            if number is None:
                number = self.numbers[group] = len(self.limits)
                self.limits.append(max(0, limit - self.table.taken.get(group, 0)))
            (counted_in if cap.outcomes is not None else draws).append(number)
        kind = (judged.outcome.type, option.category)
        if kind not in self.serving:
            self.serving[kind] = tuple(
                n
                for n, row in enumerate(self.rows)
                if (not row.categories or option.category in row.categories)
                and (not row.types or judged.outcome.type in row.types)
            )
        return Choice(option.amount_hundredths, tuple(draws), tuple(counted_in), self.serving[kind], option.number)
