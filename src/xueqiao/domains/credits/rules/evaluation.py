"""Outcomes and a rule set in; the amount that counts and the full explanation out. Pure and exact: whole numbers only.

Three steps. Recognise: which conversions fit each outcome and what it is worth (duplicates taken out, remainders
carried). Count: use the worths in the order the outcomes ended, each cap cutting what is above it. Account: how full
each cap is, how far each requirement is met, what is missing. The simulator replaces the second step by the best use
and hands it back as `plan`; a plan that breaks a rule raises IllegalPlan, so nobody has to trust the simulator.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from xueqiao.domains.credits.rules import worth
from xueqiao.domains.credits.rules.duplicates import signs_of, without_duplicates, without_settled
from xueqiao.domains.credits.rules.explaining import sentences_of
from xueqiao.domains.credits.values.evaluations import (
    CapState,
    Evaluation,
    Judged,
    Option,
    RequirementState,
    Settled,
    Tried,
    Use,
)
from xueqiao.domains.credits.values.rulesets import (
    Calendar,
    Cap,
    OutcomeFacts,
    Programme,
    Requirement,
    RuleSet,
)

Group = tuple[int, tuple[str, ...]]  # a cap's place, and the values it counts by


class IllegalPlan(ValueError):
    """A plan uses an outcome in a way the rules do not allow."""


def evaluate(
    ruleset: RuleSet,
    programme_code: str,
    outcomes: Iterable[OutcomeFacts],
    *,
    on: date,
    plan: Mapping[str, tuple[str, int]] | None = None,
    closed_agreements: frozenset[str] = frozenset(),
    settled: Sequence[Settled] = (),
) -> Evaluation:
    """Return what the outcomes are worth in a programme on a day, and why.

    plan: outcome key to (number of the conversion, hundredths that count); None counts in the order of ending.
    closed_agreements: agreements that are suspended or over on that day. settled: what counts in the programme already;
    it fills caps and requirements, and neither it nor anything like it counts again. The amount is what comes to it.
    Raises KeyError for an unknown programme, ValueError for two outcomes of one key, IllegalPlan.
    """
    programme = ruleset.programme(programme_code)
    judged = recognise(ruleset, programme, outcomes, on=on, closed_agreements=closed_agreements)
    judged = without_settled(ruleset, judged, settled)
    table = CapTable(ruleset, programme)
    for earlier in settled:
        table.take(earlier.outcome, earlier.option, earlier.counted_hundredths)
    uses = _in_order(judged, table) if plan is None else _planned(judged, table, plan)
    requirements = requirement_states(ruleset, programme, judged, uses, settled)
    amount = sum(each.counted_hundredths for each in uses)
    evaluation = Evaluation(
        programme=programme,
        amount_hundredths=amount,
        judged=judged,
        uses=uses,
        caps=table.states(judged, uses, settled),
        requirements=requirements,
        missing_hundredths=missing_of(ruleset, programme, requirements),
        minutes_kept=kept_of(judged),
        tried={
            each.outcome.key: tried_of(ruleset, programme, each.outcome, on=on, closed_agreements=closed_agreements)
            for each in judged
        },
    )
    return replace(evaluation, sentences=sentences_of(ruleset, evaluation))


# Recognise


def recognise(
    ruleset: RuleSet,
    programme: Programme,
    outcomes: Iterable[OutcomeFacts],
    *,
    on: date,
    closed_agreements: frozenset[str] = frozenset(),
) -> tuple[Judged, ...]:
    """Return every outcome with the ways it may count, in the order of ending. Raises ValueError for a key twice."""
    found = judge(ruleset, outcomes, on=on, closed_agreements=closed_agreements)
    return recognised_in(ruleset, programme, found)


def judge(
    ruleset: RuleSet,
    outcomes: Iterable[OutcomeFacts],
    *,
    on: date,
    closed_agreements: frozenset[str] = frozenset(),
) -> list[Judged]:
    """Return every outcome with the ways it may count in any programme: each conversion is tried once a rule set.

    In the order of ending; duplicates are still in. Raises ValueError for a key twice.
    """
    ordered = sorted(outcomes, key=lambda each: (each.ends_on, each.key))
    if len({each.key for each in ordered}) != len(ordered):
        raise ValueError("two outcomes have one key")
    by_type = conversions_by_type(ruleset, None)
    free = [rule for rule in ruleset.duplicates if rule.keep == "choose"]
    found = []
    for outcome in ordered:
        if late := not_yet_or_late(ruleset.calendar, outcome.ends_on, on):
            found.append(Judged(outcome, (), late, ruleset.calendar.number))
            continue
        places = by_type.get(outcome.type, ())
        tried = [worth.option_of(ruleset, place, outcome, on, closed_agreements) for place in places]
        options = tuple([each for each in tried if each is not None])
        signs = tuple([sign for rule in free for sign in signs_of(rule, outcome)]) if options else ()
        found.append(Judged(outcome, options, duplicate_groups=signs))
    return found


def recognised_in(ruleset: RuleSet, programme: Programme, found: list[Judged]) -> tuple[Judged, ...]:
    """Return what was judged as one programme sees it: its own conversions, duplicates out, remainders carried."""
    closed = {
        place
        for place, each in enumerate(ruleset.conversions)
        if each.programmes and programme.code not in each.programmes
    }
    if closed:
        found = [_open(each, closed) for each in found]
    for rule in ruleset.duplicates:
        if rule.keep != "choose":
            found = without_duplicates(rule, found)
    if ruleset.rounding.remainder == "kept":
        found = _carry(ruleset, found)
    return tuple(found)


def _open(judged: Judged, closed: set[int]) -> Judged:
    if not any(option.conversion in closed for option in judged.options):
        return judged
    options = tuple(option for option in judged.options if option.conversion not in closed)
    return replace(judged, options=options, duplicate_groups=judged.duplicate_groups if options else ())


def conversions_by_type(ruleset: RuleSet, programme: Programme | None) -> dict[str, tuple[int, ...]]:
    """Return the places of the conversions open to a programme (None: to any), by outcome type, in the file's order."""
    found: dict[str, tuple[int, ...]] = {}
    for place, conversion in enumerate(ruleset.conversions):
        if programme is None or not conversion.programmes or programme.code in conversion.programmes:
            for each in conversion.types:
                found[each] = (*found.get(each, ()), place)
    return found


def not_yet_or_late(calendar: Calendar, ends_on: date, on: date) -> str:
    """Return why an outcome does not count by its date: not over yet, or too late in the last term; else nothing."""
    if ends_on > on:
        return "还没有结束"
    if calendar.last_term_until and term_of(calendar, ends_on) == term_of(calendar, on):
        term_year, place = term_of(calendar, on)
        month, day = calendar.last_term_until[place]
        start_month, start_day = calendar.terms[place]
        year = term_year + ((month, day) < (start_month, start_day))
        if ends_on > date(year, month, day):
            return f"最后一个学期的课程只算到 {month} 月 {day} 日"
    return ""


def term_of(calendar: Calendar, day: date) -> tuple[int, int]:
    """Return the term a day is in: the year in which it began, and its place in the calendar."""
    for place in range(len(calendar.terms) - 1, -1, -1):
        if (day.month, day.day) >= calendar.terms[place]:
            return day.year, place
    return day.year - 1, len(calendar.terms) - 1


def year_of(calendar: Calendar, day: date) -> int:
    """Return the study year a day is in, named by the year in which it began."""
    return day.year - ((day.month, day.day) < calendar.year_starts)


def _carry(ruleset: RuleSet, found: list[Judged]) -> list[Judged]:
    """Hand what rounding leaves over to the next outcome of the same conversion, so that no hour is lost."""
    kept: dict[int, int] = defaultdict(int)
    result = []
    for each in found:
        if len(each.options) == 1:
            place = each.options[0].conversion
            conversion = ruleset.conversions[place].worth
            if conversion.by == "hours" and conversion.at_most_hundredths is None:
                option = worth.worth_of(ruleset, place, each.outcome, kept[place])
                if option is None:
                    raise AssertionError("an outcome that had a worth has none")
                kept[place] = option.minutes_kept
                each = replace(each, options=(option,))  # noqa: PLW2901 - the same outcome, with what it takes along
        result.append(each)
    return result


def kept_of(judged: Sequence[Judged]) -> int:
    """Return the minutes that stay: the last remainder of each conversion that carries, others as they are."""
    last: dict[int, int] = {}
    for each in judged:
        if len(each.options) == 1:
            last[each.options[0].conversion] = each.options[0].minutes_kept
    return sum(last.values())


def tried_of(
    ruleset: RuleSet,
    programme: Programme,
    outcome: OutcomeFacts,
    *,
    on: date,
    closed_agreements: frozenset[str] = frozenset(),
) -> tuple[Tried, ...]:
    """Return every conversion for the outcome's type, each condition with the value found."""
    return tuple(
        Tried(
            ruleset.conversions[place].number,
            ruleset.conversions[place].title,
            worth.explain(ruleset, place, outcome, on, closed_agreements),
            worth.option_of(ruleset, place, outcome, on, closed_agreements),
        )
        for place in conversions_by_type(ruleset, programme).get(outcome.type, ())
    )


# Count


@dataclass
class CapTable:
    """The caps of one programme, and what each has taken so far."""

    ruleset: RuleSet
    programme: Programme
    caps: list[tuple[int, Cap, int]] = field(init=False)  # place, cap, limit
    taken: dict[Group, int] = field(default_factory=lambda: defaultdict(int))
    _fitting: dict[tuple[str, str], list[tuple[int, Cap, int]]] = field(default_factory=dict)
    _dates: dict[date, tuple[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.caps = [
            (place, cap, limit_of(cap, self.programme))
            for place, cap in enumerate(self.ruleset.caps)
            if not cap.programmes or self.programme.code in cap.programmes
        ]

    def groups(self, outcome: OutcomeFacts, option: Option) -> list[tuple[Group, Cap, int]]:
        """Return what an outcome would take from if it counted by this option."""
        kind = (outcome.type, option.category)
        if kind not in self._fitting:
            self._fitting[kind] = [
                (place, cap, limit)
                for place, cap, limit in self.caps
                if (not cap.types or outcome.type in cap.types)
                and (not cap.categories or option.category in cap.categories)
            ]
        return [
            ((place, tuple([self._value(key, outcome, option) for key in cap.per])), cap, limit)
            for place, cap, limit in self._fitting[kind]
        ]

    def _value(self, key: str, outcome: OutcomeFacts, option: Option) -> str:
        if key == "issuer":
            return outcome.issuer
        if key == "type":
            return outcome.type
        if key == "category":
            return option.category
        if outcome.ends_on not in self._dates:
            calendar = self.ruleset.calendar
            year, place = term_of(calendar, outcome.ends_on)
            self._dates[outcome.ends_on] = (str(year_of(calendar, outcome.ends_on)), f"{year}-{place + 1}")
        return self._dates[outcome.ends_on][key == "term"]

    def room(self, outcome: OutcomeFacts, option: Option) -> tuple[int, tuple[str, ...]]:
        """Return how much of an option may still count, and the numbers of the caps that cut it."""
        amount = option.amount_hundredths
        cut: list[str] = []
        for group, cap, limit in self.groups(outcome, option):
            left = limit - self.taken[group]
            if cap.outcomes is not None:
                left = option.amount_hundredths if left > 0 else 0
            if left < option.amount_hundredths:
                cut.append(cap.number)
            amount = min(amount, max(0, left))
        return amount, tuple(cut)

    def take(self, outcome: OutcomeFacts, option: Option, amount: int) -> None:
        """Note that an amount counts; nothing counts as nothing taken."""
        if amount > 0:
            for group, cap, _ in self.groups(outcome, option):
                self.taken[group] += 1 if cap.outcomes is not None else amount

    def states(
        self, judged: Sequence[Judged], uses: Sequence[Use], settled: Sequence[Settled] = ()
    ) -> tuple[CapState, ...]:
        """Return how full each cap is, in the file's order; what is settled is both offered and counted."""
        by_key = {each.outcome.key: each.outcome for each in judged}
        offered: dict[Group, int] = defaultdict(int)
        counted: dict[Group, int] = defaultdict(int)
        known: dict[Group, tuple[Cap, int]] = {}
        for earlier in settled:
            for group, cap, limit in self.groups(earlier.outcome, earlier.option):
                known[group] = (cap, limit)
                amount = 1 if cap.outcomes is not None else earlier.counted_hundredths
                offered[group] += amount
                counted[group] += amount
        for use in uses:
            for group, cap, limit in self.groups(by_key[use.key], use.option):
                known[group] = (cap, limit)
                offered[group] += 1 if cap.outcomes is not None else use.option.amount_hundredths
                counted[group] += (use.counted_hundredths > 0) if cap.outcomes is not None else use.counted_hundredths
        return tuple(
            CapState(
                cap.number,
                cap.title,
                _group_text(self.ruleset, cap, group[1]),
                limit,
                counted[group],
                offered[group],
                cap.outcomes is not None,
            )
            for group, (cap, limit) in sorted(known.items())
        )


def limit_of(cap: Cap, programme: Programme) -> int:
    """Return a cap in hundredths, or in outcomes. A share is rounded down: a cap is never exceeded by rounding."""
    if cap.outcomes is not None:
        return cap.outcomes
    if cap.share is not None:
        return int(cap.share * programme.required_hundredths)
    return cap.credits_hundredths or 0


def _group_text(ruleset: RuleSet, cap: Cap, values: tuple[str, ...]) -> str:
    words = []
    for key, value in zip(cap.per, values, strict=True):
        if key == "year":
            words.append(f"{value} 学年")
        elif key == "term":
            year, _, place = value.partition("-")
            words.append(f"{year} 年第 {place} 学期")
        elif key == "category":
            words.append(ruleset.category_name(value))
        else:
            words.append(value)
    return " ".join(words)


def _in_order(judged: Sequence[Judged], table: CapTable) -> tuple[Use, ...]:
    """Use outcomes in the order of ending, each by the option that counts most now (the earlier rule where equal)."""
    taken_signs: set[str] = set()
    uses = []
    for each in judged:
        if not each.options or taken_signs.intersection(each.duplicate_groups):
            continue
        rooms = [(table.room(each.outcome, option), option) for option in each.options]
        (amount, cut), option = max(rooms, key=lambda pair: pair[0][0])
        table.take(each.outcome, option, amount)
        if amount > 0:
            taken_signs.update(each.duplicate_groups)
        uses.append(Use(each.outcome.key, option, amount, cut))
    return tuple(uses)


def _planned(judged: Sequence[Judged], table: CapTable, plan: Mapping[str, tuple[str, int]]) -> tuple[Use, ...]:
    """Use outcomes as planned. Raises IllegalPlan when a rule forbids it."""
    unknown = set(plan) - {each.outcome.key for each in judged}
    if unknown:
        raise IllegalPlan(f"no such outcomes: {sorted(unknown)}")
    taken_signs: set[str] = set()
    uses = []
    for each in judged:
        if each.outcome.key not in plan:
            continue
        number, amount = plan[each.outcome.key]
        option = next((option for option in each.options if option.number == number), None)
        if option is None:
            raise IllegalPlan(f"{each.outcome.key} cannot count by {number}")
        if not 0 < amount <= option.amount_hundredths:
            raise IllegalPlan(f"{each.outcome.key} is worth {option.amount_hundredths}, not {amount}")
        if taken_signs.intersection(each.duplicate_groups):
            raise IllegalPlan(f"{each.outcome.key} is a duplicate")
        if table.room(each.outcome, replace(option, amount_hundredths=amount))[0] < amount:
            raise IllegalPlan(f"{each.outcome.key} breaks a cap")
        table.take(each.outcome, option, amount)
        taken_signs.update(each.duplicate_groups)
        uses.append(Use(each.outcome.key, option, amount))
    return tuple(uses)


# Account


def requirement_states(
    ruleset: RuleSet,
    programme: Programme,
    judged: Sequence[Judged],
    uses: Sequence[Use],
    settled: Sequence[Settled] = (),
) -> tuple[RequirementState, ...]:
    """Return the requirements of a programme, the whole first, and how far each is met."""
    types = {each.outcome.key: each.outcome.type for each in judged}
    parts = [(types[use.key], use.option.category, use.counted_hundredths) for use in uses]
    parts += [(each.outcome.type, each.option.category, each.counted_hundredths) for each in settled]
    states = []
    if programme.required_hundredths:
        total = sum(amount for _, _, amount in parts)
        states.append(RequirementState("", "总学分", programme.required_hundredths, total))
    for requirement in requirements_for(ruleset, programme):
        counted = sum(
            amount
            for kind, category, amount in parts
            if (not requirement.categories or category in requirement.categories)
            and (not requirement.types or kind in requirement.types)
        )
        states.append(RequirementState(requirement.number, requirement.title, requirement.at_least_hundredths, counted))
    return tuple(states)


def separate_requirements(ruleset: RuleSet, programme: Programme) -> list[bool]:
    """Return, for each requirement of a programme, whether its categories overlap no earlier one's.

    What separate requirements lack adds up; what the others lack may be served by the same credits.
    """
    seen: set[str] = set()
    found = []
    for requirement in requirements_for(ruleset, programme):
        is_separate = bool(requirement.categories) and not requirement.types
        is_separate = is_separate and not seen.intersection(requirement.categories)
        seen.update(requirement.categories if is_separate else ())
        found.append(is_separate)
    return found


def requirements_for(ruleset: RuleSet, programme: Programme) -> list[Requirement]:
    """Return the requirements of a programme, in the file's order."""
    return [each for each in ruleset.requirements if not each.programmes or programme.code in each.programmes]


def missing_of(ruleset: RuleSet, programme: Programme, states: Sequence[RequirementState]) -> int:
    """Return the fewest credits that could still complete a programme, in hundredths.

    New credits may serve the whole and one category at once, but never two categories that do not overlap: so the
    larger of what the whole lacks and what the separate categories lack together.
    """
    lacking = [states[0].missing] if programme.required_hundredths else []
    separate = 0
    for is_separate, state in zip(separate_requirements(ruleset, programme), states[len(lacking) :], strict=True):
        if is_separate:
            separate += state.missing
        else:
            lacking.append(state.missing)
    return max([separate, *lacking])
