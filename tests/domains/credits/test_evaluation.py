"""The evaluator against the table of vectors, its laws, and planted bugs in it."""

from __future__ import annotations

import importlib
import inspect
import random
import types
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domains.credits.rule_vectors import Vector, outcomes_of, vectors
from tests.mutants import Mutants
from xueqiao.domains.credits.rules import duplicates, evaluation, explaining, worth
from xueqiao.domains.credits.rules.evaluation import IllegalPlan, evaluate
from xueqiao.domains.credits.rules.rulefile import read_rule_file
from xueqiao.domains.credits.rulesets import shipped, shipped_names, shipped_text
from xueqiao.domains.credits.values.rulesets import OUTCOME_TYPES, OutcomeFacts

ALL = vectors()


def failing(vector: Vector, evaluator: Any = evaluate) -> str:
    """Return what a vector finds wrong, or nothing."""
    found = evaluator(
        shipped(vector.rules), vector.programme, vector.outcomes, on=vector.on, closed_agreements=vector.closed
    )
    if found.amount_hundredths != vector.counts:
        return f"counts {found.amount_hundredths} instead of {vector.counts}"
    if vector.kept is not None and found.minutes_kept != vector.kept:
        return f"keeps {found.minutes_kept} minutes instead of {vector.kept}"
    if vector.missing is not None and found.missing_hundredths != vector.missing:
        return f"misses {found.missing_hundredths} instead of {vector.missing}"
    if vector.by and not any(vector.by in said for said in found.sentences):
        return f"{vector.by} is not cited: {found.sentences}"
    return ""


@pytest.mark.parametrize("vector", ALL, ids=[each.id for each in ALL])
def test_the_rules_count_what_the_table_says(vector: Vector) -> None:
    assert failing(vector) == ""


def test_the_table_is_large_and_touches_every_shipped_rule_set() -> None:
    assert len(ALL) >= 63
    assert {each.rules for each in ALL} == set(shipped_names())
    assert {"17-7a", "17-7b", "17-8", "17-9"} <= {each.id for each in ALL}


def test_what_is_missing_is_said_with_the_rule_the_value_and_the_cure() -> None:
    (outcome,) = outcomes_of([{"type": "community_course", "hours": 16, "attendance": "7/12"}])
    found = evaluate(shipped("community"), "community", [outcome], on=date(2026, 11, 1))
    (check,) = found.tried["o01"][0].missing
    assert (check.number, check.label, check.wanted, check.found) == ("第 3 条", "出勤比例", "不少于 2/3", "7/12")
    assert check.cure in found.sentences[1]


def test_an_outcome_given_twice_is_refused() -> None:
    (outcome,) = outcomes_of([{"type": "community_course", "hours": 16}])
    with pytest.raises(ValueError, match="one key"):
        evaluate(shipped("community"), "community", [outcome, outcome], on=date(2026, 11, 1))


def test_a_plan_that_breaks_a_rule_is_refused() -> None:
    rows = [{"type": "degree_course", "credits": 6, "grade": 75, "level": 5, "times": 7}]
    outcomes = outcomes_of(rows)
    rules, on = shipped("open_university"), date(2026, 11, 1)

    def with_plan(plan: dict[str, tuple[str, int]]) -> int:
        return evaluate(rules, "management-associate", outcomes, on=on, plan=plan).amount_hundredths

    assert with_plan({"o01": ("第 8 条", 600)}) == 600
    for plan in (
        {each.key: ("第 8 条", 600) for each in outcomes},  # 42 of one issuer, at most 38
        {"o01": ("第 8 条", 601)},
        {"o01": ("第 8 条", 0)},
        {"o01": ("第 8 条", -100)},
        {"o01": ("第 11 条", 600)},
        {"nobody": ("第 8 条", 100)},
    ):
        with pytest.raises(IllegalPlan):
            with_plan(plan)


def test_a_plan_with_a_duplicate_is_refused() -> None:
    outcomes = outcomes_of(
        [{"type": "degree_course", "title": "管理学", "credits": 4, "grade": 75, "level": 5, "times": 2}]
    )
    with pytest.raises(IllegalPlan, match="duplicate"):
        evaluate(
            shipped("open_university"),
            "management-associate",
            outcomes,
            on=date(2026, 11, 1),
            plan={"o01": ("第 8 条", 400), "o02": ("第 8 条", 400)},
        )


def some_outcomes(seed: int, count: int = 14) -> tuple[OutcomeFacts, ...]:
    """Outcomes of all types, mostly fit for conversion, drawn with a seed."""
    dice = random.Random(seed)
    found = []
    for n in range(count):
        facts: dict[str, Any] = {
            "hours": dice.randrange(0, 6000),
            "nominal_hours": dice.randrange(0, 6000),
            "days": dice.randrange(1, 40),
            "attendance": Fraction(dice.randrange(6, 13), 12),
            "passed": dice.random() < 0.9,
            "grade": dice.choice((55, 60, 75, 90)),
            "level": dice.choice((4, 5, 6)),
            "credits": dice.randrange(0, 2000),
            "years": dice.randrange(0, 9),
            "strength": dice.randrange(1, 5),
            "reviewers": 3,
            "portfolio": True,
            "interviewed": True,
            "issuer_kind": "school",
            "subject": dice.choice(("major", "liberal", "general", "law")),
            "award_level": dice.choice(("county", "city", "province", "nation")),
            "occupation": "6-31-01-10",
            "accredited": dice.random() < 0.9,
            "listed": dice.random() < 0.9,
            "examined": True,
            "needs_degree": False,
            "automatic": False,
            "matches_major": dice.random() < 0.5,
            "work": dice.choice(("一", "二", None)),
        }
        found.append(
            OutcomeFacts(
                f"o{n:02d}",
                dice.choice(tuple(OUTCOME_TYPES)),
                dice.choice(("书法", "国画 一级", "国画", "摄影", "法律基础", f"科目{n}号")),
                dice.choice(("甲校", "乙校", "丙校")),
                date(2024, 1, 1) + timedelta(days=dice.randrange(900)),
                {name: value for name, value in facts.items() if value is not None},
            )
        )
    return tuple(found)


PROGRAMMES = [(name, each.code) for name in shipped_names() for each in shipped(name).programmes]


@given(seed=st.integers(0, 10**9), where=st.sampled_from(PROGRAMMES))
@settings(max_examples=60, deadline=None)
def test_laws_of_counting(seed: int, where: tuple[str, str]) -> None:
    """No cap is exceeded, no outcome counts above its worth or twice, order does not matter, a use is a legal plan."""
    rules, programme, outcomes = shipped(where[0]), where[1], some_outcomes(seed)
    on = date(2026, 9, 1)
    found = evaluate(rules, programme, outcomes, on=on)
    assert all(state.counted <= state.limit for state in found.caps)
    assert all(0 <= use.counted_hundredths <= use.option.amount_hundredths for use in found.uses)
    assert len({use.key for use in found.uses}) == len(found.uses)
    assert found.amount_hundredths == sum(use.counted_hundredths for use in found.uses)
    shuffled = list(outcomes)
    random.Random(seed).shuffle(shuffled)
    assert evaluate(rules, programme, shuffled, on=on) == found
    plan = {use.key: (use.option.number, use.counted_hundredths) for use in found.uses if use.counted_hundredths}
    assert evaluate(rules, programme, outcomes, on=on, plan=plan).amount_hundredths == found.amount_hundredths


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=8))
@settings(max_examples=60, deadline=None)
def test_no_hour_is_lost_by_rounding(minutes: list[int]) -> None:
    """What counts and what is kept is what was learned, to the minute, however it was cut into classes."""
    outcomes = [
        OutcomeFacts(
            f"o{n}",
            "community_course",
            f"科目{'甲乙丙丁戊己庚辛'[n]}",
            "甲",
            date(2026, 1, 1 + n),
            {"hours": each, "attendance": Fraction(1)},
        )
        for n, each in enumerate(minutes)
    ]
    found = evaluate(shipped("community"), "community", outcomes, on=date(2026, 9, 1))
    assert found.amount_hundredths * 960 // 100 + found.minutes_kept == sum(minutes)
    assert found.minutes_kept < 480


# Planted bugs: (name, module, text, what it becomes). Each must make a vector or a law fail.
BUGS = [
    (
        "rounds up",
        worth,
        "// (worth.minutes_per_credit * step) * step",
        "// (worth.minutes_per_credit * step) * step + step",
    ),
    ("forgets what was carried", worth, "amount = (minutes + carried) * 100", "amount = minutes * 100"),
    ("keeps nothing", worth, 'if ruleset.rounding.remainder != "kept":', "if True:"),
    ("at least becomes more than", worth, "value >= condition.value", "value > condition.value"),
    ("at most becomes less than", worth, "value <= condition.value", "value < condition.value"),
    ("a fact that was never recorded passes", worth, "return condition.when_set", "return True"),
    ("is becomes is not", worth, "value == condition.value", "value != condition.value"),
    ("none of becomes one of", worth, '(op == "one_of")', "True"),
    (
        "the last day of validity is lost",
        worth,
        "if end is not None and on > end:",
        "if end is not None and on >= end:",
    ),
    ("validity is not looked at", worth, "if end is not None and on > end:", "if False:"),
    ("the printed date is not looked at", worth, "if conversion.printed_validity and", "if False and"),
    (
        "a suspended agreement converts",
        worth,
        "return agreement in closed_agreements or",
        "return False and agreement in closed_agreements or",
    ),
    ("hour limits are not looked at", worth, "minutes = min(minutes, int(limit.times * measure))", "pass"),
    ("the highest amount is not looked at", worth, "amount > worth.at_most_hundredths", "False"),
    ("grades in words are not mapped", worth, 'if name == "grade" and isinstance(value, str):', "if False:"),
    (
        "a worth of each unit counts one",
        worth,
        "worth.amount_hundredths * value * worth.times",
        "worth.amount_hundredths * worth.times",
    ),
    ("what is not over counts", evaluation, "if ends_on > on:", "if False:"),
    ("the last term has no end", evaluation, "if ends_on > date(year, month, day):", "if False:"),
    (
        "the last day of the last term is lost",
        evaluation,
        "if ends_on > date(year, month, day):",
        "if ends_on >= date(year, month, day):",
    ),
    (
        "January belongs to the year before",
        evaluation,
        "year = term_year + ((month, day) < (start_month, start_day))",
        "year = term_year",
    ),
    (
        "study years begin in January",
        evaluation,
        "return day.year - ((month, day) < calendar.year_starts)".replace("(month, day)", "(day.month, day.day)"),
        "return day.year",
    ),
    (
        "winter is a term of its own",
        evaluation,
        "return day.year - 1, len(calendar.terms) - 1",
        "return day.year, len(calendar.terms)",
    ),
    ("level marks make another course", duplicates, "shorter != plain", "False"),
    ("the worst duplicate is kept", duplicates, "order.sort(key=lambda n: -max(", "order.sort(key=lambda n: max("),
    ("duplicates count twice", duplicates, "if first is not None:", "if False:"),
    (
        "a failed try takes the place",
        duplicates,
        "if not each.options:\n            continue\n        signs",
        "signs",
    ),
    (
        "chosen duplicates count twice",
        evaluation,
        "taken_signs.update(each.duplicate_groups)\n        uses.append(Use(each.outcome.key, option, amount, cut))",
        "uses.append(Use(each.outcome.key, option, amount, cut))",
    ),
    ("caps take nothing", evaluation, "self.taken[group] += 1 if cap.outcomes is not None else amount", "pass"),
    ("a cap by year is one for all years", evaluation, '(str(year_of(calendar, outcome.ends_on)), f"', '("", f"'),
    ("a cap by issuer is one for all issuers", evaluation, "return outcome.issuer", 'return ""'),
    (
        "a share is of the whole",
        evaluation,
        "int(cap.share * programme.required_hundredths)",
        "programme.required_hundredths",
    ),
    (
        "outcomes that count nothing use up the number",
        evaluation,
        "if amount > 0:\n            for group",
        "if True:\n            for group",
    ),
    ("the whole is not missed", evaluation, "return max([separate, *lacking])", "return separate"),
    ("categories are not missed", evaluation, "separate += state.missing", "separate += 0"),
    (
        "a cap of another programme bites",
        evaluation,
        "if not cap.programmes or self.programme.code in cap.programmes",
        "if True",
    ),
    ("a cap of other types bites", evaluation, "if (not cap.types or outcome.type in cap.types)", "if True"),
]


def with_bug(module: types.ModuleType, text: str, becomes: str) -> Any:
    """Return `evaluate` of a copy of the evaluator in which `text` reads `becomes`."""
    copies = {}
    for each in (worth, duplicates, evaluation):
        source = inspect.getsource(each)
        if each is module:
            assert text in source, f"the bug has no place: {text}"
            source = source.replace(text, becomes)
        copy = types.ModuleType(f"{each.__name__}_with_bug")
        # dataclasses look their module up by name
        importlib.import_module("sys").modules[copy.__name__] = copy
        exec(compile(source, each.__file__ or "", "exec"), copy.__dict__)
        copies[each] = copy
    copies[evaluation].__dict__["worth"] = copies[worth]
    for name in ("signs_of", "without_duplicates", "without_settled"):
        copies[evaluation].__dict__[name] = copies[duplicates].__dict__[name]
    return copies[evaluation].__dict__["evaluate"]


def takes_the_first_that_counts(evaluator: Any) -> bool:
    """Under "first", the earlier of two that are the same counts; one that does not count takes no place."""
    text = shipped_text("community").replace('keep = "best"', 'keep = "first"')
    failed, short, long = outcomes_of(
        [
            {"type": "community_course", "title": "英语", "hours": 64, "passed": False, "ends_on": date(2026, 1, 1)},
            {"type": "community_course", "title": "英语", "hours": 16, "ends_on": date(2026, 2, 1)},
            {"type": "community_course", "title": "英语", "hours": 32, "ends_on": date(2026, 3, 1)},
        ]
    )
    found = evaluator(read_rule_file(text), "community", [failed, short, long], on=date(2026, 11, 1))
    return bool(found.amount_hundredths == 100)


def test_a_rule_may_keep_the_first_of_duplicates() -> None:
    assert takes_the_first_that_counts(evaluate)


def is_noticed(evaluator: Any) -> bool:
    for vector in ALL:
        try:
            if failing(vector, evaluator) or not takes_the_first_that_counts(evaluator):
                return True
        except Exception:
            return True
    return False


def test_planted_bugs_are_noticed(mutants: Mutants) -> None:
    assert not is_noticed(with_bug(explaining, "", "")), "the copy without a bug must pass"
    for name, module, text, becomes in BUGS:
        mutants.tell("credit rules", name, caught=is_noticed(with_bug(module, text, becomes)))
